import { hash } from 'node:crypto';
import { type AppConfig, type BindRequest, type LoginAnswer, type LoginRequest, MenshenError } from '@menshen/contract';
import { accountChangeEvent, authenticationEvent } from '../audit/events.ts';
import type { Audit } from '../audit/service.ts';
import type { RevocationFeed } from '../coordination/revocation-feed.ts';
import { customerForm, type Person } from '../directory/model.ts';
import type { DirectoryService } from '../directory/service.ts';
import type { Metrics } from '../gateway/metrics.ts';
import type { SessionBinding } from './binding/model.ts';
import type { UserKey } from './binding/sealed-logins.ts';
import { type CompanyCodes, createCompanyCodes } from './company-codes.ts';
import type { Bound, LinkStore } from './links-store.ts';
import { LoginsUnderWay, type LoginUnderWay } from './logins-under-way.ts';
import type { PersonRef, Session } from './model.ts';
import { verifyPassword } from './password.ts';
import type { Providers, Subject } from './providers.ts';
import { owesStepUp } from './risk/model.ts';
import type { RiskService } from './risk/service.ts';
import type { SessionSnapshot } from './snapshot.ts';
import { createStepUp, type StepUp } from './step-up.ts';
import type { CodePurpose, Identity, IdentityStore, Ticket } from './store.ts';
import { makeToken } from './token.ts';
import { unionOwner } from './union.ts';

const ticketMs = 10 * 60_000;
const ticketAttempts = 5;
const accountFailures = 5;
const accountLockMs = 15 * 60_000;
/** How late another node may write that a session was used: twice its interval of maintenance. */
const idleGraceMs = 60_000;
/** Lists ask the store for new sessions at most this often, from this long before the last time: clocks differ. */
const refreshGapMs = 1_000;
const refreshOverlapMs = 60_000;

/** Where a client call comes from, for the record. */
export interface Caller {
  readonly address: string;
  readonly userAgent: string | null;
  readonly requestId: string;
  /** Present for a sealed login: takes the answer, seals it and hands out the keys that the session will sign with. */
  readonly seal?: (answer: LoginAnswer, userKey: UserKey | null) => SessionBinding;
}

/** Who enters, as far as the session is concerned. */
interface Entrant {
  readonly channel: Subject['channel'];
  readonly subject: string;
  readonly sessionKey: string | null;
}

export interface IdentityService {
  /** Login code → session. Throws MenshenError; `binding_required` carries `ticket` and `ways`. */
  login(request: LoginRequest & Caller): Promise<LoginAnswer>;
  /** Binding ticket and proof → session. Throws MenshenError. */
  bind(request: BindRequest & Caller): Promise<LoginAnswer>;
  /** Ends sessions on every node; the record is durable when this resolves. Returns how many were alive. */
  endSessions(sids: readonly string[], reason: string, by: string): Promise<number>;
  endSessionsOf(uid: string, reason: string, by: string): Promise<number>;
  /** Ends what this node holds of a person who is no longer active, also logins under way; nothing is recorded. */
  dropPerson(uid: string): void;
  /** Issues a one-time company code for an employee, to bind a login unless told otherwise; an earlier one for that dies. */
  createCompanyCode(uid: string, by: string, purpose?: CodePurpose): Promise<{ code: string; expiresAt: number }>;
  readonly companyCodes: CompanyCodes;
  readonly stepUp: StepUp;
  identitiesOf(uid: string): Promise<readonly Identity[]>;
  /** Who has identities, and when they last signed in. */
  bound(): Promise<ReadonlyMap<string, Bound>>;
  /**
   * Makes two people one, a customer or a double of the directory being the first: identities, accounts and what sources say of `from` are `into`'s.
   * @throws MenshenError `not_found`, `conflict` when both have a WeChat identity in one mini program
   */
  merge(from: string, into: string, by: string): Promise<void>;
  unbind(identity: Pick<Identity, 'channel' | 'provider' | 'subject'>, uid: string, by: string): Promise<boolean>;
  /** Loads a session that another node made or has used since. */
  loadSession(sid: string): Promise<Session | null>;
  /** Learns of the sessions that other nodes have made, so that lists are whole. */
  refresh(): Promise<void>;
  /** Writes idle times and removes what has expired; called on a schedule. */
  maintain(): Promise<void>;
  readonly sessions: SessionSnapshot;
}

