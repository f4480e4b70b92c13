import type { BulletinSchedule } from '@menshen/contract';
import { zoneOffset } from '../../detect/calendar.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** The longest a rest between two days of work is looked through; no country rests so long. */
const longestRest = 30;
/** A month, and what a day may be put off. */
const lookAhead = 31 + longestRest;

/** Days without work beside weekends, and weekends that are worked, as `2026-10-01`. */
export interface WorkCalendar {
  readonly holidays: readonly string[];
  readonly workdays: readonly string[];
}

/** Days since 1970-01-01; that was a Thursday. 1 is Monday. */
const weekdayOf = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1;
const nameOf = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10);

/** Whether people work on a day of the wall clock. */
export function isWorkday(day: number, { holidays, workdays }: WorkCalendar): boolean {
  const name = nameOf(day);
  if (holidays.includes(name)) return false;
  return weekdayOf(day) <= 5 || workdays.includes(name);
}

/** The first moment after `after` at which something is due; null when there is none any more. Epoch ms. */
export function nextTime(schedule: BulletinSchedule, calendar: WorkCalendar, after: number): number | null {
  if (schedule.kind === 'once') return schedule.at !== null && schedule.at > after ? schedule.at : null;
  const { timeZone, time, workdays } = schedule;
  const minutes = Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
  const today = Math.floor((after + zoneOffset(timeZone, after)) / dayMs);
  let first: number | null = null;
  // Days before today may have been put off until now.
  for (let day = today - longestRest; day <= today + lookAhead; day += 1) {
    if (!falls(schedule, day)) continue;
    const moment = utcOf((workdays ? workdayFrom(day, calendar) : day) * dayMs + minutes * minuteMs, timeZone);
    if (moment > after && (first === null || moment < first)) first = moment;
  }
  return first;
}

/** The next times, at most `count`. */
export function nextTimes(schedule: BulletinSchedule, calendar: WorkCalendar, after: number, count: number): number[] {
  const times: number[] = [];
  for (let at = nextTime(schedule, calendar, after); at !== null && times.length < count; ) {
    times.push(at);
    at = nextTime(schedule, calendar, at);
  }
  return times;
}

function falls(schedule: Exclude<BulletinSchedule, { kind: 'once' }>, day: number): boolean {
  if (schedule.kind === 'weekly') return schedule.weekdays.includes(weekdayOf(day));
  const date = new Date(day * dayMs);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return date.getUTCDate() === Math.min(schedule.day, last);
}

function workdayFrom(day: number, calendar: WorkCalendar): number {
  for (let at = day; at <= day + longestRest; at += 1) if (isWorkday(at, calendar)) return at;
  return day;
}

/** The moment of a wall clock. In the hour that a change of the clocks skips or doubles, one of the two. */
function utcOf(local: number, timeZone: string): number {
  const guess = local - zoneOffset(timeZone, local);
  return local - zoneOffset(timeZone, guess);
}
