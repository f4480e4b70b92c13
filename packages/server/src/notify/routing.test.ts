import { notifySchema } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import type { NewNotice } from './model.ts';
import { endOfQuiet, planDeliveries } from './routing.ts';

const robot = (id: string) => ({ id, by: { wecomRobot: { key: 'k' } } });
const text = { zh: '文', en: 'text' };
const notice = (changes: Partial<NewNotice> = {}): NewNotice => ({
  ...{
    kind: 'alert',
    severity: 'high',
    app: 'portal',
    matter: 'm',
    title: text,
    happened: text,
    done: null,
    asked: null,
    path: '/',
  },
  ...changes,
});
const channels = ['day', 'night', 'boss'].map(robot);
/** 10:00 in Shanghai. */
const morning = Date.UTC(2026, 10, 25, 2);
/** 23:30 in Shanghai. */
const night = Date.UTC(2026, 10, 25, 15, 30);
const quiet = { from: '22:00', to: '08:00' };

describe('where notices go', () => {
  it('is everywhere from high on, when nothing else is said', () => {
    const config = notifySchema.parse({ channels });
    expect(planDeliveries(config, notice(), 5).map(({ channel }) => channel)).toEqual(['day', 'night', 'boss']);
    expect(planDeliveries(config, notice({ severity: 'medium' }), 5)).toEqual([]);
  });

  it('follows each route that fits, and reaches each channel once, as early as one of them says', () => {
    const config = notifySchema.parse({
      channels,
      routes: [
        { channels: ['day'], severity: 'low', quiet },
        {
          channels: ['day', 'night'],
          severity: 'critical',
          kinds: ['alert'],
          escalate: [{ afterMinutes: 15, channels: ['boss'] }],
        },
        { channels: ['boss'], severity: 'info', apps: ['coupon'] },
      ],
    });
    expect(planDeliveries(config, notice({ severity: 'critical' }), night)).toEqual([
      { channel: 'day', reason: 'route', due: night },
      { channel: 'night', reason: 'route', due: night },
      { channel: 'boss', reason: 'escalation', due: night + 900_000 },
    ]);
    expect(
      planDeliveries(config, notice({ kind: 'health', severity: 'critical' }), morning).map(({ channel }) => channel),
    ).toEqual(['day']);
    expect(planDeliveries(config, notice({ severity: 'info', app: 'coupon' }), morning).map(({ channel }) => channel)).toEqual([
      'boss',
    ]);
    expect(planDeliveries(config, notice({ severity: 'info', app: null }), morning)).toEqual([]);
  });

  it('waits for the end of quiet hours, except for what is worth waking up for', () => {
    const config = notifySchema.parse({ channels, routes: [{ channels: ['day'], quiet }] });
    expect(planDeliveries(config, notice(), night)).toEqual([
      { channel: 'day', reason: 'quiet', due: Date.UTC(2026, 10, 26, 0) },
    ]);
    expect(planDeliveries(config, notice(), morning)).toEqual([{ channel: 'day', reason: 'route', due: morning }]);
    expect(planDeliveries(config, notice({ severity: 'critical' }), night)[0]?.due).toBe(night);
  });

  it.each([
    ['2026-11-25T14:00:00Z', '2026-11-26T00:00:00Z', 'Asia/Shanghai'],
    ['2026-11-25T23:59:59Z', '2026-11-26T00:00:00Z', 'Asia/Shanghai'],
    ['2026-11-26T00:00:00Z', '2026-11-26T00:00:00Z', 'Asia/Shanghai'],
    // The night in which the clocks of Berlin are put on: 08:00 is an hour earlier than the evening before would say.
    ['2026-03-28T22:30:00Z', '2026-03-29T06:00:00Z', 'Europe/Berlin'],
  ])('quiet hours seen at %s end at %s in %s', (at, end, timeZone) => {
    expect(endOfQuiet({ ...quiet, timeZone }, Date.parse(at))).toBe(Date.parse(end));
  });

  it.each([
    { channels, routes: [{ channels: ['nobody'] }] },
    { channels, routes: [{ channels: ['day'], escalate: [{ afterMinutes: 5, channels: ['nobody'] }] }] },
    { channels: [robot('a'), robot('a')] },
    { channels, routes: [{ channels: ['day'], quiet: { from: '22:00', to: '22:00' } }] },
    { channels, routes: [{ channels: ['day'], quiet: { ...quiet, timeZone: 'Mars/Olympus' } }] },
    { channels: [{ id: 'a', by: { wecomApp: { app: 'portal' } } }] },
    { channels: [{ id: 'a', by: { mail: { host: 'h', from: 'a@b.cn', to: ['c@d.cn'], user: 'u' } } }] },
  ])('refuses what cannot be meant: %#', (config) => {
    expect(notifySchema.safeParse(config).success).toBe(false);
  });
});
