import { createHmac, hash } from 'node:crypto';
import { type AppConfig, type FactorKind, MenshenError } from '@menshen/contract';
import type { Audit } from '../../audit/service.ts';
import type { Coordination } from '../../coordination/model.ts';
import type { Person } from '../../directory/model.ts';
import type { DirectoryService } from '../../directory/service.ts';
import type { Metrics } from '../../gateway/metrics.ts';
import type { Keys } from '../../keys/master.ts';
import type { Session } from '../model.ts';
import type { Providers } from '../providers.ts';
import type { IdentityService } from '../service.ts';
import type { ChallengeStore } from './challenge-store.ts';
import { knownDeviceMs, maskedPhone, offerOrder, plainPhone, type Source } from './model.ts';
import type { SmsProvider } from './providers/sms-provider.ts';
import type { FactorCaller } from './service.ts';
import type { Factor, FactorStore } from './store.ts';

export interface FactorParts {
  readonly store: FactorStore;
  readonly challenges: ChallengeStore;
  readonly identity: Pick<
    IdentityService,
    'sessions' | 'stepUp' | 'companyCodes' | 'identitiesOf' | 'endSessions' | 'endSessionsOf'
  >;
  readonly directory: Pick<DirectoryService, 'snapshot' | 'ofWecom'>;
  readonly providers: Pick<Providers, 'wechat' | 'messenger'>;
  readonly audit: Audit;
  readonly coordination: Coordination;
  readonly keys: Pick<Keys, 'derive'>;
  readonly metrics: Metrics;
  /** Hears of a wrong answer, which makes the next login of the person suspicious. */
  readonly failed?: (uid: string) => void;
  /** The configured provider; null where the company has none. */
  readonly sms: () => SmsProvider | null;
  readonly app: (id: string) => AppConfig | undefined;
  readonly apps: () => Iterable<AppConfig>;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
  /** Six decimal digits, each code as likely as any other. */
  readonly randomCode: () => string;
}

/** Whose factors a call is about. */
export interface Subject {
  readonly session: Session;
  readonly person: Person;
  readonly app: AppConfig;
}

/** Who tries, and the known device behind it. */
export interface Origin {
  readonly source: Source;
  readonly deviceHash: string | null;
}

const devicePrefix = 'mdv1.';

/** What a session may do in a time, on top of the budgets of its tries; known devices are not held up by strangers behind the same address. */
const rates = {
  try: {
    session: { capacity: 5, refillPerSecond: 1 / 60, cost: 1 },
    address: { capacity: 30, refillPerSecond: 0.5, cost: 1 },
  },
  ask: {
    session: { capacity: 10, refillPerSecond: 1 / 10, cost: 1 },
    address: { capacity: 60, refillPerSecond: 1, cost: 1 },
  },
} as const;
const knownRate = { capacity: 30, refillPerSecond: 0.5, cost: 1 };

