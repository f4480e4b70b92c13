import { describe, expect, it } from 'vitest';
import { seededRandom } from '../testing/emulated-company.ts';
import { BoundedMap, createRing } from './bounded.ts';
import { createCodes } from './codes.ts';

describe('bounded state', () => {
  it('keeps the last items of a ring', () => {
    const ring = createRing<number>(3);
    for (const item of [1, 2, 3, 4, 5]) ring.push(item);
    expect(ring.list()).toEqual([3, 4, 5]);
  });

  it('forgets the entry of a map that was written longest ago', () => {
    const map = new BoundedMap<string, number>(2);
    map.set('a', 1).set('b', 2).set('a', 3).set('c', 4);
    expect([...map]).toEqual([
      ['a', 3],
      ['c', 4],
    ]);
  });

  it('never holds more than ten thousand codes', () => {
    const codes = createCodes(() => 0, seededRandom());
    const issue = () => codes.issue({ kind: 'phone', audience: 'a', person: 'p' }).code;
    const first = issue();
    for (let count = 1; count < 10_000; count++) issue();
    expect(codes.find(first).status).toBe('valid');
    issue();
    expect(codes.find(first).status).toBe('unknown');
  });
});
