import * as contract from '@menshen/contract';
import { minimumPasswordLength } from '../../administrators/accounts/service.ts';
import type { Administrators } from '../../administrators/service.ts';
import { type Bound, bind, sessionOf } from '../bind.ts';
import { sessionView, stepView } from './session-view.ts';

/** Set-up, signing in, and the caller's own session. */
export function signInHandlers(administrators: Administrators, suggestedMode: () => contract.OperatorMode): readonly Bound[] {
  const { accounts, signIn, external, sessions, ownFactors, settings } = administrators;
  return [
    bind(contract.setupState, async () => ({
      needed: await accounts.setupNeeded(),
      minimumPasswordLength,
      suggestedMode: suggestedMode(),
      deviation: await accounts.deviation(),
      secondFactor: settings().secondFactor,
      passkeyHost: settings().passkeys.host,
      providers: external.providers().map(({ id, kind, name }) => ({ id, kind, name: { ...name } })),
    })),
    bind(contract.setup, async (call) => {
      const { token, username, password, mode = suggestedMode(), power = 'system' } = call.body;
      const { step, invitations } = await accounts.setUp({ token, username, password, mode, power }, call.caller);
      return { step: await stepView(administrators, step, call), invitations };
    }),
    bind(contract.invitationState, async (call) => {
      const { purpose, power, username, expires } = await accounts.invitation(call.body.token, call.caller);
      return {
        purpose: purpose === 'password' ? ('password' as const) : ('create' as const),
        power,
        username,
        minimumPasswordLength,
        expiresAt: expires,
      };
    }),
    bind(contract.acceptInvitation, async (call) => {
      const { token, username = null, password } = call.body;
      return await stepView(administrators, await accounts.accept(token, username, password, call.caller), call);
    }),
    bind(contract.adminLogin, async (call) =>
      stepView(administrators, await signIn.login(call.body.username, call.body.password, call.caller), call),
    ),
    bind(contract.loginPasskeyOptions, async (call) => signIn.passkeyChallenge(call.body.ticket ?? null, call.caller)),
    bind(contract.loginSecondFactor, async (call) =>
      stepView(administrators, await signIn.secondFactor(call.body.ticket, call.body.proof, call.caller), call),
    ),
    bind(contract.loginEnrolTotp, async (call) => signIn.enrolTotp(call.body.ticket)),
    bind(contract.loginEnrolPasskey, async (call) => signIn.enrolPasskey(call.body.ticket)),
    bind(contract.loginEnrol, async (call) => {
      const { opened, recoveryCodes } = await signIn.enrol(call.body.ticket, call.body.proof, call.caller);
      const step = await stepView(administrators, { next: 'signed_in', opened }, call);
      if (step.next !== 'signed_in') throw new contract.MenshenError('internal_error');
      return { session: step.session, recoveryCodes };
    }),
    bind(contract.externalStart, async (call) => {
      const { url, browser } = await external.start(call.body.provider, call.caller);
      call.setLoginCookie(browser);
      return { url };
    }),
    bind(contract.externalFinish, async (call) => {
      const { provider, code, state, iss = null } = call.body;
      call.setLoginCookie(null);
      return await stepView(
        administrators,
        await external.finish({ provider, code, state, iss, browser: call.loginCookie }, call.caller),
        call,
      );
    }),
    bind(contract.adminSession, async (call) => sessionView(administrators, sessionOf(call))),
    bind(contract.adminLogout, async (call) => {
      if (call.cookie !== null) await sessions.logout(call.cookie);
      call.setCookie(null);
      return { ok: true as const };
    }),
    bind(contract.stepUpPasskey, async (call) => ownFactors.stepUpChallenge(sessionOf(call))),
    bind(contract.stepUp, async (call) => {
      const opened = await ownFactors.stepUp(call.cookie ?? '', sessionOf(call), call.body.proof, call.caller);
      call.setCookie(opened.token);
      return await sessionView(administrators, opened.session);
    }),
  ];
}
