import type { Long } from '../long.ts';

/** Cedar's `datetime`: a signed 64-bit number of milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted. */
export class Datetime {
  readonly epochMilliseconds: Long;

  constructor(epochMilliseconds: Long) {
    this.epochMilliseconds = epochMilliseconds;
  }
}

const PATTERN =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{3}))?(?:Z|([+-])([0-9]{2})([0-9]{2})))?$/;

/** Milliseconds of a calendar day (proleptic Gregorian), or `undefined` when there is no such day. */
function startOfDay(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  // Date.UTC would read the years 0 to 99 as 1900 to 1999.
  date.setUTCFullYear(year, month - 1, day);
  const real = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return real ? date.getTime() : undefined;
}

/**
 * Reads a datetime in one of Cedar's five forms: `YYYY-MM-DD`, or that with `Thh:mm:ss`, optional `.SSS`, and `Z` or `±hhmm`.
 * Returns `undefined` for anything else, days that do not exist, 24:00:00 and leap seconds.
 */
export function parseDatetime(text: string): Datetime | undefined {
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  const part = (index: number): number => Number(match[index] ?? '0');
  const start = startOfDay(part(1), part(2), part(3));
  if (start === undefined) return undefined;
  const [hour, minute, second, milliseconds] = [part(4), part(5), part(6), part(7)];
  const [offsetHour, offsetMinute] = [part(9), part(10)];
  if (hour > 23 || minute > 59 || second > 59 || offsetHour > 23 || offsetMinute > 59) return undefined;
  const local = start + ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds;
  const offset = (offsetHour * 60 + offsetMinute) * 60_000;
  return new Datetime(match[8] === '-' ? local + offset : local - offset);
}
