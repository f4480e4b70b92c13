import type { Config } from '@menshen/contract';
import type { Audit } from '../audit/service.ts';
import type { Coordination } from '../coordination/model.ts';
import type { RevocationFeed } from '../coordination/revocation-feed.ts';
import type { Metrics } from '../gateway/metrics.ts';
import type { Runtime } from '../gateway/runtime.ts';
import type { Session } from '../identity/model.ts';
import type { Keys } from '../keys/master.ts';
import { createAddressKeys } from './address-key.ts';
import { createOriginOf } from './bots/origin.ts';
import { BotTracker } from './bots/tracker.ts';
import { type Challenges, createChallenges } from './challenge/challenges.ts';
import { createDifficulty } from './challenge/difficulty.ts';
import { createPuzzles } from './challenge/puzzle.ts';
import { type ConnectionLimits, createConnectionLimits } from './connections.ts';
import { LimitedLedger } from './limited.ts';
import { type Asked, createLimiter, type Limiter } from './limiter.ts';
import type { ListSnapshot } from './lists/snapshot.ts';
import { besides, type CompiledLimit } from './model.ts';
import { createPhoneExchange } from './phone/exchange.ts';
import { createPhones, type PhoneRooms, type Phones } from './phone/service.ts';

/** Kind of the entries in the sequence that all nodes hear: limits of somebody were lifted. */
export const liftRevocation = 'lift';

export type LiftKind = 'person' | 'address' | 'device' | 'session';

/** What the gateway's stages ask of rates, lists and bots; everything is in memory but shared limits, spent puzzles and phone checks. */
export interface Rates {
  readonly lists: ListSnapshot;
  readonly limiter: Limiter;
  readonly ledger: LimitedLedger;
  readonly bots: BotTracker;
  readonly originOf: ReturnType<typeof createOriginOf>;
  readonly challenges: Challenges;
  readonly phones: Phones;
  readonly connections: ConnectionLimits;
  /** The name under which an address counts. */
  addressKey(address: string): string;
  /** The name under which the device of a session counts: what it says that it is, as many phones do, and where it comes from. A mini program is given no number of the phone. */
  deviceKey(session: Session, addressKey: string): string;
  /** Refusals by a limit since the start. */
  refusedBy(limit: CompiledLimit): number;
  noteRefused(limit: CompiledLimit): void;
  /** Live nodes, this one included. */
  nodes(): number;
}

export interface RatesService extends Rates {
  /** Lifts the limits of somebody on every node, after its intent is durable. */
  lift(kind: LiftKind, who: string, reason: string, by: string): Promise<void>;
  /** Hears that another node has lifted limits. */
  lifted(subject: string): void;
}

export interface RatesParts {
  readonly lists: ListSnapshot;
  readonly runtime: () => Runtime;
  readonly coordination: Coordination;
  readonly revocations: Pick<RevocationFeed, 'publish'>;
  readonly audit: Audit;
  readonly metrics: Metrics;
  readonly keys: Pick<Keys, 'derive'>;
  readonly buckets: number;
  readonly nodes: () => number;
  /** Requests under way, as a part of the most that there may be. */
  readonly load: () => number;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
  readonly phone: PhoneRooms;
}

export function createRates(parts: RatesParts): RatesService {
  const { runtime, coordination, audit, metrics, clock } = parts;
  const settings = (): Config['gateway']['rates'] => runtime().config.gateway.rates;
  const limiter = createLimiter({ coordination, buckets: parts.buckets, nodes: parts.nodes, audit, metrics, clock });
  const ledger = new LimitedLedger();
  const bots = new BotTracker(() => settings().bots, clock);
  const challenges = createChallenges({
    puzzles: createPuzzles(parts.keys.derive('challenge puzzles'), parts.random),
    difficulty: createDifficulty(() => settings().challenge, parts.load, clock),
    seconds: () => settings().challenge.seconds,
    useNonce: (key, ttlMs) => coordination.useNonce(key, ttlMs),
    clock,
  });

  const phones = createPhones({
    ...parts.phone,
    settings: () => settings().challenge.phone,
    exchange: createPhoneExchange({ audit, metrics, clock }),
    ...{ coordination, metrics, clock },
    keys: parts.keys,
    random: parts.random,
  });

  let prefix: Config['gateway']['rates']['addressPrefix'] | null = null;
  let keyOf: (address: string) => string = (address) => address;
  const addressKey = (address: string): string => {
    const { addressPrefix } = settings();
    if (addressPrefix !== prefix) {
      prefix = addressPrefix;
      keyOf = createAddressKeys(addressPrefix);
    }
    return keyOf(address);
  };

  const devices = new WeakMap<Session, { readonly address: string; readonly key: string }>();
  const refused = new Map<string, number>();

  /** Every bucket that may be empty because of somebody. */
  const bucketsOf = (kind: LiftKind, who: string): readonly Asked[] => {
    const asked: Asked[] = [];
    const seen = new Set<string>();
    for (const app of runtime().apps.values()) {
      for (const route of app.routes) {
        for (const limit of [...route.rates.early, ...route.rates.late]) {
          const concerned = limit.per === kind || (kind === 'address' && ['person', 'device', 'session'].includes(limit.per));
          if (!concerned || seen.has(limit.key)) continue;
          seen.add(limit.key);
          asked.push({ limit, who }, { limit: besides(limit), who });
        }
      }
    }
    return asked;
  };

  const liftHere = async (kind: LiftKind, who: string): Promise<void> => {
    ledger.forget(who);
    bots.forget(who);
    await limiter.forget(bucketsOf(kind, who));
  };

  return {
    lists: parts.lists,
    ...{ limiter, ledger, bots, challenges, phones, addressKey },
    originOf: createOriginOf(),
    connections: createConnectionLimits({
      settings: () => settings().connections,
      nameOf: addressKey,
      trusted: (address) => runtime().trusted(address),
    }),
    deviceKey(session, address) {
      const known = devices.get(session);
      if (known !== undefined && known.address === address) return known.key;
      const key = `${session.device ?? ''} @ ${address}`;
      devices.set(session, { address, key });
      return key;
    },
    refusedBy: (limit) => refused.get(limit.key) ?? 0,
    noteRefused(limit) {
      refused.set(limit.key, (refused.get(limit.key) ?? 0) + 1);
    },
    nodes: parts.nodes,
    async lift(kind, who, reason, by) {
      await audit.act(by, { activity: 'update', entity: 'traffic limit', detail: { kind, who, reason } }, () =>
        liftHere(kind, who),
      );
      await parts.revocations.publish({ kind: liftRevocation, subject: who, detail: kind });
    },
    lifted(subject) {
      for (const kind of ['person', 'address', 'device', 'session'] as const) {
        liftHere(kind, subject).catch(() => metrics.add('menshen_maintenance_failures_total'));
      }
    },
  };
}
