import { type AppConfig, type LoginAnswer, MenshenError } from '@menshen/contract';
import { authenticationEvent } from '../audit/events.ts';
import type { Audit } from '../audit/service.ts';
import type { DirectoryService } from '../directory/service.ts';
import type { Metrics } from '../gateway/metrics.ts';
import type { SessionBinding } from './binding/model.ts';
import type { UserKey } from './binding/sealed-logins.ts';
import type { LinkStore } from './links-store.ts';
import type { LiveSessions } from './live-sessions.ts';
import type { LoginUnderWay } from './logins-under-way.ts';
import type { PersonRef, Session } from './model.ts';
import type { Providers, Subject } from './providers.ts';
import { owesStepUp } from './risk/model.ts';
import type { RiskService } from './risk/service.ts';
import type { SessionSnapshot } from './snapshot.ts';
import type { IdentityStore } from './store.ts';
import { makeToken } from './token.ts';

/** Where a client call comes from, for the record. */
export interface Caller {
  readonly address: string;
  readonly userAgent: string | null;
  readonly requestId: string;
  /** The release that the app says it is. */
  readonly build?: string | null;
  /** Throws MenshenError where a measure of containment keeps the app, or this release of it, from opening sessions. */
  readonly assertEntry?: (app: string, build: string | null, sealed: boolean) => void;
  /** Present for a sealed login: takes the answer, seals it and hands out the keys that the session will sign with. */
  readonly seal?: (answer: LoginAnswer, userKey: UserKey | null) => SessionBinding;
}

/** Who enters, as far as the session is concerned. */
export interface Entrant {
  readonly channel: Subject['channel'];
  readonly subject: string;
  readonly sessionKey: string | null;
}

export interface OpeningParts {
  readonly live: LiveSessions;
  readonly links: LinkStore;
  readonly store: IdentityStore;
  readonly sessions: SessionSnapshot;
  readonly providers: Providers;
  readonly directory: DirectoryService;
  readonly audit: Audit;
  readonly metrics: Metrics;
  readonly risk: Pick<RiskService, 'login'>;
  readonly shared: boolean;
  /** Whether a measure of containment keeps a person out. */
  readonly locked: (uid: string) => boolean;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

/** Opens a session for a person who may come in. Throws MenshenError when they are locked, were revoked, or left, meanwhile. */
export type OpenSession = (
  app: AppConfig,
  subject: Entrant,
  person: PersonRef,
  device: string | null,
  caller: Caller,
  amr: readonly string[],
) => Promise<LoginAnswer>;

export function createOpening(parts: OpeningParts): OpenSession {
  const { live, store, sessions, providers, directory, audit, shared, clock, random } = parts;
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
    if (parts.locked(person.uid)) throw new MenshenError('account_locked');
    const login = live.logins.begin(person.uid, clock());
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
      build: caller.build ?? null,
    };
    if (shared) for (const other of await store.sessionsOf(person.uid)) live.adopt(other);
    const { threshold } = app.stepUp;
    const owes = (other: Session): boolean => threshold !== null && owesStepUp(other.risk, other.secondFactorAt, threshold);
    const others = sessions
      .ofPerson(person.uid)
      .filter((other) => other.app === app.id)
      // What somebody opened with a stolen login goes first: repeated logins must not push the person out.
      .sort((a, b) => Number(owes(b)) - Number(owes(a)) || a.lastSeen - b.lastSeen);
    const surplus = others.slice(0, Math.max(0, others.length - app.session.perPerson + 1));
    if (surplus.length > 0)
      await live.endSessions(
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

  return open;
}
