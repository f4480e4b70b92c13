import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { algorithmNames } from './algorithm.ts';
import { SealError } from './error.ts';
import type { Place } from './place.ts';
import { type KeyRing, open, recordFacts, seal } from './record.ts';

const keyOne = { kid: 1, key: new Uint8Array(32).fill(1) };
const keyTwo = { kid: 2, key: new Uint8Array(32).fill(2) };
const ring: KeyRing = { current: keyTwo, find: (kid) => [keyOne, keyTwo].find((key) => key.kid === kid) };
const place: Place = { tenant: 't', table: 'identities', column: 'session_key', key: 'row-1' };

const text = Buffer.from('kq8rX0mJ7d1Yt3Zs5vUw==');

describe('sealed records', () => {
  it('open where they were sealed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), fc.string(), (plain, key) => {
        const at = { ...place, key };
        expect(Buffer.compare(open(seal(plain, at, ring, randomBytes), at, ring), plain)).toBe(0);
      }),
    );
  });
  it.each(['tenant', 'table', 'column', 'key'] as const)('do not open after a move to another %s', (part) => {
    const record = seal(text, place, ring, randomBytes);
    expect(() => open(record, { ...place, [part]: 'other' }, ring)).toThrow(SealError);
  });
  it('cannot be moved by shifting text between the parts of the place', () => {
    const record = seal(text, { ...place, table: 'ab', column: 'c' }, ring, randomBytes);
    expect(() => open(record, { ...place, table: 'a', column: 'bc' }, ring)).toThrow(SealError);
  });
  it('do not open when any byte has changed', () => {
    const record = Buffer.from(seal(text, place, ring, randomBytes));
    for (let at = 0; at < record.length; at += 1) {
      const changed = Buffer.from(record);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => open(changed, place, ring), `byte ${at}`).toThrow(SealError);
    }
  });
  it('open with the key that sealed them after a rotation, and say so when it is gone', () => {
    const old = seal(text, place, { ...ring, current: keyOne }, randomBytes);
    expect(Buffer.from(open(old, place, ring))).toEqual(text);
    expect(() => open(old, place, { current: keyTwo, find: (kid) => (kid === 2 ? keyTwo : undefined) })).toThrow(
      expect.objectContaining({ code: 'seal_key_unknown' }),
    );
  });
  it('never look the same twice', () => {
    expect(Buffer.compare(seal(text, place, ring, randomBytes), seal(text, place, ring, randomBytes))).not.toBe(0);
  });
  it('refuse what is too short or of another version', () => {
    for (const record of [
      new Uint8Array(0),
      new Uint8Array(33),
      Buffer.concat([Buffer.from([2]), seal(text, place, ring, randomBytes).subarray(1)]),
    ]) {
      expect(() => open(record, place, ring)).toThrow(expect.objectContaining({ code: 'seal_format' }));
    }
  });
  it.each(algorithmNames)('with %s say what they are, and open for no key of another algorithm', (algorithm) => {
    const key = { kid: 3, key: new Uint8Array(32).fill(3), algorithm };
    const record = seal(text, place, { current: key, find: () => undefined }, randomBytes);
    expect(recordFacts(record)).toEqual({ algorithm, kid: 3, length: text.length });
    expect(Buffer.from(open(record, place, { current: key, find: () => key }))).toEqual(text);
    const other = algorithmNames.find((name) => name !== algorithm) ?? algorithm;
    const confused = { ...key, algorithm: other };
    expect(() => open(record, place, { current: key, find: () => confused })).toThrow(SealError);
  });
});
