import { configSchema } from '@menshen/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atOnce } from '../../gently.ts';
import { readAddressPlaces } from './address-places.ts';
import {
  assessLogin,
  assessMove,
  distanceKm,
  type LoginFacts,
  noRisk,
  owesStepUp,
  type Place,
  residualRisk,
  withRank,
} from './model.ts';

const config = configSchema.parse({
  apps: [{ id: 'a', basePath: '/a', audience: ['employee'], upstream: 'http://127.0.0.1:1' }],
});
const settings = config.apps[0]?.stepUp ?? (undefined as never);
const shenzhen: Place = { city: '深圳', country: 'CN', lat: 22.54, lon: 114.06 };
const guangzhou: Place = { city: '广州', country: 'CN', lat: 23.13, lon: 113.26 };
const urumqi: Place = { city: '乌鲁木齐', country: 'CN', lat: 43.83, lon: 87.62 };
/** 14:00 in Shanghai. */
const day = Date.UTC(2026, 10, 25, 6);
const hour = 3_600_000;
const facts = (change: Partial<LoginFacts>): LoginFacts => ({
  now: day,
  device: 'known',
  place: shenzhen,
  wechatRank: 0,
  failures: 0,
  known: [{ device: 'known', place: shenzhen, at: day - 20 * hour }],
  ...change,
});

describe('what stands against a login', () => {
  it.each([
    ['nothing on an ordinary day', {}, 0, []],
    ['a new phone', { device: 'other' }, 1, ['new_device']],
    ['a client that does not say what it is', { device: '' }, 1, ['new_device']],
    ['another city after a day', { place: urumqi, now: day + 24 * hour }, 2, ['new_city']],
    [
      'the next city an hour later',
      { place: guangzhou, known: [{ device: 'known', place: shenzhen, at: day - hour }] },
      2,
      ['new_city'],
    ],
    [
      '3,400 km in an hour',
      { place: urumqi, known: [{ device: 'known', place: shenzhen, at: day - hour }] },
      3,
      ['impossible_travel'],
    ],
    ['two o’clock at night', { now: Date.UTC(2026, 10, 25, 18) }, 1, ['night']],
    ['WeChat’s rank 3', { wechatRank: 3 }, 3, ['wechat_risk']],
    ['WeChat’s rank 4', { wechatRank: 4 }, 4, ['wechat_risk']],
    ['WeChat’s rank 2', { wechatRank: 2 }, 0, []],
    ['five failures', { failures: 5 }, 3, ['many_failures']],
    ['four failures', { failures: 4 }, 0, []],
    ['a place that is not known', { place: null }, 0, []],
    [
      'a stolen login: new phone, new city, at night',
      { device: 'x', place: urumqi, now: Date.UTC(2026, 10, 26, 18) },
      4,
      ['new_device', 'new_city', 'night'],
    ],
    ['somebody never seen', { known: [], place: urumqi }, 1, ['new_device']],
  ] as const)('%s', (_name, change, level, reasons) => {
    const risk = assessLogin(facts(change as Partial<LoginFacts>), settings);
    expect({ level: risk.level, reasons: [...risk.reasons].sort() }).toEqual({ level, reasons: [...reasons].sort() });
  });

  it('asks for a second factor at the threshold, until one is given after the risk arose', () => {
    const risk = assessLogin(facts({ wechatRank: 3 }), settings);
    expect(owesStepUp(risk, null, 3)).toBe(true);
    expect(owesStepUp(risk, day - 1, 3)).toBe(true);
    expect(owesStepUp(risk, day, 3)).toBe(false);
    expect(owesStepUp(risk, null, 4)).toBe(false);
    expect(residualRisk({ risk, secondFactorAt: null })).toBe(3);
    expect(residualRisk({ risk, secondFactorAt: day + 1 })).toBe(1);
  });

  it('tells WeChat’s rank of whoever is not weighed, until a second factor answers it', () => {
    const ranked = withRank(noRisk, 3, day);
    expect(ranked).toEqual({ level: 0, reasons: [], at: day, rank: 3 });
    expect(owesStepUp(ranked, null, 1)).toBe(false);
    expect(residualRisk({ risk: ranked, secondFactorAt: null })).toBe(3);
    expect(residualRisk({ risk: ranked, secondFactorAt: day - 1 })).toBe(3);
    expect(residualRisk({ risk: ranked, secondFactorAt: day })).toBe(1);
    expect(residualRisk({ risk: withRank(assessLogin(facts({ device: 'x' }), settings), 2, day), secondFactorAt: null })).toBe(2);
    // No answer of WeChat is no rank, and neither is one outside of its scale.
    for (const rank of [null, 5, -1, 1.5]) expect(withRank(noRisk, rank, day)).toEqual(noRisk);
  });

  it('keeps the rank of a session that moves', () => {
    const last = { device: '', place: shenzhen, at: day - 10 * 60_000 };
    expect(assessMove(withRank(noRisk, 2, day), last, urumqi, day, settings)).toMatchObject({ level: 3, rank: 2 });
  });

  it('notices a running session that turns up where nobody can be, once', () => {
    const last = { device: '', place: shenzhen, at: day - 10 * 60_000 };
    const moved = assessMove(noRisk, last, urumqi, day, settings);
    expect(moved).toMatchObject({ level: 3, reasons: ['impossible_travel'], at: day });
    expect(assessMove(noRisk, last, guangzhou, day, settings)).toBeNull();
    expect(moved && assessMove(moved, last, urumqi, day + 1, settings)).toBeNull();
  });

  it('measures the earth', () => {
    expect(distanceKm(shenzhen, guangzhou)).toBeGreaterThan(90);
    expect(distanceKm(shenzhen, guangzhou)).toBeLessThan(120);
    expect(Math.round(distanceKm(shenzhen, urumqi) / 100)).toBe(34);
    const place = fc.record({
      city: fc.constant('x'),
      country: fc.constant('y'),
      lat: fc.double({ min: -90, max: 90, noNaN: true }),
      lon: fc.double({ min: -180, max: 180, noNaN: true }),
    });
    fc.assert(
      fc.property(place, place, (a, b) => {
        const km = distanceKm(a, b);
        expect(km).toBeGreaterThanOrEqual(0);
        expect(km).toBeLessThanOrEqual(20_016);
        expect(distanceKm(b, a)).toBeCloseTo(km, 6);
      }),
    );
  });
});

