import {
  type AdministratorPower,
  administratorPowers,
  type IssuedInvitation,
  MenshenError,
  type OperatorMode,
} from '@menshen/contract';
import { detectionEvent } from '../../audit/events.ts';
import type { Audit } from '../../audit/service.ts';
import { compileRanges } from '../../gateway/address.ts';
import { hashPassword, isWeakPassword } from '../../identity/password.ts';
import type { ApprovalStore } from '../approvals/store.ts';
import { type AdministratorChange, administratorChangeEvent } from '../events.ts';
import type { FactorService } from '../factors/service.ts';
import { type Account, type AccountRef, assertMayActOn } from '../model.ts';
import { digest, type secretMaker } from '../secrets.ts';
import type { Caller, SessionService } from '../sessions/service.ts';
import type { SignInService, Step } from '../sign-in/service.ts';
import type { FlowStore } from '../sign-in/store.ts';
import type { AccountStore, BoundIdentity, Invitation } from './store.ts';

/** With a second factor 12 would do; a password that may come to stand alone needs 15 code points (NIST SP 800-63B-4 3.1.1.2). */
export const minimumPasswordLength = 15;
const linkMs = 24 * 3_600_000;

export interface SetUp {
  readonly token: string;
  readonly username: string;
  readonly password: string;
  readonly mode: OperatorMode;
  readonly power: AdministratorPower;
}

export interface AccountService {
  setupNeeded(): Promise<boolean>;
  /** Whether one account holds all powers. */
  deviation(): Promise<'single_operator' | null>;
  /** Makes the one-time set-up link's token; an earlier one ends. Null when an administrator exists. */
  createSetupToken(): Promise<string | null>;
  setUp(given: SetUp, caller: Caller): Promise<{ readonly step: Step; readonly invitations: IssuedInvitation[] }>;
  invitation(token: string, caller: Caller): Promise<Invitation>;
  accept(token: string, username: string | null, password: string, caller: Caller): Promise<Step>;
  all(): Promise<Account[]>;
  /** Throws `not_found`. */
  find(id: string): Promise<Account>;
  identities(): Promise<BoundIdentity[]>;
  openInvitations(): Promise<Invitation[]>;
  invite(username: string, power: AdministratorPower, reason: string, by: AccountRef): Promise<IssuedInvitation>;
  revokeInvitation(id: string, by: AccountRef): Promise<void>;
  setStatus(id: string, status: Account['status'], reason: string, by: AccountRef): Promise<number>;
  setAddresses(id: string, addresses: readonly string[], reason: string, by: AccountRef): Promise<number>;
  resetFactors(id: string, reason: string, by: AccountRef): Promise<number>;
  resetPassword(id: string, reason: string, by: AccountRef): Promise<{ invitation: IssuedInvitation; sessionsEnded: number }>;
  bind(id: string, provider: string, subject: string, reason: string, by: AccountRef): Promise<void>;
  unbind(id: string, provider: string, subject: string, reason: string, by: AccountRef): Promise<boolean>;
  separate(account: AccountRef, keep: AdministratorPower, reason: string): Promise<IssuedInvitation[]>;
  changePassword(account: AccountRef, session: string, current: string, password: string, caller: Caller): Promise<number>;
  maintain(): Promise<void>;
}

export interface AccountParts {
  readonly store: AccountStore;
  readonly sessions: SessionService;
  readonly factors: FactorService;
  readonly flows: FlowStore;
  readonly approvals: Pick<ApprovalStore, 'cancelOf' | 'withdrawOf'>;
  readonly signIn: SignInService;
  readonly audit: Audit;
  readonly clock: () => number;
  readonly make: ReturnType<typeof secretMaker>;
}

