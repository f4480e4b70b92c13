import type { ScanSourceConfig } from '@menshen/contract';
import { zoneOffset } from '../../detect/calendar.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

type Times = Pick<ScanSourceConfig, 'schedule' | 'at' | 'weekday'>;

/** The last moment, not after `now`, at which a source was to be scanned; null without a schedule. Epoch ms. */
export function lastSlot(times: Times, timeZone: string, now: number): number | null {
  if (times.schedule === 'none') return null;
  const local = now + zoneOffset(timeZone, now);
  const minutes = Number(times.at.slice(0, 2)) * 60 + Number(times.at.slice(3, 5));
  let day = Math.floor(local / dayMs);
  // 1970-01-01 was a Thursday; 1 is Monday.
  if (times.schedule === 'weekly') day -= (((((day + 3) % 7) + 7) % 7) + 1 - times.weekday + 7) % 7;
  const step = times.schedule === 'weekly' ? 7 : 1;
  if (day * dayMs + minutes * minuteMs > local) day -= step;
  return utcOf(day * dayMs + minutes * minuteMs, timeZone, now);
}

/** The next moment after `now` at which it is to be scanned. */
export function nextSlot(times: Times, timeZone: string, now: number): number | null {
  const last = lastSlot(times, timeZone, now);
  if (last === null) return null;
  const days = times.schedule === 'weekly' ? 7 : 1;
  const local = last + zoneOffset(timeZone, last) + days * dayMs;
  return utcOf(local, timeZone, now);
}

/** The moment of a wall clock. In the hour that a change of the clocks skips or doubles, one of the two. */
function utcOf(local: number, timeZone: string, near: number): number {
  const guess = local - zoneOffset(timeZone, near);
  return local - zoneOffset(timeZone, guess);
}
