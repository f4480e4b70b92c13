/** Where a moment lies on a zone's calendar. */
export interface LocalMoment {
  /** `2026-11-26` */
  readonly day: string;
  /** Minutes since midnight. */
  readonly minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** The local day and minute of a time in epoch ms. The zones are those of the configuration, so that few are ever kept. */
export function localMoment(time: number, timeZone: string): LocalMoment {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(timeZone, format);
  }
  const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, value]));
  const part = (name: Intl.DateTimeFormatPartTypes): string => parts.get(name) ?? '00';
  return {
    day: `${part('year')}-${part('month')}-${part('day')}`,
    minute: Number(part('hour')) * 60 + Number(part('minute')),
  };
}

export interface OpenWindow {
  /** Epoch ms; the end is no part of it. */
  readonly start: number;
  readonly end: number;
  /** Minutes of the local day; over midnight where `to` is not later than `from`. */
  readonly hours: { readonly from: number; readonly to: number } | null;
  readonly timeZone: string;
}

/** Whether a campaign is open at a time in epoch ms. */
export function isOpen(window: OpenWindow, time: number): boolean {
  if (time < window.start || time >= window.end) return false;
  if (window.hours === null) return true;
  const { minute } = localMoment(time, window.timeZone);
  const { from, to } = window.hours;
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

/** Minutes since midnight of `HH:MM`. */
export function minutesOf(clockTime: string): number {
  const [hours = '0', minutes = '0'] = clockTime.split(':');
  return Number(hours) * 60 + Number(minutes);
}
