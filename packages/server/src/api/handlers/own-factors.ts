import * as contract from '@menshen/contract';
import type { Administrators } from '../../administrators/service.ts';
import { type Bound, bind, sessionOf } from '../bind.ts';

/** The caller's own factors. */
export function ownFactorHandlers({ accounts, factors, ownFactors }: Administrators): readonly Bound[] {
  return [
    bind(contract.getOwnFactors, async (call) => {
      const { administrator } = sessionOf(call);
      const [state, passkeys, identities] = await Promise.all([
        factors.state(administrator),
        ownFactors.passkeys(administrator),
        accounts.identities(),
      ]);
      return {
        totp: state.totp,
        passkeys,
        recoveryCodesLeft: state.recoveryCodes,
        identities: identities
          .filter((identity) => identity.administrator === administrator)
          .map(({ provider, subject, boundBy, boundAt }) => ({ provider, subject, boundBy, boundAt })),
      };
    }),
    bind(contract.beginOwnTotp, async (call) => ownFactors.beginTotp(sessionOf(call))),
    bind(contract.confirmOwnTotp, async (call) => ({
      recoveryCodes: await ownFactors.confirmTotp(sessionOf(call), call.body.ticket, call.body.code),
    })),
    bind(contract.removeOwnTotp, async (call) => {
      await ownFactors.removeTotp(sessionOf(call));
      return { ok: true as const };
    }),
    bind(contract.beginOwnPasskey, async (call) => ownFactors.beginPasskey(sessionOf(call))),
    bind(contract.addOwnPasskey, async (call) =>
      ownFactors.addPasskey(sessionOf(call), call.body.ticket, call.body.name, call.body.response),
    ),
    bind(contract.removeOwnPasskey, async (call) => {
      await ownFactors.removePasskey(sessionOf(call), call.params.id);
      return { ok: true as const };
    }),
    bind(contract.renewOwnRecoveryCodes, async (call) => ({
      recoveryCodes: await ownFactors.renewRecoveryCodes(sessionOf(call)),
    })),
    bind(contract.changeOwnPassword, async (call) => {
      const { account, id } = sessionOf(call);
      const { current, password } = call.body;
      return { sessionsEnded: await accounts.changePassword(account, id, current, password, call.caller) };
    }),
  ];
}