describe('places of addresses', () => {
  const read = (text: string) => atOnce(readAddressPlaces(Buffer.from(text)));

  it('are read, sorted and nested in steps, whatever order they stand in', () => {
    const lines = 20_000;
    const text = Array.from({ length: lines }, (_, at) => {
      const shuffled = (at * 7_919) % lines;
      return `10.${shuffled >> 8}.${shuffled & 255}.0/24,CN,c${shuffled},1,1`;
    }).join('\n');
    const work = readAddressPlaces(Buffer.from(text));
    let steps = 0;
    let step = work.next();
    for (; step.done !== true; step = work.next()) steps += 1;
    for (const at of [0, 255, 256, 511, 512, 9_999, lines - 1]) {
      expect(step.value(`10.${at >> 8}.${at & 255}.9`)?.city).toBe(`c${at}`);
    }
    // Twice over all lines, and once for each time that sorted runs are merged.
    expect(steps).toBeGreaterThan((lines / 256) * 8);
  });

  const places = read(
    [
      '# made up',
      '198.51.100.0/24,CN,深圳,22.5,114.0',
      '198.51.100.64/26,CN,广州,23.1,113.3',
      '2001:db8::/32,CN,北京,39.9,116.4',
      '203.0.113.7,CN,上海,31.2,121.5',
      '',
    ].join('\n'),
  );
  it.each([
    ['198.51.100.1', '深圳'],
    ['198.51.100.64', '广州'],
    ['198.51.100.127', '广州'],
    ['198.51.100.128', '深圳'],
    ['203.0.113.7', '上海'],
    ['203.0.113.8', undefined],
    ['198.51.99.255', undefined],
    ['2001:db8:1::1', '北京'],
    ['2001:db9::1', undefined],
    ['::ffff:198.51.100.1', '深圳'],
    ['nonsense', undefined],
  ])('%s is in %s', (address, city) => {
    expect(places(address)?.city).toBe(city);
  });

  it.each([
    '10.0.0.0/33,CN,x,1,1',
    '10.0.0.0/8,CN,,1,1',
    '10.0.0.0/8,CN,x,91,1',
    '10.0.0.0/8,CN,x,1',
    'x,CN,x,1,1',
    '10.0.0.0/8,CN,x,a,1',
  ])('names the line that it cannot read: %s', (line) => {
    expect(() => read(`# first\n${line}`)).toThrow('line 2');
  });

  it('finds the innermost range, as a plain look at every range does', () => {
    const range = fc.record({ third: fc.nat(3), fourth: fc.nat(255), bits: fc.integer({ min: 20, max: 32 }) });
    fc.assert(
      fc.property(
        fc.uniqueArray(range, {
          maxLength: 30,
          selector: ({ third, fourth, bits }) => `${((third << 8) | fourth) >> (32 - bits)}/${bits}`,
        }),
        fc.nat(3),
        fc.nat(255),
        (ranges, third, fourth) => {
          const find = read(ranges.map(({ third: t, fourth: f, bits }, at) => `10.0.${t}.${f}/${bits},CN,c${at},0,0`).join('\n'));
          const value = (third << 8) | fourth;
          const holding = ranges
            .map(({ third: t, fourth: f, bits }, at) => ({
              at,
              bits,
              holds: ((t << 8) | f) >> (32 - bits) === value >> (32 - bits),
            }))
            .filter(({ holds }) => holds)
            .sort((a, b) => b.bits - a.bits);
          expect(find(`10.0.${third}.${fourth}`)?.city).toBe(holding[0] === undefined ? undefined : `c${holding[0].at}`);
        },
      ),
      { numRuns: 300 },
    );
  });
});
