import type { DrillFigures } from '@menshen/contract';
import type { DrillMail } from './store.ts';

const minuteMs = 60_000;

/**
 * What a group did with the mails that reached it; null where they reached fewer people than may be shown. `before`: who had opened the mail of an
 * earlier drill.
 */
export function drillFiguresOf(
  people: ReadonlySet<string>,
  mails: readonly DrillMail[],
  before: ReadonlySet<string>,
  least: number,
): DrillFigures | null {
  const reached = mails.filter(({ uid, sent, problem }) => people.has(uid) && sent !== null && problem === null);
  if (reached.length < least) return null;
  const opened = reached.filter((one) => one.opened !== null);
  const reported = reached.filter((one) => one.reported !== null);
  const share = (part: number, whole: number): number => Math.round((part * 100) / whole);
  const minutes = reported.map((one) => ((one.reported ?? 0) - (one.sent ?? 0)) / minuteMs).sort((a, b) => a - b);
  return {
    sent: reached.length,
    opened: share(opened.length, reached.length),
    reported: share(reported.length, reached.length),
    again: opened.length < least ? null : share(opened.filter(({ uid }) => before.has(uid)).length, opened.length),
    minutesToReport: minutes.length < least ? null : Math.round(minutes[Math.floor((minutes.length - 1) / 2)] ?? 0),
  };
}
