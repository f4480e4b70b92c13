import { randomBytes } from 'node:crypto';
import { type AppConfig, appSchema, type FactorKind, type MfaGrant } from '@menshen/contract';
import type { WechatClient, WecomClient, WecomMessage } from '@menshen/wechat';
import { createMemoryCoordination } from '../../coordination/memory.ts';
import type { Coordination } from '../../coordination/model.ts';
import { createRevocationFeed } from '../../coordination/revocation-feed.ts';
import type { Person } from '../../directory/model.ts';
import { Metrics } from '../../gateway/metrics.ts';
import { createKeys } from '../../keys/master.ts';
import type { OpenTestStore } from '../../store/testing.ts';
import { createCompanyCodes } from '../company-codes.ts';
import type { Session } from '../model.ts';
import { noRisk } from '../risk/model.ts';
import { SessionSnapshot } from '../snapshot.ts';
import { createStepUp } from '../step-up.ts';
import { createIdentityStore } from '../store.ts';
import { makeToken } from '../token.ts';
import { createChallengeStore } from './challenge-store.ts';
import type { FactorParts } from './context.ts';
import { createFactorService } from './create-service.ts';
import type { SmsMessage } from './providers/sms-provider.ts';
import { randomCode } from './random-code.ts';
import type { FactorCaller } from './service.ts';
import { createFactorStore } from './store.ts';
import { hotp, totpCounter } from './totp.ts';

export const minute = 60_000;
export const caller: FactorCaller = { address: '192.0.2.1', userAgent: 'test', requestId: 'request-0001', language: 'zh' };

export const testPerson = (uid: string, more: Partial<Person> = {}): Person => ({
  ...{
    uid,
    name: uid,
    kind: 'employee',
    departments: [],
    leads: [],
    position: null,
    phone: '13800000001',
    email: null,
    number: null,
  },
  ...{ roles: [], sourceRoles: [], status: 'active', sourceStatus: 'active', blocked: false, source: 'wecom' },
  ...more,
});

const app = (more: object): AppConfig =>
  appSchema.parse({
    id: 'portal',
    name: { zh: '员工门户', en: 'Staff portal' },
    audience: ['employee'],
    basePath: '/portal',
    wechat: { appid: 'wxtest', secret: 'secret' },
    wecom: { corpid: 'wwtest', agentid: 1, secret: 'secret' },
    upstream: 'http://127.0.0.1:1',
    factors: { enrolmentCode: ['wecom', 'phone'] },
    ...more,
  });

export interface FactorBenchOptions {
  readonly app?: object;
  /** Whether sessions and addresses are held to their rates; false by default, so that a test reaches the rule behind them. */
  readonly throttled?: boolean;
  readonly parts?: Partial<FactorParts>;
}

