import * as contract from '@menshen/contract';
import { type AdministratorService, minimumPasswordLength, type SignedIn } from '../../administrators/service.ts';
import { type Bound, bind } from '../bind.ts';

const view = (session: Omit<SignedIn, 'token'>): contract.AdministratorSession => ({
  id: session.administrator.id,
  administrator: { ...session.administrator, powers: [...contract.everyPower] },
  csrf: session.csrf,
  idleExpires: session.idleExpires,
  absoluteExpires: session.absoluteExpires,
  deviation: 'single_operator',
  secondFactor: { policy: 'optional', enrolled: false, at: null },
});

export function administratorHandlers(administrators: AdministratorService): readonly Bound[] {
  return [
    bind(contract.setupState, async () => ({
      needed: await administrators.setupNeeded(),
      minimumPasswordLength,
      suggestedMode: 'single_operator' as const,
      deviation: 'single_operator' as const,
      secondFactor: 'optional' as const,
      passkeyHost: 'localhost',
      providers: [],
    })),
    bind(contract.setup, async (call) => {
      const session = await administrators.setUp(call.body.token, call.body.username, call.body.password, call.address);
      call.setCookie(session.token);
      return { step: { next: 'signed_in' as const, session: view(session) }, invitations: [] };
    }),
    bind(contract.adminLogin, async (call) => {
      const session = await administrators.login(call.body.username, call.body.password, call.address);
      call.setCookie(session.token);
      return { next: 'signed_in' as const, session: view(session) };
    }),
    bind(contract.adminSession, async (call) => {
      const session = call.cookie === null ? null : await administrators.authenticate(call.cookie);
      if (session === null) throw new contract.MenshenError('admin_session_missing');
      return view(session);
    }),
    bind(contract.adminLogout, async (call) => {
      if (call.cookie !== null) await administrators.logout(call.cookie);
      call.setCookie(null);
      return { ok: true as const };
    }),
  ];
}
