import type { Clock } from '../clock.ts';
import { BoundedMap } from './bounded.ts';

export interface QuotaLimit {
  readonly perMinute?: number;
  readonly perDay?: number;
}

export interface Quotas {
  /** Counts a call, or `amount` of them; names the limit that refuses. What is refused is not counted. */
  take(scope: string, path: string, limit: QuotaLimit, amount?: number): 'granted' | 'minute' | 'day';
  /** Calls of the current day. */
  usedToday(scope: string, path: string): number;
  /** Forgets what the scope has used. */
  clear(scope: string): void;
}

interface Usage {
  readonly scope: string;
  minute: number;
  minuteCount: number;
  day: number;
  dayCount: number;
}

/** Number of the calendar day in China (UTC+8), in which daily quotas are counted. */
export function chinaDay(now: number): number {
  return Math.floor((now + 8 * 3_600_000) / 86_400_000);
}

/** Counters in windows of a minute and of a day in China. */
export function createQuotas(clock: Clock): Quotas {
  const usages = new BoundedMap<string, Usage>(50_000);

  function current(scope: string, path: string): Usage {
    const minute = Math.floor(clock() / 60_000);
    const day = chinaDay(clock());
    const key = JSON.stringify([scope, path]);
    const usage = usages.get(key) ?? { scope, minute, minuteCount: 0, day, dayCount: 0 };
    if (usage.minute !== minute) Object.assign(usage, { minute, minuteCount: 0 });
    if (usage.day !== day) Object.assign(usage, { day, dayCount: 0 });
    usages.set(key, usage);
    return usage;
  }

  return {
    take(scope, path, limit, amount = 1) {
      const usage = current(scope, path);
      if (limit.perDay !== undefined && usage.dayCount + amount > limit.perDay) return 'day';
      if (limit.perMinute !== undefined && usage.minuteCount + amount > limit.perMinute) return 'minute';
      usage.minuteCount += amount;
      usage.dayCount += amount;
      return 'granted';
    },
    usedToday: (scope, path) => current(scope, path).dayCount,
    clear(scope) {
      for (const [key, usage] of usages) if (usage.scope === scope) usages.delete(key);
    },
  };
}