export interface IdentityParts {
  readonly links: LinkStore;
  /** The appids of this configuration: one company's mini programs. */
  readonly ownApps: () => ReadonlySet<string>;
  readonly store: IdentityStore;
  readonly sessions: SessionSnapshot;
  readonly providers: Providers;
  readonly directory: DirectoryService;
  readonly audit: Audit;
  readonly revocations: RevocationFeed;
  readonly metrics: Metrics;
  readonly risk: Pick<RiskService, 'login'>;
  readonly app: (id: string) => AppConfig | undefined;
  /** Whether other nodes may make, use and end sessions of the same store. */
  readonly shared: boolean;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

const digest = (text: string): string => hash('sha256', text, 'base64url');

/** Starts identity: loads live sessions into the snapshot and follows revocations of other nodes. */
export async function createIdentityService(parts: IdentityParts): Promise<IdentityService> {
  const { store, sessions, providers, directory, audit, revocations, shared, clock, random } = parts;
  let refreshedAt = clock();
  for (const session of await store.sessions(refreshedAt)) sessions.put(session);
  const logins = new LoginsUnderWay();

  /** Ended here by what another node said. That node removes and records them; what it did not know of is removed later. */
  const dropped = new Set<string>();
  const dropPerson = (uid: string): void => {
    logins.refuse(uid);
    const sids = sessions.ofPerson(uid).map((session) => session.sid);
    for (const sid of sids) {
      sessions.end(sid, clock());
      dropped.add(sid);
    }
  };
  revocations.subscribe((entry, own) => {
    // What this node published, it has done; a login since then is not meant.
    if (own) return;
    if (entry.kind === 'session') sessions.end(entry.subject, clock());
    if (entry.kind === 'person') dropPerson(entry.subject);
  });

  /** Takes over what the store knows of a session, unless this node knows better. */
  const adopt = (session: Session): Session | null => {
    if (sessions.wasEnded(session.sid)) return null;
    const known = sessions.find(session.sid);
    const newer = known === undefined || session.generation > known.generation;
    if (known !== undefined && !newer && known.lastSeen >= session.lastSeen) return known;
    // A step-up may have been written since the store was read.
    if (known !== undefined && session.generation < known.generation) return known;
    sessions.put(session);
    return session;
  };
  const alive = (session: Session): boolean =>
    clock() < Math.min(session.idleExpires, session.absoluteExpires) && !sessions.wasEnded(session.sid);

  /** WeChat may rotate the session key when one person logs in twice at once, so logins of a subject go one after the other. */
  const turns = new Map<string, Promise<unknown>>();
  const inTurn = async <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const before = turns.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    turns.set(key, mine);
    try {
      return await mine;
    } finally {
      if (turns.get(key) === mine) turns.delete(key);
    }
  };

  /** Ends sessions, and with `uid` whatever else is open of a person, on every node; all or nothing. */
  const end = async (ended: readonly Session[], uid: string | null, reason: string, by: string): Promise<number> => {
    if (ended.length === 0 && uid === null) return 0;
    const sids = ended.map((session) => session.sid);
    await store.removeSessions(sids, async (transaction) => {
      if (uid !== null) await revocations.append(transaction, { kind: 'person', subject: uid, detail: reason });
      for (const sid of sids) await revocations.append(transaction, { kind: 'session', subject: sid, detail: reason });
    });
    revocations.announce();
    if (uid !== null) logins.refuse(uid);
    for (const sid of sids) sessions.end(sid, clock());
    await Promise.all(
      ended.map((session) =>
        audit.record(
          authenticationEvent({
            time: clock(),
            requestId: null,
            app: session.app,
            channel: session.channel,
            uid: session.person.uid,
            address: session.address,
            userAgent: null,
            session: session.sid,
            code: null,
            activity: 'logoff',
            detail: reason,
            by,
          }),
        ),
      ),
    );
    return ended.length;
  };

  const refused = async (
    request: Caller & { app: string },
    channel: string,
    uid: string | null,
    error: MenshenError,
  ): Promise<never> => {
    parts.metrics.add('menshen_logins_total', `outcome="refused"`);
    await audit.record(
      authenticationEvent({
        time: clock(),
        requestId: request.requestId,
        app: request.app,
        channel,
        uid,
        address: request.address,
        userAgent: request.userAgent,
        session: null,
        code: error.code,
        activity: 'logon',
      }),
    );
    throw error;
  };

