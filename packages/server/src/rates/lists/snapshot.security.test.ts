import type { ListEntry } from '@menshen/contract';
import { describe, expect, it } from 'vitest';
import { canonicalValue } from './model.ts';
import { ListSnapshot } from './snapshot.ts';

const now = 1_767_225_600_000;
let number = 0;
function entry(change: Partial<ListEntry>): ListEntry {
  number += 1;
  const base = { reason: 'test', owner: 'test', created: now, createdBy: 'test', hits: 0, lastHit: null };
  return {
    id: `entry-${number}`,
    list: 'deny',
    kind: 'address',
    value: '192.0.2.1',
    app: null,
    expires: null,
    ...base,
    ...change,
  };
}
function snapshotOf(...changes: Partial<ListEntry>[]): ListSnapshot {
  const snapshot = new ListSnapshot();
  for (const change of changes) snapshot.put(entry(change));
  return snapshot;
}

describe('which entry decides', () => {
  it('is the narrowest, and between equals the one that denies', () => {
    const snapshot = snapshotOf(
      { value: '10.0.0.0/8' },
      { value: '10.1.0.0/16', list: 'allow' },
      { value: '10.1.2.3' },
      { value: '10.9.9.9', list: 'allow' },
      { value: '10.9.9.9' },
      { value: '10.8.8.8' },
      { value: '10.8.8.8', list: 'allow' },
    );
    const list = (address: string) => snapshot.address(address, null, now)?.list;
    expect(list('10.2.0.1')).toBe('deny');
    expect(list('10.1.0.1')).toBe('allow');
    expect(list('10.1.2.3')).toBe('deny');
    expect(list('10.9.9.9')).toBe('deny');
    expect(list('10.8.8.8')).toBe('deny');
    expect(list('11.0.0.1')).toBeUndefined();
  });

  it('is the same for an address in its mapped form, and in capitals', () => {
    const snapshot = snapshotOf({ value: '192.0.2.0/24' }, { value: '2001:db8::/32' });
    expect(snapshot.address('::ffff:192.0.2.9', null, now)?.list).toBe('deny');
    expect(snapshot.address('2001:DB8:0::1', null, now)?.list).toBe('deny');
    expect(snapshot.address('nonsense', null, now)).toBeNull();
  });

  it('counts for its app alone, and for nobody after its end', () => {
    const snapshot = snapshotOf({ app: 'portal', expires: now + 10 }, { kind: 'person', value: 'li', app: 'coupon' });
    expect(snapshot.address('192.0.2.1', 'portal', now)).not.toBeNull();
    expect(snapshot.address('192.0.2.1', 'coupon', now)).toBeNull();
    expect(snapshot.address('192.0.2.1', null, now)).toBeNull();
    expect(snapshot.address('192.0.2.1', 'portal', now + 9)).not.toBeNull();
    expect(snapshot.address('192.0.2.1', 'portal', now + 10)).toBeNull();
    expect(snapshot.exact('person', 'li', 'coupon', now)).not.toBeNull();
    expect(snapshot.exact('person', 'li', 'portal', now)).toBeNull();
    expect(snapshot.exact('person', '__proto__', 'coupon', now)).toBeNull();
  });

  it('follows what was remembered of an address or an agent when the list changes', () => {
    const snapshot = new ListSnapshot();
    const other = entry({ value: '10.0.0.1' });
    snapshot.put(other);
    expect(snapshot.address('192.0.2.1', null, now)).toBeNull();
    const late = entry({});
    snapshot.put(late);
    expect(snapshot.address('192.0.2.1', null, now)).not.toBeNull();
    snapshot.remove(late.id);
    expect(snapshot.address('192.0.2.1', null, now)).toBeNull();
    const agent = entry({ kind: 'agent', value: 'sqlmap' });
    snapshot.put(agent);
    expect(snapshot.agent('SQLMap/1.8 (https://sqlmap.org)', 'portal', now)).not.toBeNull();
    snapshot.remove(agent.id);
    expect(snapshot.agent('SQLMap/1.8 (https://sqlmap.org)', 'portal', now)).toBeNull();
    expect(snapshot.size).toBe(1);
  });

  it('spells an address in one way (RFC 5952)', () => {
    expect(canonicalValue('address', '2001:DB8:0:0:1:0:0:1')).toBe('2001:db8::1:0:0:1');
    expect(canonicalValue('address', '2001:db8::0:1/64')).toBe('2001:db8::/64');
    expect(canonicalValue('address', '::ffff:192.0.2.1')).toBe('192.0.2.1');
    expect(canonicalValue('address', '192.0.2.77/24')).toBe('192.0.2.0/24');
    expect(canonicalValue('address', '1:0:2:3:4:5:6:7')).toBe('1:0:2:3:4:5:6:7');
  });

  it('walks a few nodes among 100,000 entries, and keeps what it remembers bounded', () => {
    const snapshot = new ListSnapshot();
    for (let at = 0; at < 100_000; at += 1) snapshot.put(entry({ value: `${1 + (at >> 16)}.${(at >> 8) & 255}.${at & 255}.7` }));
    expect(snapshot.size).toBe(100_000);
    let found = 0;
    for (let at = 0; at < 100_000; at += 1) {
      if (snapshot.address(`${1 + (at >> 16)}.${(at >> 8) & 255}.${at & 255}.${at % 2 === 0 ? 7 : 8}`, null, now) !== null)
        found += 1;
    }
    expect(found).toBe(50_000);
  });
});
