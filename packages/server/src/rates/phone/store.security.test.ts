import { expect, it } from 'vitest';
import { describeEachStore } from '../../store/testing.ts';
import { createPhoneHolding } from './personal-data.ts';
import { createPhoneStore } from './store.ts';

const now = 1_767_225_600_000;
const times = { now, until: now + 86_400_000 };

describeEachStore((open) => {
  it('counts no more persons for a number than it may, however many come at once', async () => {
    const phones = createPhoneStore(await open());
    const claims = await Promise.all(Array.from({ length: 20 }, (_, at) => phones.claim('hash', `c${at}`, times, 3)));
    expect(claims.filter(Boolean)).toHaveLength(3);
    const first = `c${claims.indexOf(true)}`;
    // Who counts already may come again; everybody else waits until a place is free.
    expect(await phones.claim('hash', first, times, 3)).toBe(true);
    expect(await phones.claim('hash', 'late', times, 3)).toBe(false);
    expect(await phones.claim('other', 'late', times, 3)).toBe(true);
    const later = { now: times.until, until: times.until + 1 };
    expect(await phones.claim('hash', 'late', later, 3)).toBe(true);
  });

  it('remembers who passed, where and until when, and forgets both tables', async () => {
    const phones = createPhoneStore(await open());
    await phones.pass('sid', 'coupon', 'c1', now + 1_000);
    expect(await phones.passed('sid', 'coupon', now)).toBe(now + 1_000);
    expect(await phones.passed('sid', 'coupon', now + 1_000)).toBeNull();
    expect(await phones.passed('sid', 'portal', now)).toBeNull();
    expect(await phones.passed('other', 'coupon', now)).toBeNull();
    await phones.pass('sid', 'coupon', 'c1', now + 5_000);
    expect(await phones.passed('sid', 'coupon', now + 1_000)).toBe(now + 5_000);
    await phones.removeExpired(now + 5_000);
    expect(await phones.passed('sid', 'coupon', now)).toBeNull();
  });

  it('gives a person what is theirs, and removes it', async () => {
    const store = await open();
    const phones = createPhoneStore(store);
    await phones.claim('hash', 'c1', times, 3);
    await phones.claim('hash', 'c2', times, 3);
    await phones.pass('sid', 'coupon', 'c1', times.until);
    const holding = createPhoneHolding(store);
    expect([...(await holding.uids())].sort()).toEqual(['c1', 'c2']);
    expect(await holding.read('c1', 10)).toEqual([{ kind: 'phone check', answered: now, until: times.until }]);
    expect([
      await holding.count('c1', 'person'),
      await holding.erase('c1', 'person', 'p'),
      await holding.count('c1', 'person'),
    ]).toEqual([2, 2, 0]);
    expect(await holding.count('c2', 'person')).toBe(1);
  });
});