  const appOf = (id: string): AppConfig => {
    const app = parts.app(id);
    if (app === undefined) throw new MenshenError('app_unknown');
    return app;
  };

  /** An app that demands signed requests opens no session without keys. */
  const demandSeal = (app: AppConfig, caller: Caller): void => {
    if (app.requestSigning.mode === 'required' && caller.seal === undefined) throw new MenshenError('sealed_login_required');
  };

  /** The person behind a bound identity, if they may come in at all. */
  const admit = (app: AppConfig, person: Person | null, customer: PersonRef | null): PersonRef => {
    const ref = person ?? customer;
    if (ref === null) throw new MenshenError('audience_refused');
    if (person !== null && person.status !== 'active') throw new MenshenError('account_disabled');
    if (!app.audience.includes(ref.kind)) throw new MenshenError('audience_refused');
    return { uid: ref.uid, name: ref.name, kind: ref.kind };
  };

  const mayEnter = (person: PersonRef): boolean =>
    person.kind === 'customer' || directory.snapshot().person(person.uid)?.status === 'active';

  /** How WeChat ranks the user, where the app asks; a rank that cannot be had is no reason to refuse or to trust. */
  const wechatRankOf = async (app: AppConfig, subject: Entrant, caller: Caller): Promise<number | null> => {
    if (!app.stepUp.wechatRisk || subject.channel !== 'wechat') return null;
    return providers.riskRank(app, subject.subject, caller.address).catch(() => {
      parts.metrics.add('menshen_wechat_risk_failures_total');
      return null;
    });
  };

  /** WeChat's key of the user, where the app's setting demands it in the keys of the session. */
  const userKeyFor = async (app: AppConfig, subject: Entrant, caller: Caller): Promise<UserKey | null> => {
    if (caller.seal === undefined || !app.requestSigning.userKey || subject.channel !== 'wechat') return null;
    if (subject.sessionKey === null) throw new MenshenError('login_unavailable');
    return providers.userKey(app, { openid: subject.subject, sessionKey: subject.sessionKey });
  };

  const open = async (
    app: AppConfig,
    subject: Entrant,
    person: PersonRef,
    device: string | null,
    caller: Caller,
    amr: readonly string[],
  ): Promise<LoginAnswer> => {
    const login = logins.begin(person.uid);
    try {
      const userKey = await userKeyFor(app, subject, caller);
      return await openSession(login, app, subject, person, device, caller, amr, userKey);
    } finally {
      login.end();
    }
  };

  const openSession = async (
    login: LoginUnderWay,
    app: AppConfig,
    subject: Entrant,
    person: PersonRef,
    device: string | null,
    caller: Caller,
    amr: readonly string[],
    userKey: UserKey | null,
  ): Promise<LoginAnswer> => {
    const now = clock();
    const made = makeToken(random);
    const idleMs = app.session.idleSeconds * 1_000;
    const absoluteExpires = now + app.session.absoluteSeconds * 1_000;
    const idleExpires = Math.min(now + idleMs, absoluteExpires);
    const answer: LoginAnswer = {
      token: made.token,
      expiresAt: idleExpires,
      idleSeconds: app.session.idleSeconds,
      user: person,
      assurance: 1,
      serverTime: now,
    };
    const wechatRank = await wechatRankOf(app, subject, caller);
    const risk = await parts.risk.login(app, person, {
      address: caller.address,
      device,
      wechatRank,
      requestId: caller.requestId,
    });
    const session: Session = {
      sid: made.sid,
      secretHash: made.secretHash,
      generation: 0,
      previous: null,
      binding: caller.seal?.(answer, userKey) ?? null,
      risk,
      app: app.id,
      channel: subject.channel,
      person,
      assurance: 1,
      amr,
      secondFactorAt: null,
      assuranceUntil: null,
      created: now,
      lastSeen: now,
      idleExpires,
      idleMs,
      absoluteExpires,
      address: caller.address,
      device,
    };
    if (shared) for (const other of await store.sessionsOf(person.uid)) adopt(other);
    const { threshold } = app.stepUp;
    const owes = (other: Session): boolean => threshold !== null && owesStepUp(other.risk, other.secondFactorAt, threshold);
    const others = sessions
      .ofPerson(person.uid)
      .filter((other) => other.app === app.id)
      // What somebody opened with a stolen login goes first: repeated logins must not push the person out.
      .sort((a, b) => Number(owes(b)) - Number(owes(a)) || a.lastSeen - b.lastSeen);
    const surplus = others.slice(0, Math.max(0, others.length - app.session.perPerson + 1));
    if (surplus.length > 0)
      await service.endSessions(
        surplus.map((other) => other.sid),
        'session limit',
        person.uid,
      );
    await store.addSession(session);
    await audit.record(
      authenticationEvent({
        time: now,
        requestId: caller.requestId,
        app: app.id,
        channel: subject.channel,
        uid: person.uid,
        address: caller.address,
        userAgent: caller.userAgent,
        session: session.sid,
        code: null,
        activity: 'logon',
      }),
    );
    if (person.kind !== 'customer') await parts.links.noteLogin(person.uid, now);
    // Who was revoked meanwhile, or has left, comes in by no login that began before: whoever ends a person's sessions after this look finds
    // the session in the store, and this look sees whatever was written before.
    await directory.fresh();
    const revoked = login.refused || sessions.wasEnded(session.sid);
    if (revoked || !mayEnter(person)) {
      sessions.end(session.sid, clock());
      await store.removeSessions([session.sid]);
      throw new MenshenError(revoked ? 'session_revoked' : 'account_disabled');
    }
    sessions.put(session);
    parts.metrics.add('menshen_logins_total', `outcome="passed"`);
    return answer;
  };

