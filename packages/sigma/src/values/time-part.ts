export type TimePart = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';

/** How far a clock is ahead of UTC, in minutes: always, or at a moment in epoch ms, for a zone with summer time. */
export type ClockOffset = number | ((at: number) => number);

const dateText =
  /^\s*(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,12})?)?\s*(?:[Zz]|[+-]\d{2}:?\d{2})?)?\s*$/;
/** Numbers from here on are milliseconds, smaller ones seconds: 1e11 s would be the year 5138. */
const leastMilliseconds = 1e11;

/**
 * A part of a date, as Sigma's time modifiers take it: of a date as text (ISO 8601, RFC 3339), the number that is written there, without any
 * conversion of time zones; of a number, epoch seconds or milliseconds, the part in UTC moved by `offset`. Null where the value is no date.
 * Weeks are those of ISO 8601.
 */
export function timePart(value: unknown, part: TimePart, offset: ClockOffset): number | null {
  const date = civil(value, offset);
  if (date === null) return null;
  switch (part) {
    case 'minute':
      return date.getUTCMinutes();
    case 'hour':
      return date.getUTCHours();
    case 'day':
      return date.getUTCDate();
    case 'month':
      return date.getUTCMonth() + 1;
    case 'year':
      return date.getUTCFullYear();
    case 'week':
      return isoWeek(date);
  }
}

function civil(value: unknown, offset: ClockOffset): Date | null {
  if (typeof value === 'number') return fromEpoch(value, offset);
  if (typeof value !== 'string' || value.length > 64) return null;
  const match = dateText.exec(value);
  if (match === null) return /^\s*\d{1,16}(?:\.\d{1,9})?\s*$/.test(value) ? fromEpoch(Number(value), offset) : null;
  const [, year, month, day, hour = '0', minute = '0', second = '0'] = match;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)));
  return date.getUTCMonth() + 1 === Number(month) && date.getUTCDate() === Number(day) ? date : null;
}

function fromEpoch(value: number, offset: ClockOffset): Date | null {
  const at = value >= leastMilliseconds ? value : value * 1_000;
  const date = new Date(at + (typeof offset === 'number' ? offset : offset(at)) * 60_000);
  return Number.isNaN(date.getTime()) ? null : date;
}

function isoWeek(date: Date): number {
  const thursday = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 4 - (date.getUTCDay() || 7)));
  const first = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return Math.ceil(((thursday.getTime() - first) / 86_400_000 + 1) / 7);
}
