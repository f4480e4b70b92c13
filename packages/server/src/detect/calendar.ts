const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A moment on the company's wall clock. */
export interface LocalTime {
  /** Days since 1970-01-01 of the wall clock. */
  readonly day: number;
  /** 0 to 23. */
  readonly hour: number;
  readonly weekend: boolean;
  /** Day of the month. */
  readonly date: number;
}

/** Offset from UTC, ms, of a zone at a moment. */
export function zoneOffset(timeZone: string, at: number): number {
  const fixed = /^(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(timeZone);
  if (fixed !== null) return (fixed[1] === '-' ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3] ?? 0)) * 60_000;
  try {
    const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(at);
    const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
    return name === 'GMT' ? 0 : zoneOffset(name, at);
  } catch {
    return 8 * HOUR_MS;
  }
}

/** Tells the offset of a zone from UTC, ms, at moments of epoch ms; asked for once a UTC hour, which is when summer time begins and ends. */
export function createOffset(timeZone: string): (at: number) => number {
  let known = { utcHour: Number.NaN, offset: 0 };
  return (at) => {
    const utcHour = Math.floor(at / HOUR_MS);
    if (utcHour !== known.utcHour) known = { utcHour, offset: zoneOffset(timeZone, at) };
    return known.offset;
  };
}

/** Reads the wall clock of a zone. */
export function createCalendar(timeZone: string): (at: number) => LocalTime {
  const offset = createOffset(timeZone);
  let lastDay = { day: Number.NaN, date: 0, weekend: false };
  return (at) => {
    const local = at + offset(at);
    const day = Math.floor(local / DAY_MS);
    if (day !== lastDay.day) {
      // 1970-01-01 was a Thursday.
      const weekday = (((day + 4) % 7) + 7) % 7;
      lastDay = { day, date: new Date(day * DAY_MS).getUTCDate(), weekend: weekday === 0 || weekday === 6 };
    }
    return { day, hour: Math.floor((local - day * DAY_MS) / HOUR_MS), weekend: lastDay.weekend, date: lastDay.date };
  };
}