  const needsBinding = async (app: AppConfig, subject: Subject, device: string | null): Promise<MenshenError> => {
    const ticket = Buffer.from(random(24)).toString('base64url');
    await store.addTicket(
      digest(ticket),
      {
        app: app.id,
        provider: subject.provider,
        subject: subject.subject,
        unionid: subject.unionid,
        sessionKey: subject.sessionKey,
        device,
      },
      clock() + ticketMs,
    );
    return new MenshenError('binding_required', { ticket, ways: app.binding.filter((way) => way !== 'unionid') });
  };

  /** Binds a WeChat user whom another mini program of the company knows; null when none does, or not well enough. */
  const enterByUnion = async (app: AppConfig, subject: Subject, device: string | null, caller: Caller) => {
    const { unionid } = subject;
    if (unionid === null) return null;
    const owner = unionOwner(await parts.links.byUnion(unionid), parts.ownApps());
    if (owner === null) return null;
    const person = directory.snapshot().person(owner.uid) ?? null;
    // An employee who comes to an app for customers is a customer there.
    const served = owner.boundBy === 'self' ? 'customer' : (person?.kind ?? null);
    if (served === null || !app.audience.includes(served)) return null;
    if (owner.boundBy === 'unionid' && !app.binding.includes('unionid')) return null;
    const ref = admit(app, person, owner.boundBy === 'self' ? { uid: owner.uid, name: '', kind: 'customer' } : null);
    const mine = await store.identitiesOf(ref.uid);
    // A second WeChat account for one person needs an administrator to release the first.
    if (mine.some((one) => one.channel === 'wechat' && one.provider === subject.provider)) return null;
    const { provider, subject: openid, sessionKey } = subject;
    const boundAt = clock();
    await audit.record(
      accountChangeEvent({
        time: boundAt,
        activity: 'bind',
        uid: ref.uid,
        by: ref.uid,
        app: app.id,
        address: caller.address,
        detail: owner.boundBy,
        requestId: caller.requestId,
      }),
    );
    await store.bind(
      { channel: 'wechat', provider, subject: openid, unionid, uid: ref.uid, boundBy: owner.boundBy, boundAt },
      sessionKey,
    );
    return open(app, subject, ref, device, caller, ['wechat']);
  };

  const enterWechat = async (app: AppConfig, subject: Subject, device: string | null, caller: Caller): Promise<LoginAnswer> => {
    const known = await store.identity('wechat', subject.provider, subject.subject);
    if (known !== null) {
      const person = directory.snapshot().person(known.uid) ?? null;
      const customer: PersonRef | null = known.boundBy === 'self' ? { uid: known.uid, name: '', kind: 'customer' } : null;
      if (customer !== null && !app.audience.includes('customer')) throw await needsBinding(app, subject, device);
      const ref = admit(app, person, customer);
      await store.keepSessionKey('wechat', subject.provider, subject.subject, subject.sessionKey);
      return open(app, subject, ref, device, caller, ['wechat']);
    }
    const elsewhere = await enterByUnion(app, subject, device, caller);
    if (elsewhere !== null) return elsewhere;
    if (!app.audience.includes('customer')) throw await needsBinding(app, subject, device);
    const uid = `c_${Buffer.from(random(12)).toString('base64url')}`;
    await store.addCustomer(uid, clock());
    await store.bind(
      {
        channel: 'wechat',
        provider: subject.provider,
        subject: subject.subject,
        unionid: subject.unionid,
        uid,
        boundBy: 'self',
        boundAt: clock(),
      },
      subject.sessionKey,
    );
    return open(app, subject, { uid, name: '', kind: 'customer' }, device, caller, ['wechat']);
  };

