import { detectionEvent } from '../audit/events.ts';
import type { Audit } from '../audit/service.ts';
import type { Coordination } from '../coordination/model.ts';
import { type TableRate, TokenTable } from '../coordination/token-table.ts';
import type { Metrics } from '../gateway/metrics.ts';
import type { CompiledLimit } from './model.ts';

/** A limit with whom a request counts for. */
export interface Asked {
  readonly limit: CompiledLimit;
  readonly who: string;
}

/** The limit that had no room, and for how long. */
export interface Exceeded extends Asked {
  readonly retryAfterMs: number;
}

/** Where a limit stands after a request, for the answer's headers. */
export interface Standing {
  readonly remaining: number;
  /** Milliseconds until nothing is missing. */
  readonly fullInMs: number;
}

export interface Limiter {
  /** Takes from all or from none; the limit with the longest wait when one has no room. A promise only where limits are shared between nodes. */
  take(asked: readonly Asked[]): Exceeded | null | Promise<Exceeded | null>;
  /** Of a limit that counts in this process. */
  standing(asked: Asked): Standing;
  /** Takes a token of this process's own buckets. Milliseconds to wait, 0 when it was there. */
  takeLocal(space: number, who: string, rate: TableRate, cost: number): number;
  /** Fills a bucket on this node, and where nodes share it. */
  forget(asked: readonly Asked[]): Promise<void>;
  state(): LimiterState;
}

export interface LimiterState {
  /** Whether shared limits are counted by this node alone for now. */
  readonly alone: boolean;
  /** Since when, epoch ms. */
  readonly since: number | null;
  /** Live buckets that a flood of keys has pushed out. */
  readonly forgotten: number;
}

export interface LimiterParts {
  readonly coordination: Coordination;
  readonly buckets: number;
  /** Live nodes, this one included. */
  readonly nodes: () => number;
  readonly audit: Pick<Audit, 'record'>;
  readonly metrics: Metrics;
  readonly clock: () => number;
}

const isShared = ({ limit }: Asked): boolean => limit.shared;

/** While Redis is away one request a second finds out whether it is back; the others do not wait for it. */
const askAgainMs = 1_000;

/** Counts requests against limits, in this process or, for shared ones, in Redis. */
export function createLimiter(parts: LimiterParts): Limiter {
  const { coordination, metrics, clock } = parts;
  const table = new TokenTable(clock, parts.buckets);
  let aloneSince: number | null = null;
  let askAgainAt = 0;

  const alarm = (alone: boolean): void => {
    const nodes = parts.nodes();
    const rule = alone ? 'shared_limits_alone' : 'shared_limits_restored';
    const title = alone ? 'shared limits are counted by each node alone' : 'shared limits are counted together again';
    parts.audit
      .record(detectionEvent({ time: clock(), rule, severity: alone ? 'high' : 'low', title, detail: { nodes } }))
      .catch(() => metrics.add('menshen_audit_failures_total'));
  };

  const takeHere = (asked: readonly Asked[]): Exceeded | null => {
    const [only] = asked;
    if (only !== undefined && asked.length === 1) {
      const wait = table.take(only.limit.space, only.who, only.limit.rate, only.limit.cost);
      return wait === 0 ? null : { ...only, retryAfterMs: wait };
    }
    let worst: Exceeded | null = null;
    for (const one of asked) {
      const wait = table.wait(one.limit.space, one.who, one.limit.rate, one.limit.cost);
      if (wait > (worst?.retryAfterMs ?? 0)) worst = { ...one, retryAfterMs: wait };
    }
    if (worst === null) for (const { limit, who } of asked) table.take(limit.space, who, limit.rate, limit.cost);
    return worst;
  };

  /** This node's part of what all nodes together may pass. */
  const shareOf = ({ limit, who }: Asked): Asked => {
    const nodes = Math.max(1, parts.nodes());
    const capacity = Math.max(limit.cost, limit.rate.capacity / nodes);
    return { who, limit: { ...limit, rate: { capacity, msPerToken: limit.rate.msPerToken * nodes } } };
  };

  const takeShared = async (shared: readonly Asked[], here: readonly Asked[]): Promise<Exceeded | null> => {
    const refused = takeHere(here);
    if (refused !== null) return refused;
    try {
      const answer = await coordination.tokenBucket.takeAll(
        shared.map(({ limit, who }) => ({
          key: `limit:${limit.key}:${who}`,
          rate: { capacity: limit.rate.capacity, refillPerSecond: 1_000 / limit.rate.msPerToken, cost: limit.cost },
        })),
      );
      if (aloneSince !== null) {
        aloneSince = null;
        alarm(false);
      }
      if (answer.allowed) return null;
      let worst: Exceeded | null = null;
      answer.buckets.forEach(({ retryAfterMs }, at) => {
        const one = shared[at];
        if (one !== undefined && retryAfterMs > (worst?.retryAfterMs ?? 0)) worst = { ...one, retryAfterMs };
      });
      return worst;
    } catch {
      metrics.add('menshen_shared_limit_failures_total');
      askAgainAt = clock() + askAgainMs;
      if (aloneSince === null) {
        aloneSince = clock();
        alarm(true);
      }
      return takeHere(shared.map(shareOf));
    }
  };

  return {
    take(asked) {
      if (!asked.some(isShared)) return takeHere(asked);
      const shared = asked.filter(isShared);
      if (aloneSince !== null) {
        const now = clock();
        if (now < askAgainAt) return takeHere([...asked.filter(({ limit }) => !limit.shared), ...shared.map(shareOf)]);
        askAgainAt = now + askAgainMs;
      }
      return takeShared(
        shared,
        asked.filter(({ limit }) => !limit.shared),
      );
    },
    standing({ limit, who }) {
      const remaining = table.remaining(limit.space, who, limit.rate);
      return { remaining, fullInMs: (limit.rate.capacity - remaining) * limit.rate.msPerToken };
    },
    takeLocal: (space, who, rate, cost) => table.take(space, who, rate, cost),
    async forget(asked) {
      for (const { limit, who } of asked) table.forget(limit.space, who);
      const keys = asked.filter(({ limit }) => limit.shared).map(({ limit, who }) => `limit:${limit.key}:${who}`);
      for (let at = 0; at < keys.length; at += 1_000) await coordination.tokenBucket.forget(keys.slice(at, at + 1_000));
    },
    state: () => ({ alone: aloneSince !== null, since: aloneSince, forgotten: table.forgotten }),
  };
}