/** What the parts of the factor service share. */
export function createFactorContext(parts: FactorParts) {
  const { store, challenges, directory, coordination, clock, random } = parts;
  const codeKey = parts.keys.derive('second factor codes');
  const passwordPepper = parts.keys.derive('second factor password pepper');

  const context = {
    ...parts,
    /** Throws `factor_unavailable` for customers and whoever is not an active person of the directory. */
    subject(session: Session): Subject {
      const person = directory.snapshot().person(session.person.uid);
      const app = parts.app(session.app);
      if (person === undefined || person.status !== 'active' || app === undefined) throw new MenshenError('factor_unavailable');
      return { session, person, app };
    },

    /** Keyed hash of a short secret or a phone number: without the key, six digits are found by trying all. */
    keyed: (text: string): string => createHmac('sha256', codeKey).update(text).digest('base64url'),
    /** What argon2id is given of a password: a stolen store alone does not allow to guess (NIST SP 800-63B-4 3.1.1.2). */
    peppered: (password: string): string =>
      createHmac('sha256', passwordPepper).update(password.normalize('NFC')).digest('base64'),
    handle: (): string => Buffer.from(random(16)).toString('base64url'),

    async origin(uid: string, device: string | undefined): Promise<Origin> {
      if (device === undefined || !device.startsWith(devicePrefix)) return { source: 'stranger', deviceHash: null };
      const deviceHash = hash('sha256', device, 'base64url');
      const known = await challenges.isKnownDevice(deviceHash, uid, clock());
      return known ? { source: `device:${deviceHash}`, deviceHash } : { source: 'stranger', deviceHash: null };
    },
    /** After a proof: the known device stays known, another becomes it. Returns the name that the client keeps, when it is a new one. */
    async remember(uid: string, origin: Origin): Promise<string | undefined> {
      const expires = clock() + knownDeviceMs;
      if (origin.deviceHash !== null) {
        await challenges.touchDevice(origin.deviceHash, clock(), expires);
        return undefined;
      }
      const device = devicePrefix + Buffer.from(random(32)).toString('base64url');
      await challenges.addDevice(hash('sha256', device, 'base64url'), uid, clock(), expires);
      return device;
    },

    /** Throws `rate_limited`. Fails closed with the coordination service. */
    async throttle(what: keyof typeof rates, session: Session, origin: Origin, caller: FactorCaller): Promise<void> {
      const takes =
        origin.deviceHash === null
          ? ([
              [`factor ${what} session ${session.sid}`, rates[what].session],
              [`factor ${what} address ${caller.address}`, rates[what].address],
            ] as const)
          : ([[`factor ${what} device ${origin.deviceHash}`, knownRate]] as const);
      for (const [key, rate] of takes) {
        const { allowed, retryAfterMs } = await coordination.tokenBucket.take(key, rate);
        if (!allowed) throw new MenshenError('rate_limited', { retryAfter: Math.max(1, Math.ceil(retryAfterMs / 1000)) });
      }
    },

    /** The number that the directory holds, if codes can be sent to it. */
    phoneOf({ person }: Pick<Subject, 'person'>): string | null {
      return person.phone === null || parts.sms() === null ? null : plainPhone(person.phone);
    },
    /** Whether an enrolled factor can be proved by this session. */
    isUsable(factor: Factor, subject: Subject): boolean {
      if (!subject.app.factors.kinds.includes(factor.kind)) return false;
      // A number that has changed since was proved by nobody: whoever changed it may be who took the account over.
      if (factor.kind === 'sms') return context.phoneOf(subject) === factor.secret;
      return factor.kind !== 'soter' || context.hasSoter(subject);
    },
    hasSoter: ({ session, app }: Subject): boolean => session.channel === 'wechat' && app.wechat !== undefined,
    /** What can be enrolled here. TOTP always: SMS and SOTER must have an alternative. */
    enrollable(subject: Subject): FactorKind[] {
      const { kinds } = subject.app.factors;
      return offerOrder.filter((kind) => {
        if (kind === 'recovery' || !kinds.includes(kind)) return false;
        if (kind === 'sms') return context.phoneOf(subject) !== null;
        return kind !== 'soter' || context.hasSoter(subject);
      });
    },
    labelOf: (factor: Factor): string => (factor.kind === 'sms' ? maskedPhone(factor.secret) : factor.label),

    /** The openid by which WeChat knows the session's owner in this app. */
    async openidOf({ person, app }: Subject): Promise<string | null> {
      const identities = await parts.identity.identitiesOf(person.uid);
      return (
        identities.find((identity) => identity.channel === 'wechat' && identity.provider === app.wechat?.appid)?.subject ?? null
      );
    },

    /** Ends the person's other sessions when asked to (ASVS 5.0 7.4.3). */
    async endOthers({ session, person }: Subject, wanted: boolean | undefined): Promise<number> {
      if (wanted !== true) return 0;
      const others = parts.identity.sessions.ofPerson(person.uid).filter((other) => other.sid !== session.sid);
      return parts.identity.endSessions(
        others.map((other) => other.sid),
        'second factor changed',
        person.uid,
      );
    },
    factorOf: async (uid: string, kind: FactorKind): Promise<Factor | null> =>
      (await store.factors(uid)).find((factor) => factor.kind === kind) ?? null,
  };
  return context;
}

export type FactorContext = ReturnType<typeof createFactorContext>;