  const enterWecom = async (app: AppConfig, subject: Subject, device: string | null, caller: Caller): Promise<LoginAnswer> => {
    const person = directory.ofWecom(subject.subject) ?? null;
    const ref = admit(app, person, null);
    const known = await store.identity('wecom', subject.provider, subject.subject);
    const boundAt = known?.boundAt ?? clock();
    await store.bind(
      {
        channel: 'wecom',
        provider: subject.provider,
        subject: subject.subject,
        unionid: null,
        uid: ref.uid,
        boundBy: 'wecom',
        boundAt,
      },
      subject.sessionKey,
    );
    return open(app, subject, ref, device, caller, ['wecom']);
  };

  /** The uid that a proof stands for. Every failure looks the same from outside. */
  const prove = async (
    app: AppConfig,
    ticket: Ticket,
    request: BindRequest,
  ): Promise<{ uid: string; by: Identity['boundBy'] }> => {
    const now = clock();
    if ('phoneCode' in request) {
      if (!app.binding.includes('phone')) throw new MenshenError('binding_failed');
      const phone = await providers.phoneNumber(app, request.phoneCode, ticket.subject);
      const owners = directory.withPhone(phone);
      const [owner] = owners;
      // Two people with one number: nobody can say which of them this is.
      if (owner === undefined || owners.length !== 1) throw new MenshenError('binding_failed');
      return { uid: owner.uid, by: 'phone' };
    }
    if ('account' in request) {
      if (!app.binding.includes('account')) throw new MenshenError('binding_failed');
      const username = request.account.username.normalize('NFC').toLowerCase();
      const account = await store.account(username);
      const mayTry = account === null || (await store.tryAccount(username, now, accountFailures, accountLockMs));
      const right = await verifyPassword(request.account.password, mayTry ? (account?.passwordHash ?? null) : null);
      if (!right || account === null) throw new MenshenError('binding_failed');
      await store.clearAccountFailures(username);
      return { uid: account.uid, by: 'account' };
    }
    if (!app.binding.includes('company_code')) throw new MenshenError('binding_failed');
    const uid = await companyCodes.useToBind(request.companyCode);
    if (uid === null) throw new MenshenError('binding_failed');
    return { uid, by: 'company_code' };
  };

  const companyCodes = createCompanyCodes({ store, directory, audit, clock, random });
  const stepUp = createStepUp({
    ...{ store, sessions, revocations, clock, random },
    onError: () => parts.metrics.add('menshen_maintenance_failures_total'),
  });