/** For tests: the factor service over a real store, with a directory, WeChat, WeCom and an SMS provider of the test's own, and a clock that it moves. */
export async function createFactorBench(open: OpenTestStore, options: FactorBenchOptions = {}) {
  let now = 1_767_225_600_000;
  const clock = (): number => now;
  const random = (size: number): Uint8Array => randomBytes(size);
  const store = await open({ clock });
  const keys = createKeys(new Uint8Array(32).fill(9), random);
  const identityStore = createIdentityStore(store, keys);
  const memory = createMemoryCoordination({ clock });
  const coordination: Coordination = options.throttled
    ? memory
    : { ...memory, tokenBucket: { ...memory.tokenBucket, take: async () => ({ allowed: true, remaining: 1, retryAfterMs: 0 }) } };
  const revocations = await createRevocationFeed({ store, coordination, clock });
  const sessions = new SessionSnapshot();
  const people = new Map<string, Person>([
    ['zhang', testPerson('zhang', { name: '张三' })],
    ['li', testPerson('li', { name: '李四', phone: '13800000002' })],
  ]);
  const events: Record<string, unknown>[] = [];
  const audit = {
    record: async (event: string) => events.push(JSON.parse(event) as Record<string, unknown>),
  } as unknown as FactorParts['audit'];
  const directory = {
    snapshot: () => ({ person: (uid: string) => people.get(uid) }),
    ofWecom: (userid: string) => people.get(userid),
  } as unknown as FactorParts['directory'];
  const messages: WecomMessage[] = [];
  const texts: SmsMessage[] = [];
  const soter = { answer: async (_request: { openid: string }) => true, asked: 0 };
  const providers = {
    wechat: () => ({
      verifySoter: (request: { openid: string }) => {
        soter.asked += 1;
        return soter.answer(request);
      },
    }),
    messenger: () => ({
      sendMessage: async (message: WecomMessage) => {
        messages.push(message);
        return { invalidUsers: [], invalidDepartments: [], invalidTags: [], unlicensedUsers: [] };
      },
    }),
  } as unknown as { wechat: () => WechatClient; messenger: () => WecomClient };
  const configured = app(options.app ?? {});
  const end = async (sids: readonly string[]): Promise<number> => {
    await identityStore.removeSessions(sids);
    return sids.filter((sid) => sessions.end(sid, now)).length;
  };
  const companyCodes = createCompanyCodes({
    ...{ store: identityStore, audit, clock, random },
    directory: directory as Parameters<typeof createCompanyCodes>[0]['directory'],
  });
  const service = createFactorService({
    store: createFactorStore(store, keys),
    challenges: createChallengeStore(store, keys),
    identity: {
      sessions,
      stepUp: createStepUp({ store: identityStore, sessions, revocations, clock, random, onError: () => undefined }),
      companyCodes,
      identitiesOf: (uid) => identityStore.identitiesOf(uid),
      endSessions: end,
      endSessionsOf: (uid) => end(sessions.ofPerson(uid).map((session) => session.sid)),
    },
    ...{ directory, providers, audit, coordination, keys, clock, random, randomCode },
    metrics: new Metrics(),
    sms: () => ({
      name: 'tencent',
      send: async (message) => {
        texts.push(message);
      },
    }),
    app: (id) => (id === configured.id ? configured : undefined),
    apps: () => [configured],
    ...options.parts,
  });

  const bench = {
    ...{ service, store, sessions, people, events, messages, texts, soter, companyCodes, identityStore, revocations, clock },
    /** The times of the last code that was sent. */
    sentCode: (): string => {
      const last = texts.at(-1);
      return last !== undefined && 'code' in last ? last.code : '';
    },
    advance(ms: number): void {
      now += ms;
    },
    /** A live session of a person, as after a login that proved no factor. */
    async login(uid = 'zhang', channel: Session['channel'] = 'wechat'): Promise<Session> {
      const made = makeToken(random);
      const session: Session = {
        ...{
          sid: made.sid,
          secretHash: made.secretHash,
          generation: 0,
          previous: null,
          binding: null,
          risk: noRisk,
          app: 'portal',
          channel,
        },
        person: { uid, name: uid, kind: 'employee' },
        ...{ assurance: 1, amr: [channel], secondFactorAt: null, assuranceUntil: null, created: now, lastSeen: now },
        ...{
          idleExpires: now + 3_600_000,
          idleMs: 3_600_000,
          absoluteExpires: now + 43_200_000,
          address: '192.0.2.1',
          device: null,
          build: null,
        },
      };
      await identityStore.addSession(session);
      sessions.put(session);
      return session;
    },
    /** The secrets of a person's factors as they come out of the key ring. */
    factorsInClear: async (uid: string): Promise<string[]> =>
      (await createFactorStore(store, keys).factors(uid)).map((factor) => factor.secret),
    /** The session as it stands now. */
    now: (session: Session): Session => sessions.find(session.sid) ?? session,
    code: (secret: string, step = 0): string => hotp(Buffer.from(secret, 'hex'), totpCounter(now) + step),
    /** Enrols TOTP with a company code; the secret in hexadecimal, and what the confirmation gave. */
    async enrolTotp(session: Session) {
      const { code } = await companyCodes.issue(session.person.uid, 'enrol', 'root');
      const begun = await service.enrol(session, { kind: 'totp', proof: { companyCode: code } }, caller);
      const secret = fromBase32(begun.totp?.secret ?? '').toString('hex');
      const confirmed = await service.confirm(session, { enrolment: begun.enrolment, code: bench.code(secret) }, caller);
      // The code of this step is used up.
      bench.advance(30_000);
      return { secret, ...confirmed, device: confirmed.grant.device ?? '' };
    },
    async challenge(session: Session, kind: FactorKind, device?: string): Promise<string> {
      const request = { purpose: 'freshness' as const, kind, ...(device === undefined ? {} : { device }) };
      return (await service.challenge(session, request, caller)).challenge;
    },
    /** The outcome of an answer to a new challenge: `freshness`, or the code of the refusal. */
    async prove(session: Session, kind: FactorKind, proof: object, device?: string): Promise<string> {
      const challenge = await bench.challenge(session, kind, device);
      return bench.answer(session, challenge, proof, device);
    },
    async answer(session: Session, challenge: string, proof: object, device?: string): Promise<string> {
      const request = { challenge, ...proof, ...(device === undefined ? {} : { device }) } as Parameters<
        typeof service.verify
      >[1];
      return service.verify(session, request, caller).then(
        (answer) => answer.purpose,
        (error: unknown) => codeOf(error),
      );
    },
    async granted(session: Session, kind: FactorKind, proof: object): Promise<MfaGrant> {
      const challenge = await bench.challenge(session, kind);
      const answer = await service.verify(session, { challenge, ...proof } as Parameters<typeof service.verify>[1], caller);
      if (answer.purpose !== 'freshness') throw new Error('no grant');
      return answer;
    },
    actions: (): string[] =>
      events.map((event) => String((event['unmapped'] as { menshen: { action: unknown } }).menshen.action)),
  };
  return bench;
}

export type FactorBench = Awaited<ReturnType<typeof createFactorBench>>;

/** The code of a refusal. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/** What a promise is refused with; `passed` when it is not. */
export const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'passed',
    (error: unknown) => codeOf(error),
  );

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** As an authenticator app reads the secret. */
export function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
