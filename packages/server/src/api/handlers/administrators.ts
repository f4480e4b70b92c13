import * as contract from '@menshen/contract';
import { assertMayActOn, mayActOn, powersOf } from '../../administrators/model.ts';
import type { Administrators } from '../../administrators/service.ts';
import type { AdminSession } from '../../administrators/sessions/store.ts';
import { type Bound, bind, sessionOf } from '../bind.ts';

/** Accounts of administrators and their sessions. */
export function administratorHandlers(administrators: Administrators): readonly Bound[] {
  const { accounts, sessions, factors, external } = administrators;

  /** The provider's own form of a subject. Throws `not_found` for a provider that the configuration does not name. */
  const subjectOf = (provider: string, subject: string): string => {
    const found = external.find(provider);
    if (found === null) throw new contract.MenshenError('not_found');
    return found.normalize(subject);
  };
  const sessionRow = (session: AdminSession, username: string, current: string): contract.AdministratorSessionView => ({
    id: session.id,
    administrator: { id: session.administrator, username },
    created: session.created,
    lastSeen: session.lastSeen,
    absoluteExpires: session.absoluteExpires,
    address: session.address,
    userAgent: session.userAgent,
    methods: [...session.methods],
    current: session.id === current,
  });

  return [
    bind(contract.listAdministrators, async (call) => {
      const actor = sessionOf(call).account;
      const [all, identities, live, invitations] = await Promise.all([
        accounts.all(),
        accounts.identities(),
        sessions.list(),
        accounts.openInvitations(),
      ]);
      const views = await Promise.all(
        all.map(async (account) => {
          const state = await factors.state(account.id);
          return {
            id: account.id,
            username: account.username,
            powers: powersOf(account.power),
            status: account.status,
            created: account.created,
            lastLogin: account.lastLogin,
            factors: { totp: state.totp !== null, passkeys: state.passkeys, recoveryCodesLeft: state.recoveryCodes },
            identities: identities
              .filter((identity) => identity.administrator === account.id)
              .map(({ provider, subject, boundBy, boundAt }) => ({ provider, subject, boundBy, boundAt })),
            addresses: [...account.addresses],
            sessions: live.filter((session) => session.administrator === account.id).length,
            own: account.id === actor.id,
            actable: mayActOn(actor, account),
          };
        }),
      );
      const held = new Set(all.filter((account) => account.status === 'active').flatMap((account) => powersOf(account.power)));
      return {
        administrators: views,
        invitations: invitations.map(({ id, purpose, power, username, createdBy, expires }) => ({
          id,
          purpose: purpose === 'password' ? ('password' as const) : ('create' as const),
          power,
          username,
          createdBy,
          expiresAt: expires,
        })),
        vacant: contract.administratorPowers.filter((power) => !held.has(power)),
        deviation: call.deviation,
      };
    }),
    bind(contract.inviteAdministrator, async (call) => ({
      invitation: await accounts.invite(call.body.username, call.body.power, call.body.reason, sessionOf(call).account),
    })),
    bind(contract.revokeInvitation, async (call) => {
      await accounts.revokeInvitation(call.params.id, sessionOf(call).account);
      return { ok: true as const };
    }),
    bind(contract.setAdministratorStatus, async (call) => ({
      sessionsEnded: await accounts.setStatus(call.params.id, call.body.status, call.body.reason, sessionOf(call).account),
    })),
    bind(contract.setAdministratorAddresses, async (call) => ({
      sessionsEnded: await accounts.setAddresses(call.params.id, call.body.addresses, call.body.reason, sessionOf(call).account),
      addresses: call.body.addresses,
    })),
    bind(contract.resetAdministratorFactors, async (call) => ({
      sessionsEnded: await accounts.resetFactors(call.params.id, call.body.reason, sessionOf(call).account),
    })),
    bind(contract.resetAdministratorPassword, async (call) =>
      accounts.resetPassword(call.params.id, call.body.reason, sessionOf(call).account),
    ),
    bind(contract.bindAdministratorIdentity, async (call) => {
      const { provider, subject, reason } = call.body;
      await accounts.bind(call.params.id, provider, subjectOf(provider, subject), reason, sessionOf(call).account);
      return { ok: true as const };
    }),
    bind(contract.unbindAdministratorIdentity, async (call) => {
      const { provider, subject, reason } = call.body;
      return { removed: await accounts.unbind(call.params.id, provider, subject, reason, sessionOf(call).account) };
    }),
    bind(contract.separatePowers, async (call) => ({
      invitations: await accounts.separate(sessionOf(call).account, call.body.keep, call.body.reason),
    })),
    bind(contract.listAdministratorSessions, async (call) => {
      const { account, id } = sessionOf(call);
      const owner = call.query.administrator === undefined ? account : await accounts.find(call.query.administrator);
      return { sessions: (await sessions.list(owner.id)).map((session) => sessionRow(session, owner.username, id)) };
    }),
    bind(contract.endAdministratorSession, async (call) => {
      const { account } = sessionOf(call);
      const session = await sessions.byId(call.params.id);
      if (session === null) throw new contract.MenshenError('not_found');
      const owner = session.administrator === account.id ? account : await accounts.find(session.administrator);
      if (owner.id !== account.id) assertMayActOn(account, owner);
      await sessions.end(session, owner, account);
      return { ok: true as const };
    }),
  ];
}
