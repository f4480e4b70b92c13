import { reopeningPlan } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { isWithin, judge, shareOf, subjectOf } from './model.ts';

const salt = Buffer.from('0123456789abcdef');
const people = Array.from({ length: 4_000 }, (_, at) => subjectOf(`person-${at}`, '198.51.100.1'));

describe('a share of persons', () => {
  it('has its size, keeps everybody when it grows, and is another one under another salt', () => {
    for (const share of [5, 25, 60]) {
      const within = people.filter((one) => isWithin(salt, share, one));
      expect(Math.abs((within.length / people.length) * 100 - share)).toBeLessThan(2.5);
      expect(within.every((one) => isWithin(salt, share + 20, one))).toBe(true);
    }
    expect(people.every((one) => isWithin(salt, 100, one))).toBe(true);
    expect(people.some((one) => isWithin(salt, 0, one))).toBe(false);
    const other = people.filter((one) => isWithin(Buffer.from('fedcba9876543210'), 5, one));
    expect(other).not.toEqual(people.filter((one) => isWithin(salt, 5, one)));
  });

  it('goes by the person wherever they are, and by the network where nobody has signed in', () => {
    expect(subjectOf('zhang', '198.51.100.1')).toBe(subjectOf('zhang', '203.0.113.7'));
    expect(subjectOf(null, '198.51.100.1')).toBe(subjectOf(null, '198.51.100.250'));
    expect(subjectOf(null, '198.51.100.1')).toBe(subjectOf(null, '::ffff:198.51.100.9'));
    expect(subjectOf(null, '198.51.100.1')).not.toBe(subjectOf(null, '198.51.101.1'));
    expect(subjectOf(null, '::ffff:198.51.100.1')).not.toBe(subjectOf(null, '::ffff:198.51.101.1'));
    expect(subjectOf(null, '2001:db8:1:2::1')).toBe(subjectOf(null, '2001:db8:1:ff::9'));
    expect(subjectOf(null, '2001:db8:1::1')).not.toBe(subjectOf(null, '2001:db8:2::1'));
    // A person whose name looks like a network is no network.
    expect(subjectOf('198.51.100.0', '')).not.toBe(subjectOf(null, '198.51.100.0'));
  });
});

describe('the watch', () => {
  const { watch } = reopeningPlan.parse({ watch: { errorPercent: 10, refusedPercent: 20, minRequests: 20 } });
  it.each([
    [{ requests: 100, errors: 0, refused: 0 }, null, 'go_on', null],
    [{ requests: 100, errors: 4, refused: 9 }, null, 'go_on', null],
    [{ requests: 100, errors: 5, refused: 0 }, null, 'pause', 'errors'],
    [{ requests: 100, errors: 10, refused: 0 }, null, 'close', 'errors'],
    [{ requests: 100, errors: 0, refused: 10 }, null, 'pause', 'refusals'],
    [{ requests: 100, errors: 0, refused: 20 }, null, 'close', 'refusals'],
    // What closes goes before what pauses.
    [{ requests: 100, errors: 10, refused: 10 }, null, 'close', 'errors'],
    // Of a handful nothing is concluded, but an alert is one.
    [{ requests: 19, errors: 19, refused: 0 }, null, 'wait', null],
    [{ requests: 0, errors: 0, refused: 0 }, 'coupon-farming', 'close', 'alert'],
  ] as const)('says of %j with alert %s: %s', (seen, alert, act, sign) => {
    const verdict = judge(watch, seen, alert);
    expect(verdict.do).toBe(act);
    expect('sign' in verdict ? verdict.sign : null).toBe(sign);
  });

  it('names figures and limit in both languages', () => {
    const verdict = judge(watch, { requests: 40, errors: 0, refused: 30 }, null);
    expect('why' in verdict ? verdict.why : null).toEqual({
      zh: '最近 300 秒放行的 40 次请求中 30 次被检查、策略或护栏拒绝（75%，上限 20%）',
      en: '30 of the 40 requests let through in the last 300 s were refused by inspection, policies or guards (75 %, limit 20 %)',
    });
  });
});

describe('a plan', () => {
  it('rises and ends at everybody', () => {
    const steps = (...shares: number[]) => ({ steps: shares.map((share) => ({ share, seconds: 60 })) });
    expect(reopeningPlan.safeParse(steps(5, 25, 100)).success).toBe(true);
    for (const wrong of [steps(5, 25), steps(25, 5, 100), steps(5, 5, 100), steps(0, 100), steps(101), steps()])
      expect(reopeningPlan.safeParse(wrong).success).toBe(false);
    const plan = reopeningPlan.parse({});
    expect(plan.steps.map(({ share }) => share)).toEqual([5, 25, 100]);
    expect(shareOf({ plan, state: 'closed', step: 1 })).toBe(0);
    expect(shareOf({ plan, state: 'paused', step: 1 })).toBe(25);
  });
});
