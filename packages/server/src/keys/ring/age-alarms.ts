import type { KeysConfig } from '@menshen/contract';
import { detectionEvent } from '../../audit/events.ts';
import type { Audit } from '../../audit/service.ts';
import { hasPassed } from '../../coordination/elapsed.ts';
import type { Metrics } from '../../gateway/metrics.ts';
import type { KeyRing } from './service.ts';
import type { StoredKey } from './store.ts';

export type Rotation = KeysConfig['rotation'];

const dayMs = 86_400_000;
const lookMs = 3_600_000;

/** Why a key that seals should be rotated; null when it should not. */
export function oldBecause(
  { state, created, sealed }: Pick<StoredKey, 'state' | 'created' | 'sealed'>,
  { maxAgeDays, maxValues }: Rotation,
  now: number,
): 'age' | 'values' | null {
  if (state !== 'active') return null;
  if (sealed >= maxValues) return 'values';
  return now - created > maxAgeDays * dayMs ? 'age' : null;
}

/** A key that should have been rotated by now. */
export interface OldKey {
  readonly app: string;
  readonly kid: number;
  readonly because: 'age' | 'values';
  readonly days: number;
  readonly created: number;
}

export interface KeyAgeAlarms {
  /** What the last look found. */
  old(): readonly OldKey[];
  /** Looks once an hour; an old key is an alarm once a day over all nodes, until it is rotated. */
  maintain(): Promise<void>;
}

export interface KeyAgeParts {
  readonly ring: Pick<KeyRing, 'overview'>;
  readonly rotation: () => Rotation;
  readonly audit: Pick<Audit, 'record'>;
  /** Whether this call is the first of its key in a time. */
  readonly once: (key: string, ms: number) => Promise<boolean>;
  readonly metrics: Pick<Metrics, 'gauge'>;
  readonly clock: () => number;
}

/** Alarms for data keys that are older, or have sealed more, than the configuration wants. They never stop anything. */
export function createKeyAgeAlarms({ ring, rotation, audit, once, metrics, clock }: KeyAgeParts): KeyAgeAlarms {
  let found: readonly OldKey[] = [];
  let lookedAt = Number.NEGATIVE_INFINITY;
  metrics.gauge('menshen_keys_old', 'Data keys that should have been rotated.', () => found.length);
  return {
    old: () => found,
    async maintain() {
      const now = clock();
      if (!hasPassed(lookedAt, lookMs, now)) return;
      lookedAt = now;
      const { keys } = await ring.overview();
      found = keys.flatMap(({ app, kid, state, created, sealed }): OldKey[] => {
        const because = oldBecause({ state, created, sealed }, rotation(), now);
        return because === null ? [] : [{ app, kid, because, created, days: Math.floor((now - created) / dayMs) }];
      });
      for (const { app, kid, because, days } of found) {
        if (!(await once(`key-old:${kid}`, dayMs))) continue;
        const title =
          because === 'age' ? 'a data key is older than the configuration wants' : 'a data key has sealed too many values';
        await audit.record(
          detectionEvent({ time: now, rule: 'data_key_old', severity: 'medium', title, detail: { app, kid, because, days } }),
        );
      }
    },
  };
}
