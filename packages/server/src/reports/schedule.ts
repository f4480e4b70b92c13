import type { ReportInterval } from '@menshen/contract';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Reports are handed in in China: six in the morning of UTC+8, before people come. */
const zoneMs = 8 * hourMs;
const sixMs = 6 * hourMs;

/** The next morning after a time: each day, each Monday, or the first of each month. */
export function nextAfter(every: ReportInterval, at: number): number {
  const local = new Date(at + zoneMs);
  const midnight = Date.UTC(local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate());
  const morning = (start: number): number => start + sixMs - zoneMs;
  if (every === 'month') {
    const here = morning(Date.UTC(local.getUTCFullYear(), local.getUTCMonth(), 1));
    return here > at ? here : morning(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + 1, 1));
  }
  for (let day = 0; day <= 7; day += 1) {
    const start = midnight + day * dayMs;
    const monday = new Date(start).getUTCDay() === 1;
    if ((every === 'day' || monday) && morning(start) > at) return morning(start);
  }
  throw new RangeError('no morning in a week');
}