  const service: IdentityService = {
    sessions,
    companyCodes,
    stepUp,
    async login(request) {
      const device = deviceOf(request.device);
      try {
        const app = appOf(request.app);
        demandSeal(app, request);
        const subject = await providers.exchange(app, request.channel, request.code);
        await directory.fresh();
        return await inTurn(`${subject.provider}\n${subject.subject}`, () =>
          subject.channel === 'wechat' ? enterWechat(app, subject, device, request) : enterWecom(app, subject, device, request),
        );
      } catch (error) {
        if (error instanceof MenshenError) return refused(request, request.channel, null, error);
        throw error;
      }
    },
    async bind(request) {
      const ticketHash = digest(request.ticket);
      const ticket = await store.tryTicket(ticketHash, clock(), ticketAttempts);
      if (ticket === null) return refused({ ...request, app: '' }, 'wechat', null, new MenshenError('ticket_invalid'));
      try {
        const app = appOf(ticket.app);
        demandSeal(app, request);
        const proved = await prove(app, ticket, request);
        const person = directory.snapshot().person(proved.uid) ?? null;
        const ref = admit(app, person, null);
        const bound = (await store.identitiesOf(ref.uid)).find(
          (identity) => identity.channel === 'wechat' && identity.provider === ticket.provider,
        );
        // A second WeChat account for one person needs an administrator to release the first.
        if (bound !== undefined && bound.subject !== ticket.subject) throw new MenshenError('binding_failed');
        if (!(await store.consumeTicket(ticketHash))) throw new MenshenError('ticket_invalid');
        await store.bind(
          {
            channel: 'wechat',
            provider: ticket.provider,
            subject: ticket.subject,
            unionid: ticket.unionid,
            uid: ref.uid,
            boundBy: proved.by,
            boundAt: clock(),
          },
          ticket.sessionKey,
        );
        await audit.record(
          accountChangeEvent({
            time: clock(),
            activity: 'bind',
            uid: ref.uid,
            by: ref.uid,
            app: app.id,
            address: request.address,
            detail: proved.by,
            requestId: request.requestId,
          }),
        );
        const entrant: Entrant = { channel: 'wechat', subject: ticket.subject, sessionKey: ticket.sessionKey };
        return await open(app, entrant, ref, ticket.device, request, ['wechat', proved.by]);
      } catch (error) {
        if (error instanceof MenshenError) return refused({ ...request, app: ticket.app }, 'wechat', null, error);
        throw error;
      }
    },
    async endSessions(sids, reason, by) {
      const ended: Session[] = [];
      for (const sid of new Set(sids)) {
        const session = sessions.find(sid) ?? (shared ? await store.session(sid) : null);
        if (session !== null && alive(session)) ended.push(session);
      }
      return end(ended, null, reason, by);
    },
    async endSessionsOf(uid, reason, by) {
      const known = new Map(sessions.ofPerson(uid).map((session) => [session.sid, session]));
      for (const session of await store.sessionsOf(uid)) if (!known.has(session.sid)) known.set(session.sid, session);
      return end([...known.values()].filter(alive), uid, reason, by);
    },
    dropPerson,
    createCompanyCode: (uid, by, purpose = 'bind') => companyCodes.issue(uid, purpose, by),
    identitiesOf: (uid) => store.identitiesOf(uid),
    bound: () => parts.links.bound(),
    async merge(from, into, by) {
      const target = directory.snapshot().person(into);
      const [leaving, staying] = [await store.identitiesOf(from), await store.identitiesOf(into)];
      const customer = customerForm.test(from);
      if (target === undefined || (customer && leaving.length === 0)) throw new MenshenError('not_found');
      if (from === into || target.status !== 'active') throw new MenshenError('conflict');
      if (leaving.some((one) => staying.some((other) => other.channel === one.channel && other.provider === one.provider)))
        throw new MenshenError('conflict');
      if (!customer) await directory.merge(from, into, by);
      await audit.act(by, { activity: 'update', entity: 'identities', detail: { uid: into, change: 'merge', from } }, () =>
        parts.links.move(from, into),
      );
      await service.endSessionsOf(from, 'merged', by);
    },
    async unbind(identity, uid, by) {
      const removed = await store.unbind(identity.channel, identity.provider, identity.subject, uid);
      if (!removed) return false;
      await audit.record(
        accountChangeEvent({
          time: clock(),
          activity: 'unbind',
          uid,
          by,
          app: null,
          address: null,
          detail: identity.channel,
          requestId: null,
        }),
      );
      await service.endSessionsOf(uid, 'identity removed', by);
      return true;
    },
    async loadSession(sid) {
      const session = await store.session(sid);
      return session === null ? null : adopt(session);
    },
    async refresh() {
      const now = clock();
      if (!shared || now - refreshedAt < refreshGapMs) return;
      const since = refreshedAt - refreshOverlapMs;
      refreshedAt = now;
      for (const session of await store.sessionsSince(since)) if (alive(session)) adopt(session);
    },
    async maintain() {
      const gone = [...dropped];
      await store.removeSessions(gone);
      for (const sid of gone) dropped.delete(sid);
      await store.touchSessions(sessions.takeTouched());
      sessions.sweep(clock(), shared);
      await store.removeExpired(clock(), shared ? idleGraceMs : 0);
    },
  };
  return service;
}

function deviceOf(device: LoginRequest['device']): string | null {
  const text = [device?.model, device?.system, device?.client].filter((part) => part !== undefined && part !== '').join(' · ');
  return text === '' ? null : text.replace(/[\p{Cc}\p{Cf}]/gu, ' ').slice(0, 200);
}
