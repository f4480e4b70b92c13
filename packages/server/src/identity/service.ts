import {
  type AppConfig,
  appVersion,
  type BindRequest,
  type LoginAnswer,
  type LoginRequest,
  MenshenError,
} from '@menshen/contract';
import { accountChangeEvent, authenticationEvent } from '../audit/events.ts';
import type { Audit } from '../audit/service.ts';
import type { RevocationFeed } from '../coordination/revocation-feed.ts';
import { customerForm } from '../directory/model.ts';
import type { DirectoryService } from '../directory/service.ts';
import type { Metrics } from '../gateway/metrics.ts';
import { createBindingProof } from './binding-proof.ts';
import { type CompanyCodes, createCompanyCodes } from './company-codes.ts';
import { admit, createEntering, digest } from './entering.ts';
import type { Bound, LinkStore } from './links-store.ts';
import { createLiveSessions } from './live-sessions.ts';
import type { Session } from './model.ts';
import { type Caller, createOpening, type Entrant } from './opening.ts';
import type { Providers } from './providers.ts';
import type { RiskService } from './risk/service.ts';
import type { SessionSnapshot } from './snapshot.ts';
import { createStepUp, type StepUp } from './step-up.ts';
import type { CodePurpose, Identity, IdentityStore } from './store.ts';

export type { Caller } from './opening.ts';

const ticketAttempts = 5;

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
  /** The uid behind an openid or userid; null for one that is bound to nobody. */
  ownerOf(channel: 'wechat' | 'wecom', provider: string, subject: string): Promise<string | null>;
  /** Who has identities, and when they last signed in. */
  bound(): Promise<ReadonlyMap<string, Bound>>;
  /**
   * Makes two people one, a customer or a double of the directory being the first: identities, accounts and what sources say of `from` are `into`'s.
   * @throws MenshenError `not_found`, `conflict` when both have a WeChat identity in one mini program
   */
  merge(from: string, into: string, by: string): Promise<void>;
  /** Account of a WeChat or WeCom user; null where there is none. */
  uidOf(channel: 'wechat' | 'wecom', provider: string, subject: string): Promise<string | null>;
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
  /** Whether a measure of containment keeps a person out. */
  readonly locked: (uid: string) => boolean;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

/** Starts identity: logins, bindings and sessions. */
export async function createIdentityService(parts: IdentityParts): Promise<IdentityService> {
  const { store, sessions, providers, directory, audit, revocations, clock, random } = parts;
  const live = await createLiveSessions(parts);

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

  const companyCodes = createCompanyCodes({ store, directory, audit, clock, random });
  const stepUp = createStepUp({
    ...{ store, sessions, revocations, clock, random },
    onError: () => parts.metrics.add('menshen_maintenance_failures_total'),
  });
  const prove = createBindingProof({ store, providers, directory, companyCodes, clock });
  const open = createOpening({ ...parts, live });
  const { enterWechat, enterWecom } = createEntering({ ...parts, open });

  const service: IdentityService = {
    sessions,
    companyCodes,
    stepUp,
    async login(request) {
      const device = deviceOf(request.device);
      try {
        const app = appOf(request.app);
        demandSeal(app, request);
        const build = buildOf(request.device);
        request.assertEntry?.(app.id, build, request.seal !== undefined);
        const subject = await providers.exchange(app, request.channel, request.code);
        await directory.fresh();
        const caller: Caller = { ...request, build };
        return await inTurn(`${subject.provider}\n${subject.subject}`, () =>
          subject.channel === 'wechat' ? enterWechat(app, subject, device, caller) : enterWecom(app, subject, device, caller),
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
        request.assertEntry?.(app.id, ticket.build, request.seal !== undefined);
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
        return await open(app, entrant, ref, ticket.device, { ...request, build: ticket.build }, ['wechat', proved.by]);
      } catch (error) {
        if (error instanceof MenshenError) return refused({ ...request, app: ticket.app }, 'wechat', null, error);
        throw error;
      }
    },
    endSessions: live.endSessions,
    endSessionsOf: live.endSessionsOf,
    dropPerson: live.dropPerson,
    createCompanyCode: (uid, by, purpose = 'bind') => companyCodes.issue(uid, purpose, by),
    identitiesOf: (uid) => store.identitiesOf(uid),
    ownerOf: async (channel, provider, subject) => (await store.identity(channel, provider, subject))?.uid ?? null,
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
    uidOf: async (channel, provider, subject) => (await store.identity(channel, provider, subject))?.uid ?? null,
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
    loadSession: live.loadSession,
    refresh: live.refresh,
    maintain: live.maintain,
  };
  return service;
}

/** The release that an app says it is, where that can be one. */
function buildOf(device: LoginRequest['device']): string | null {
  const read = appVersion.safeParse(device?.build);
  return read.success ? read.data : null;
}

function deviceOf(device: LoginRequest['device']): string | null {
  const text = [device?.model, device?.system, device?.client].filter((part) => part !== undefined && part !== '').join(' · ');
  return text === '' ? null : text.replace(/[\p{Cc}\p{Cf}]/gu, ' ').slice(0, 200);
}
