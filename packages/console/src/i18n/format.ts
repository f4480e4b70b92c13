import type { Language } from '@menshen/contract';
import { locales } from './translate.ts';

/** The platform serves companies in China: times are theirs, wherever the browser is. */
export const timeZone = 'Asia/Shanghai';
/** China has kept UTC+8 without daylight saving time since 1991. */
const offsetMs = 8 * 3_600_000;
/** The last time that a date can have (ECMA-262 §21.4.1.1). */
const lastDate = 8_640_000_000_000_000;

/** Writes numbers, times and sizes. Times are epoch milliseconds. */
export interface Formatter {
  number(value: number): string;
  /** 0.123 → 12.3 %. */
  percent(ratio: number): string;
  /** Date and time to the second. */
  dateTime(time: number): string;
  /** Date and time to the minute. */
  minute(time: number): string;
  /** Time of day to the second. */
  clock(time: number): string;
  /** Time of day to the minute, for axes. */
  hour(time: number): string;
  day(time: number): string;
  /** "3 minutes ago", against a given now. */
  relative(time: number, now: number): string;
  /** Microseconds as µs, ms or s. */
  micros(value: number): string;
  /** A span of milliseconds in its two largest units; below a second in tenths of one, because something measured took time. */
  span(milliseconds: number): string;
  bytes(value: number): string;
  list(items: readonly string[]): string;
}

const relativeSteps = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

export function createFormatter(language: Language): Formatter {
  const locale = locales[language];
  const date = { year: 'numeric', month: language === 'zh' ? '2-digit' : 'short', day: '2-digit' } as const;
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const dates = (options: Intl.DateTimeFormatOptions): ((time: number) => string) => {
    const format = new Intl.DateTimeFormat(locale, { ...options, timeZone });
    // A time that no calendar has would take the whole page away.
    return (time) => (Math.abs(time) <= lastDate ? format.format(time) : '—');
  };
  const unit = (name: string, digits: number): ((value: number) => string) => {
    const format = new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      maximumFractionDigits: digits,
    });
    return (value) => format.format(value);
  };
  const number = new Intl.NumberFormat(locale);
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const list = new Intl.ListFormat(locale, { type: 'conjunction' });
  const plain = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const spanUnits = relativeSteps.map(([name, size]) => ({
    size,
    write: new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: language === 'zh' ? 'long' : 'short' }),
  }));
  const sizes = [
    (value: number) => `${number.format(value)} B`,
    unit('kilobyte', 1),
    unit('megabyte', 1),
    unit('gigabyte', 1),
  ] as const;

  return {
    number: (value) => number.format(value),
    percent: (ratio) => percent.format(ratio),
    dateTime: dates({ ...date, ...clock, second: '2-digit' }),
    minute: dates({ ...date, ...clock }),
    clock: dates({ ...clock, second: '2-digit' }),
    hour: dates(clock),
    day: dates({ month: language === 'zh' ? '2-digit' : 'short', day: '2-digit' }),
    relative(time, now) {
      const elapsed = time - now;
      const [name, size] = relativeSteps.find(([, step]) => Math.abs(elapsed) >= step) ?? ['second', 1_000];
      return relative.format(Math.trunc(elapsed / size), name);
    },
    micros(value) {
      if (value < 1_000) return `${number.format(Math.round(value))} µs`;
      return value < 1_000_000 ? `${plain.format(value / 1_000)} ms` : `${plain.format(value / 1_000_000)} s`;
    },
    span(milliseconds) {
      if (milliseconds > 0 && milliseconds < 1_000)
        return spanUnits.at(-1)?.write.format(Math.max(0.1, Math.round(milliseconds / 100) / 10)) ?? '';
      const first = Math.max(
        0,
        spanUnits.findIndex(({ size }) => milliseconds >= size),
      );
      let rest = Math.max(0, milliseconds);
      const parts: string[] = [];
      for (const { size, write } of milliseconds <= 0 ? spanUnits.slice(-1) : spanUnits.slice(first, first + 2)) {
        const count = Math.floor(rest / size);
        rest -= count * size;
        if (count > 0 || parts.length === 0) parts.push(write.format(count));
      }
      return parts.join(' ');
    },
    bytes(value) {
      let scaled = value;
      let step = 0;
      while (scaled >= 1_000 && step < sizes.length - 1) {
        scaled /= 1_000;
        step += 1;
      }
      return (sizes[step] ?? sizes[0])(scaled);
    },
    list: (items) => list.format(items),
  };
}

/** Epoch milliseconds → `YYYY-MM-DDTHH:mm` on the wall clock of Asia/Shanghai, as a date field wants it. */
export function toWallClock(time: number): string {
  return new Date(time + offsetMs).toISOString().slice(0, 16);
}

/** `YYYY-MM-DDTHH:mm` on the wall clock of Asia/Shanghai → epoch milliseconds, or null when it is no such time. */
export function fromWallClock(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(text)) return null;
  const time = Date.parse(`${text}:00.000Z`);
  return Number.isNaN(time) ? null : time - offsetMs;
}