/** Accounts of administrators. Whoever acts here acts on an account of another power; nobody on their own. */
export function createAccountService(parts: AccountParts): AccountService {
  const { store, sessions, factors, flows, approvals, signIn, audit, clock, make } = parts;

  const record = (
    activity: AdministratorChange,
    target: string,
    by: string,
    reason: string | null,
    detail: Readonly<Record<string, string | number>> = {},
    address: string | null = null,
  ) => audit.record(administratorChangeEvent({ time: clock(), activity, target, by, address, reason, detail }));

  const assertStrong = (password: string, username: string): void => {
    if (isWeakPassword(password, minimumPasswordLength, [username]))
      throw new MenshenError('password_weak', { minimum: minimumPasswordLength });
  };
  const find = async (id: string): Promise<Account> => {
    const account = await store.byId(id);
    if (account === null) throw new MenshenError('not_found');
    return account;
  };
  const target = async (id: string, by: AccountRef): Promise<Account> => {
    const account = await find(id);
    assertMayActOn(by, account);
    return account;
  };

  const makeInvitation = (
    fields: Pick<Invitation, 'purpose' | 'power' | 'username' | 'administrator' | 'createdBy'>,
  ): { readonly invitation: Invitation; readonly token: string; readonly tokenHash: string } => {
    const token = make.secret();
    const now = clock();
    const invitation: Invitation = { ...fields, id: make.id('i'), created: now, expires: now + linkMs };
    return { invitation, token, tokenHash: digest(token) };
  };
  const issued = ({ invitation, token }: { readonly invitation: Invitation; readonly token: string }): IssuedInvitation => ({
    id: invitation.id,
    purpose: invitation.purpose === 'password' ? 'password' : 'create',
    power: invitation.power,
    username: invitation.username,
    token,
    path: `/invitation#token=${token}`,
    expiresAt: invitation.expires,
  });
  /** Links of the powers that a first account leaves to others. */
  const invitationsBeside = (kept: AdministratorPower, createdBy: string) =>
    administratorPowers
      .filter((power) => power !== kept)
      .map((power) => makeInvitation({ purpose: 'create', power, username: null, administrator: null, createdBy }));

  /** What somebody who may not come in any more has under way: links in their hands, through which they would come back, acts that wait for a second, and acts of others that go ahead on their word alone. */
  const endPlans = async ({ id, username }: Account): Promise<Readonly<Record<string, number>>> => ({
    invitationsEnded: await store.removeInvitationsBy(username),
    requestsEnded: await approvals.cancelOf(id, clock()),
    approvalsWithdrawn: await approvals.withdrawOf(id),
  });

  const endAccess = async (account: Account, by: AccountRef, reason: string): Promise<number> => {
    await flows.removeOf(account.id);
    return await sessions.endAllOf(account, by.username, reason);
  };

  return {
    setupNeeded: async () => (await store.count()) === 0,
    deviation: async () => ((await store.all()).some((account) => account.power === 'all') ? 'single_operator' : null),
    async createSetupToken() {
      const link = makeInvitation({ purpose: 'setup', power: null, username: null, administrator: null, createdBy: 'start' });
      return (await store.replaceSetupLink(link.invitation, link.tokenHash)) ? link.token : null;
    },
    async setUp({ token, username, password, mode, power }, caller) {
      await signIn.throttle(caller);
      assertStrong(password, username);
      const now = clock();
      const account = {
        id: make.id('a'),
        username,
        passwordHash: await hashPassword(password),
        power: mode === 'single_operator' ? ('all' as const) : power,
      };
      const invitations = mode === 'single_operator' ? [] : invitationsBeside(power, username);
      if (!(await store.setUp(digest(token), now, account, invitations))) throw new MenshenError('setup_closed');
      await record('create', username, 'set-up link', null, { power: account.power }, caller.address);
      if (account.power === 'all') await record('single_operator', username, username, null, {}, caller.address);
      for (const { invitation } of invitations)
        await record('invite', '(open)', username, null, { power: invitation.power ?? '' });
      const created: Account = { ...account, status: 'active', addresses: [], created: now, lastLogin: null };
      return {
        step: await signIn.proceed(created, ['set_up_link', 'password'], false, caller),
        invitations: invitations.map(issued),
      };
    },
    async invitation(token, caller) {
      await signIn.throttle(caller);
      const invitation = await store.invitation(digest(token), clock());
      if (invitation === null) throw new MenshenError('invitation_invalid');
      return invitation;
    },
    async accept(token, username, password, caller) {
      await signIn.throttle(caller);
      const now = clock();
      const invitation = await store.invitation(digest(token), now);
      if (invitation === null) throw new MenshenError('invitation_invalid');
      if (invitation.purpose === 'password') {
        const account = invitation.administrator === null ? null : await store.byId(invitation.administrator);
        if (account === null || account.status !== 'active') throw new MenshenError('invitation_invalid');
        assertStrong(password, account.username);
        if ((await store.acceptPassword(digest(token), now, account.id, await hashPassword(password))) !== 'done')
          throw new MenshenError('invitation_invalid');
        await record('password_reset', account.username, account.username, null, {}, caller.address);
        await flows.removeOf(account.id);
        await sessions.endAllOf(account, account.username, 'password set anew');
        return await signIn.proceed(account, ['invitation', 'password'], false, caller);
      }
      const name = invitation.username ?? username;
      if (name === null || invitation.power === null) throw new MenshenError('validation_failed', { fields: ['username'] });
      assertStrong(password, name);
      const account = { id: make.id('a'), username: name, passwordHash: await hashPassword(password), power: invitation.power };
      const outcome = await store.acceptCreation(digest(token), now, account);
      if (outcome === 'taken') throw new MenshenError('username_taken');
      if (outcome === 'invalid') throw new MenshenError('invitation_invalid');
      await record('create', name, invitation.createdBy, null, { power: account.power }, caller.address);
      const created: Account = { ...account, status: 'active', addresses: [], created: now, lastLogin: null };
      return await signIn.proceed(created, ['invitation', 'password'], false, caller);
    },
    all: () => store.all(),
    find,
    identities: () => store.identitiesOf(),
    openInvitations: () => store.openInvitations(clock()),
    async invite(username, power, reason, by) {
      // A single operator first gives up what the others are to hold.
      if (by.power === 'all') throw new MenshenError('power_conflict');
      if ((await store.byName(username)) !== null) throw new MenshenError('username_taken');
      const link = makeInvitation({ purpose: 'create', power, username, administrator: null, createdBy: by.username });
      await record('invite', username, by.username, reason, { power });
      await store.addInvitation(link.invitation, link.tokenHash);
      return issued(link);
    },
    async revokeInvitation(id, by) {
      const invitation = await store.removeInvitation(id);
      if (invitation === null) throw new MenshenError('not_found');
      await record('invitation_revoked', invitation.username ?? '(open)', by.username, null, { power: invitation.power ?? '' });
    },
    async setStatus(id, status, reason, by) {
      const account = await target(id, by);
      await record(status === 'active' ? 'enable' : 'disable', account.username, by.username, reason);
      await store.setStatus(id, status);
      if (status === 'active') return 0;
      const ended = await endAccess(account, by, 'account disabled');
      const plans = await endPlans(account);
      if (Object.values(plans).some((count) => count > 0)) await record('disable', account.username, by.username, reason, plans);
      return ended;
    },
    async setAddresses(id, addresses, reason, by) {
      const account = await target(id, by);
      try {
        compileRanges(addresses);
      } catch {
        throw new MenshenError('validation_failed', { fields: ['addresses'] });
      }
      await record('addresses', account.username, by.username, reason, { ranges: addresses.length });
      await store.setAddresses(id, addresses);
      // Sessions from elsewhere are refused at their next request; to end all of them leaves nothing to chance.
      return await endAccess(account, by, 'addresses changed');
    },
    async resetFactors(id, reason, by) {
      const account = await target(id, by);
      await record('mfa_reset', account.username, by.username, reason);
      await audit.record(
        detectionEvent({
          time: clock(),
          rule: 'administrator_factors_reset',
          severity: 'high',
          title: 'the second factors of an administrator were reset',
          detail: { administrator: account.username, by: by.username },
        }),
      );
      await factors.removeAll(id);
      return await endAccess(account, by, 'factors reset');
    },
    async resetPassword(id, reason, by) {
      const account = await target(id, by);
      const link = makeInvitation({
        purpose: 'password',
        power: null,
        username: account.username,
        administrator: id,
        createdBy: by.username,
      });
      await record('password_reset', account.username, by.username, reason, { step: 'link issued' });
      // The old one opens nothing from now on: whoever stole it must not be quicker than the link.
      await store.setPassword(id, await hashPassword(make.secret()));
      await store.addInvitation(link.invitation, link.tokenHash);
      return { invitation: issued(link), sessionsEnded: await endAccess(account, by, 'password reset') };
    },
    async bind(id, provider, subject, reason, by) {
      const account = await target(id, by);
      await record('bind', account.username, by.username, reason, { provider });
      if (!(await store.bind({ provider, subject, administrator: id, boundBy: by.username, boundAt: clock() })))
        throw new MenshenError('conflict');
    },
    async unbind(id, provider, subject, reason, by) {
      const account = await target(id, by);
      await record('unbind', account.username, by.username, reason, { provider });
      return await store.unbind(provider, subject, id);
    },
    async separate(account, keep, reason) {
      if (account.power !== 'all') throw new MenshenError('power_conflict');
      const invitations = invitationsBeside(keep, account.username);
      await record('separate', account.username, account.username, reason, { keep });
      if (!(await store.separate(account.id, keep, invitations))) throw new MenshenError('power_conflict');
      return invitations.map(issued);
    },
    async changePassword(ref, session, current, password, caller) {
      const account = await find(ref.id);
      await signIn.checkPassword(account, account.username, current, caller);
      assertStrong(password, account.username);
      await record('password_change', account.username, account.username, null, {}, caller.address);
      await store.setPassword(account.id, await hashPassword(password));
      await flows.removeOf(account.id);
      return await sessions.endAllOf(account, account.username, 'password changed', session);
    },
    maintain: () => store.removeExpired(clock()),
  };
}
