import { createHmac } from 'node:crypto';
import type { EffectiveSecret, Replacement } from './model.ts';
import type { AppSecretStore } from './store.ts';

/** The secrets in use on this node. */
export interface LiveSecrets {
  /** What a client is to be made with where the configuration says `value`. */
  effective(provider: string, value: string): EffectiveSecret;
  /** Tells two secrets of a provider apart, and says nothing of either. */
  mark(provider: string, value: string): string;
  /** The replacement of what the configuration says; null where there is none. */
  replacement(provider: string, value: string): Replacement | null;
  /** Reads what stands. Rejects when the store fails; what was held stays held. */
  refresh(): Promise<void>;
  /** Reads because another node says that something has changed, until that has worked. */
  hear(): void;
  /** Asks again where a read has failed; to be called every half second. */
  retry(): void;
}

/** Loads what stands in for secrets of the configuration, before anybody calls a platform. */
export async function openLiveSecrets(parts: {
  readonly store: Pick<AppSecretStore, 'standing'>;
  /** Key of the marks. */
  readonly key: Uint8Array;
  readonly clock: () => number;
  readonly failed: () => void;
}): Promise<LiveSecrets> {
  const { store, key, clock, failed } = parts;
  let active: ReadonlyMap<string, Replacement> = new Map();
  let wanted = 0;
  let taken = 0;
  let reading: Promise<void> | null = null;

  const mark = (provider: string, value: string): string =>
    createHmac('sha256', key).update(`${provider}\n${value}`).digest('hex').slice(0, 32);
  const read = async (): Promise<void> => {
    while (taken < wanted) {
      const upTo = wanted;
      const rows = await store.standing();
      active = new Map(
        rows.flatMap((row) => (row.state === 'active' ? [[`${row.provider}\n${row.configured}`, row] as const] : [])),
      );
      taken = upTo;
    }
  };
  const refresh = (): Promise<void> => {
    wanted += 1;
    reading ??= read().finally(() => {
      reading = null;
    });
    return reading;
  };
  const replacement = (provider: string, value: string): Replacement | null =>
    // Most installations never replace one: then nothing is computed.
    active.size === 0 ? null : (active.get(`${provider}\n${mark(provider, value)}`) ?? null);
  await refresh();
  return {
    mark,
    replacement,
    refresh,
    effective(provider, value) {
      const found = replacement(provider, value);
      if (found?.value == null) return { current: value, previous: null, replacement: null };
      const overlaps = found.overlapUntil !== null && clock() < found.overlapUntil;
      return { current: found.value, previous: overlaps ? found.previous : null, replacement: found.id };
    },
    hear: () => void refresh().catch(failed),
    retry() {
      if (taken < wanted && reading === null) void refresh().catch(failed);
    },
  };
}
