import { ratesSchema } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { createOriginOf } from './origin.ts';
import { scoreOf, signsOf } from './signs.ts';
import { type BotObservation, BotTracker } from './tracker.ts';

const settings = ratesSchema.parse({}).bots;
const seen = (change: Partial<BotObservation>): BotObservation => ({
  address: '192.0.2.1',
  device: null,
  person: null,
  origin: 'wechat',
  ending: null,
  ...change,
});

function setUp() {
  let now = 1_767_225_600_000;
  const tracker = new BotTracker(
    () => settings,
    () => now,
  );
  return {
    tracker,
    wait: (ms: number) => (now += ms),
    signs: (device: string | null = null) => signsOf(tracker.signs('192.0.2.1', device)),
  };
}
/** Gaps as a person makes them. */
const humanGap = (at: number): number => 400 + ((at * 7_919) % 5_000);

describe('signs of a bot', () => {
  it('are none for a person who looks at pages', () => {
    const { tracker, wait, signs } = setUp();
    for (let at = 0; at < 200; at += 1) {
      tracker.observe(seen({ device: 'phone', person: 'zhang' }));
      wait(humanGap(at));
    }
    expect(signs('phone')).toEqual([]);
  });

  it('are a sweep over routes that do not exist, until ten minutes later', () => {
    const { tracker, wait, signs } = setUp();
    for (let at = 0; at < 20; at += 1) {
      expect(signs()).toEqual([]);
      tracker.observe(seen({ ending: 'undeclared' }));
      wait(humanGap(at));
    }
    expect(signs()).toEqual(['route_sweep']);
    wait(600_001);
    expect(signs()).toEqual([]);
    tracker.observe(seen({}));
    wait(600_001);
    tracker.observe(seen({}));
    expect(signs()).toEqual([]);
  });

  it('are requests at regular intervals and from elsewhere than WeChat', () => {
    const { tracker, wait, signs } = setUp();
    for (let at = 0; at < 40; at += 1) {
      tracker.observe(seen({ origin: 'other' }));
      wait(1_000 + (at % 3));
    }
    expect(signs()).toEqual(['not_wechat', 'regular_timing']);
    tracker.observe(seen({ origin: 'foreign' }));
    expect(signs()).toEqual(['not_wechat', 'foreign_app', 'regular_timing']);
    expect(scoreOf(tracker.signs('192.0.2.1', null))).toBe(50);
  });

  it('are failed logins, and going on although it is limited', () => {
    const { tracker, wait, signs } = setUp();
    for (let at = 0; at < 30; at += 1) {
      tracker.observe(seen({ ending: at < 10 ? 'login_failed' : 'limited' }));
      tracker.observe(seen({ ending: 'limited' }));
      wait(humanGap(at));
    }
    expect(signs()).toEqual(['failed_logins', 'ignores_limits']);
  });

  it('are many persons on one device, not many behind one address', () => {
    const { tracker, wait, signs } = setUp();
    for (let at = 0; at < 30; at += 1) {
      tracker.observe(seen({ device: `phone ${at}`, person: `person ${at}` }));
      wait(humanGap(at));
    }
    expect(signs('phone 1')).toEqual([]);
    for (let at = 0; at < 8; at += 1) {
      tracker.observe(seen({ device: 'shared phone', person: `person ${at}` }));
      wait(humanGap(at));
    }
    expect(signs('shared phone')).toEqual(['many_persons']);
    for (let at = 0; at < 200; at += 1) tracker.observe(seen({ device: `phone ${at}` }));
    expect(signs()).toEqual(['many_devices']);
  });

  it('stay bounded under a flood of addresses, which does not wash off what stands against one', () => {
    const { tracker, signs } = setUp();
    for (let at = 0; at < 25; at += 1) tracker.observe(seen({ ending: 'undeclared' }));
    for (let at = 0; at < 100_000; at += 1) tracker.observe(seen({ address: `2001:db8:${at.toString(16)}::/64` }));
    expect(tracker.size).toBeLessThanOrEqual(20_000);
    expect(signs()).toEqual(['route_sweep']);
    expect(tracker.suspects(10)).toHaveLength(1);
    tracker.forget('192.0.2.1');
    expect(signs()).toEqual([]);
  });
});

describe('where a request comes from', () => {
  const originOf = createOriginOf();
  const wechat = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0.50 NetType/WIFI Language/zh_CN';
  it.each([
    [wechat, undefined, 'wechat'],
    [undefined, 'https://servicewechat.com/wxown/12/page-frame.html', 'wechat'],
    ['curl/8', 'https://servicewechat.com/wxother/12/page-frame.html', 'foreign'],
    [wechat, 'https://servicewechat.com/wxownother/12/page-frame.html', 'foreign'],
    ['curl/8', undefined, 'other'],
    ['curl/8', 'https://servicewechat.com.example.org/wxown/12/', 'other'],
    [undefined, undefined, 'other'],
    [`${'x'.repeat(100_000)}MicroMessenger`, undefined, 'other'],
  ])('%#', (agent, referer, origin) => {
    expect(originOf(agent, referer, 'wxown')).toBe(origin);
  });
});
