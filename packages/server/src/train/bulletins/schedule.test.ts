import { bulletinSchedule } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { isWorkday, nextTime, nextTimes } from './schedule.ts';

const at = (text: string): number => Date.parse(text);
const said = (times: readonly number[]): string[] => times.map((time) => new Date(time).toISOString().slice(0, 16));
const free = { holidays: [], workdays: [] };
const weekly = (weekdays: number[], more: object = {}) =>
  bulletinSchedule.parse({ kind: 'weekly', weekdays, time: '09:30', ...more });
const monthly = (day: number, more: object = {}) => bulletinSchedule.parse({ kind: 'monthly', day, time: '09:30', ...more });

describe('when a bulletin goes out', () => {
  it('is each week at the same time of the wall clock, in its own time zone', () => {
    expect(said(nextTimes(weekly([1, 4]), free, at('2026-11-26T00:00Z'), 3))).toEqual([
      '2026-11-26T01:30',
      '2026-11-30T01:30',
      '2026-12-03T01:30',
    ]);
    // The moment itself has passed once it was sent.
    expect(nextTime(weekly([4]), free, at('2026-11-26T01:30Z'))).toBe(at('2026-12-03T01:30Z'));
    // Berlin's clocks change on 25 October 2026: nine thirty stays nine thirty.
    expect(said(nextTimes(weekly([5], { timeZone: 'Europe/Berlin' }), free, at('2026-10-22T00:00Z'), 2))).toEqual([
      '2026-10-23T07:30',
      '2026-10-30T08:30',
    ]);
  });

  it('waits for the next day of work over weekends and holidays, and knows weekends that are worked', () => {
    // The National Day of 2026: 1 to 7 October off; Saturday 10 October is worked.
    const calendar = { holidays: [1, 2, 5, 6, 7].map((day) => `2026-10-0${day}`), workdays: ['2026-10-10'] };
    expect(isWorkday(at('2026-10-10') / 86_400_000, calendar)).toBe(true);
    expect(isWorkday(at('2026-10-11') / 86_400_000, calendar)).toBe(false);
    // Thursday 1 October moves to Thursday 8 October, on which there is one anyway: it is sent once.
    expect(said(nextTimes(weekly([4]), calendar, at('2026-09-30T00:00Z'), 2))).toEqual(['2026-10-08T01:30', '2026-10-15T01:30']);
    expect(said(nextTimes(weekly([6]), calendar, at('2026-10-05T00:00Z'), 2))).toEqual(['2026-10-08T01:30', '2026-10-10T01:30']);
    expect(nextTime(monthly(1), calendar, at('2026-09-30T00:00Z'))).toBe(at('2026-10-08T01:30Z'));
    // What was put off is still to come, also when it is asked for in the days between.
    expect(nextTime(monthly(1), calendar, at('2026-10-06T12:00Z'))).toBe(at('2026-10-08T01:30Z'));
    expect(nextTime(monthly(1, { workdays: false }), calendar, at('2026-09-30T00:00Z'))).toBe(at('2026-10-01T01:30Z'));
  });

  it('is the last day of a month that is shorter', () => {
    expect(said(nextTimes(monthly(31, { workdays: false }), free, at('2027-01-31T02:00Z'), 3))).toEqual([
      '2027-02-28T01:30',
      '2027-03-31T01:30',
      '2027-04-30T01:30',
    ]);
  });

  it('is once, and never again', () => {
    const once = bulletinSchedule.parse({ kind: 'once', at: 1_000 });
    expect([nextTime(once, free, 999), nextTime(once, free, 1_000)]).toEqual([1_000, null]);
  });
});
