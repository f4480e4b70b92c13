import { describe, expect, it } from 'vitest';
import { lastSlot, nextSlot } from './schedule.ts';

const at = (text: string): number => Date.parse(text);
const iso = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());
const daily = { schedule: 'daily', at: '02:30', weekday: 1 } as const;
const shanghai = 'Asia/Shanghai';

describe('when a source is scanned', () => {
  it('is a wall clock, today if it has passed', () => {
    expect(iso(lastSlot(daily, shanghai, at('2026-11-26T02:30:00+08:00')))).toBe('2026-11-25T18:30:00.000Z');
    expect(iso(lastSlot(daily, shanghai, at('2026-11-26T02:29:59+08:00')))).toBe('2026-11-24T18:30:00.000Z');
    expect(iso(nextSlot(daily, shanghai, at('2026-11-26T02:30:00+08:00')))).toBe('2026-11-26T18:30:00.000Z');
  });

  it.each([1, 2, 3, 4, 5, 6, 7])('is weekday %i of the week', (weekday) => {
    // 2026-11-26 is a Thursday.
    const now = at('2026-11-26T12:00:00+08:00');
    const last = lastSlot({ ...daily, schedule: 'weekly', weekday }, shanghai, now) ?? 0;
    const local = new Date(last + 8 * 3_600_000);
    expect([local.getUTCDay() === 0 ? 7 : local.getUTCDay(), local.toISOString().slice(11, 16)]).toEqual([weekday, '02:30']);
    expect(now - last).toBeGreaterThanOrEqual(0);
    expect(now - last).toBeLessThan(7 * 86_400_000);
  });

  it('keeps the wall clock over a change of the clocks', () => {
    const berlin = 'Europe/Berlin';
    // Summer time ended on 2026-10-25.
    expect(iso(lastSlot(daily, berlin, at('2026-10-24T12:00:00Z')))).toBe('2026-10-24T00:30:00.000Z');
    expect(iso(lastSlot(daily, berlin, at('2026-10-27T12:00:00Z')))).toBe('2026-10-27T01:30:00.000Z');
    expect(iso(nextSlot(daily, berlin, at('2026-10-25T12:00:00Z')))).toBe('2026-10-26T01:30:00.000Z');
  });

  it('is never without a schedule', () => {
    expect(lastSlot({ ...daily, schedule: 'none' }, shanghai, 0)).toBeNull();
    expect(nextSlot({ ...daily, schedule: 'none' }, shanghai, 0)).toBeNull();
  });
});
