import type { Clock } from '../clock.ts';
import { BoundedMap } from '../state/bounded.ts';

export type FrequencyVerdict = 'granted' | 'short' | 'hour' | 'day';

export interface FrequencyRule {
  /** Milliseconds between two messages to one number. */
  readonly gapMs: number;
  readonly perHour: number;
  readonly perDay: number;
}

export interface Frequency {
  /** Counts a message to a number if the provider would still send it. */
  take(provider: string, phone: string, rule: FrequencyRule): FrequencyVerdict;
}

const hourMs = 3_600_000;

/** The limits that both providers set for verification codes to one number, over the last hour and day. */
export function createFrequency(clock: Clock): Frequency {
  const sent = new BoundedMap<string, readonly number[]>(10_000);
  return {
    take(provider, phone, { gapMs, perHour, perDay }) {
      const key = JSON.stringify([provider, phone]);
      const now = clock();
      const today = (sent.get(key) ?? []).filter((at) => now - at < 24 * hourMs);
      const last = today.at(-1);
      if (last !== undefined && now - last < gapMs) return 'short';
      if (today.filter((at) => now - at < hourMs).length >= perHour) return 'hour';
      if (today.length >= perDay) return 'day';
      sent.set(key, [...today, now]);
      return 'granted';
    },
  };
}
