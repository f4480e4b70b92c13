import { describe, expect, it } from 'vitest';
import { createFormatter, fromWallClock, toWallClock } from './format.ts';

const zh = createFormatter('zh');
const en = createFormatter('en');
/** 2026-03-01 00:30:05 in Shanghai, still February in London. */
const moment = Date.UTC(2026, 1, 28, 16, 30, 5);

describe('formats', () => {
  it('writes times of Asia/Shanghai in both languages, whatever the zone of the machine', () => {
    expect(zh.dateTime(moment)).toBe('2026/03/01 00:30:05');
    expect(en.dateTime(moment)).toBe('01 Mar 2026, 00:30:05');
    expect(zh.hour(moment)).toBe('00:30');
  });

  it('writes a time that no calendar has as a line', () => {
    for (const time of [Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, Number.NaN]) {
      expect([zh.dateTime(time), en.minute(time), zh.clock(time), en.hour(time), zh.day(time)]).toEqual(Array(5).fill('—'));
    }
    expect(en.minute(8_640_000_000_000_000)).toMatch(/275760/);
  });

  it('writes relative times', () => {
    expect(zh.relative(moment - 180_000, moment)).toBe('3分钟前');
    expect(en.relative(moment - 180_000, moment)).toBe('3 minutes ago');
    expect(en.relative(moment, moment)).toBe('now');
    expect(en.relative(moment - 26 * 3_600_000, moment)).toBe('yesterday');
  });

  it('writes latencies, spans and sizes', () => {
    expect(zh.micros(840)).toBe('840 µs');
    expect(en.micros(12_345)).toBe('12.3 ms');
    expect(en.micros(2_500_000)).toBe('2.5 s');
    expect(en.span(93_784_000)).toBe('1 day 2 hrs');
    // Plural forms of short units differ between editions of the locale data.
    expect(en.span(59_000)).toMatch(/^59 secs?$/);
    expect(en.span(0)).toMatch(/^0 secs?$/);
    expect(zh.span(420)).toBe('0.4秒钟');
    expect(zh.span(3)).toBe('0.1秒钟');
    expect(zh.span(3_660_000)).toBe('1小时 1分钟');
    expect(en.bytes(1_536)).toBe('1.5 kB');
    expect(en.bytes(12)).toBe('12 B');
  });
});

describe('wall clock', () => {
  it('goes there and back', () => {
    expect(toWallClock(moment)).toBe('2026-03-01T00:30');
    expect(fromWallClock('2026-03-01T00:30')).toBe(moment - 5_000);
  });

  it.each(['', '2026-13-01T00:30', '2026-03-01', '2026-03-01T00:30:00', 'x'])('refuses %j', (text) => {
    expect(fromWallClock(text)).toBeNull();
  });
});
