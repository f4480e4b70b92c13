import { describe, expect, it } from 'vitest';
import { ambiguous, pathReader } from './own-value.ts';
import { type AskedRequest, compileValueSource } from './value-source.ts';

const asked = (change: Partial<AskedRequest>): AskedRequest => ({
  ...{ session: null, params: {}, parsedQuery: null, parsedBody: undefined },
  ...change,
});

describe('what a policy is told of a request', () => {
  const body = compileValueSource('body.order.uid');
  const query = compileValueSource('query.uid');

  it('is nothing where a backend may read it from another member: nothing is permitted then', () => {
    for (const twin of ['UID', 'Uid', 'uid[]', ' uid'])
      expect(body(asked({ parsedBody: { order: { uid: 'me', [twin]: 'victim' } } }))).toBeUndefined();
    expect(body(asked({ parsedBody: { order: { uid: 'me' }, ORDER: { uid: 'victim' } } }))).toBeUndefined();
    expect(query(asked({ parsedQuery: { uid: 'me', UID: 'victim' } }))).toBeUndefined();
    const flat = compileValueSource('body.uid');
    expect(flat(asked({ parsedBody: { uid: 'me' }, parsedQuery: { uid: 'victim' } }))).toBeUndefined();
    expect(flat(asked({ parsedBody: { uid: 'me' }, parsedQuery: { uid: 'me', page: '1' } }))).toBe('me');
    expect(body(asked({ parsedBody: { order: { uid: 'me' } }, parsedQuery: { 'order[uid]': 'victim' } }))).toBeUndefined();
    expect(query(asked({ parsedQuery: { uid: ['me', 'victim'] } }))).toBeUndefined();
  });

  it('is the value where nothing else is like it', () => {
    expect(body(asked({ parsedBody: { order: { uid: 'me', uids: ['x'], u: 1 }, orders: 1 } }))).toBe('me');
    expect(query(asked({ parsedQuery: { uid: 'me', page: '2' } }))).toBe('me');
    expect(compileValueSource('body.a.b')(asked({ parsedBody: { a: { b: 7 } } }))).toBe(7);
  });

  it('is found in no list and no prototype', () => {
    expect(compileValueSource('body.length')(asked({ parsedBody: ['x'] }))).toBeUndefined();
    expect(compileValueSource('body.constructor')(asked({ parsedBody: {} }))).toBeUndefined();
  });
});

it('reads a wide object in time that grows with its width', () => {
  const wide = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, at]));
  const read = pathReader(['k1']);
  const micros = (value: unknown): number => {
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 9; round += 1) {
      const start = performance.now();
      read(value);
      best = Math.min(best, performance.now() - start);
    }
    return best;
  };
  micros(wide(500));
  expect(micros(wide(8_000))).toBeLessThan(40 * micros(wide(1_000)) + 1);
  expect(read({ ...wide(1_000), K1: 0 })).toBe(ambiguous);
});
