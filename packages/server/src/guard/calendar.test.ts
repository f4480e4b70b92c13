import { expect, it } from 'vitest';
import { isOpen, localMoment, minutesOf } from './calendar.ts';

const window = (hours: string | null, timeZone = 'Asia/Shanghai') => {
  const [from = '', to = ''] = hours?.split('-') ?? [];
  return {
    start: Date.parse('2026-05-01T00:00:00+08:00'),
    end: Date.parse('2026-07-01T00:00:00+08:00'),
    hours: hours === null ? null : { from: minutesOf(from), to: minutesOf(to) },
    timeZone,
  };
};

it.each([
  ['2026-04-30T23:59:59+08:00', null, false],
  ['2026-05-01T00:00:00+08:00', null, true],
  ['2026-06-30T23:59:59+08:00', null, true],
  ['2026-07-01T00:00:00+08:00', null, false],
  ['2026-06-01T08:59:59+08:00', '09:00-18:00', false],
  ['2026-06-01T09:00:00+08:00', '09:00-18:00', true],
  ['2026-06-01T01:00:00Z', '09:00-18:00', true],
  ['2026-06-01T18:00:00+08:00', '09:00-18:00', false],
  // Over midnight.
  ['2026-06-01T23:30:00+08:00', '22:00-02:00', true],
  ['2026-06-01T01:59:00+08:00', '22:00-02:00', true],
  ['2026-06-01T02:00:00+08:00', '22:00-02:00', false],
])('at %s with hours %s it is open: %s', (time, hours, open) => {
  expect(isOpen(window(hours), Date.parse(time))).toBe(open);
});

it('counts days by the local calendar', () => {
  const time = Date.parse('2026-06-01T16:30:00Z');
  expect(localMoment(time, 'Asia/Shanghai')).toEqual({ day: '2026-06-02', minute: 30 });
  expect(localMoment(time, 'UTC')).toEqual({ day: '2026-06-01', minute: 990 });
});
