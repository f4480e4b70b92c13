import { createCipheriv, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SealError } from './error.ts';
import { createSearchableField } from './searchable.ts';

const root = new Uint8Array(32).fill(3);
const field = createSearchableField({ root, tenant: 't', domain: 'person' });
const plain = Buffer.from('欧阳测试');

describe('searchable fields', () => {
  it('open what they sealed, and seal equal values alike', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (value) => {
        const record = field.seal(value);
        expect(Buffer.compare(field.open(record), value)).toBe(0);
        expect(Buffer.compare(record, field.seal(value))).toBe(0);
      }),
    );
  });
  it('do not show that values begin alike', () => {
    const [one, other] = [field.seal(Buffer.from('13800138000')), field.seal(Buffer.from('13800138001'))];
    let same = 0;
    while (one[same] === other[same]) same += 1;
    expect(same).toBeLessThan(4);
  });
  it.each([
    ['domain', { root, tenant: 't', domain: 'address' }],
    ['tenant', { root, tenant: 'u', domain: 'person' }],
    ['root', { root: new Uint8Array(32).fill(4), tenant: 't', domain: 'person' }],
    // Text shifted between the parts.
    ['split', { root, tenant: 'tp', domain: 'erson' }],
  ])('neither open nor look the same under another %s', (_part, options) => {
    const other = createSearchableField(options);
    expect(Buffer.compare(other.seal(plain), field.seal(plain))).not.toBe(0);
    expect(() => other.open(field.seal(plain))).toThrow(SealError);
  });
  it('do not open when any byte has changed, is missing or was added', () => {
    const record = Buffer.from(field.seal(plain));
    for (let at = 0; at < record.length; at += 1) {
      const changed = Buffer.from(record);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => field.open(changed), `byte ${at}`).toThrow(SealError);
      expect(() => field.open(record.subarray(0, at)), `cut at ${at}`).toThrow(SealError);
    }
    expect(() => field.open(Buffer.concat([record, Buffer.from([0])]))).toThrow(SealError);
  });
  it('derive two keys: who knows the one for the IV cannot read', () => {
    const record = field.seal(plain);
    const iv = record.subarray(0, 16);
    // An IV from another key over the same value is refused, even over a well encrypted text.
    const forged = createHmac('sha256', root).update(plain).digest().subarray(0, 16);
    expect(() => field.open(Buffer.concat([forged, createCipheriv('aes-256-ctr', root, iv).update(plain)]))).toThrow(SealError);
  });
  it('want a whole root', () => {
    expect(() => createSearchableField({ root: new Uint8Array(31), tenant: 't', domain: 'd' })).toThrow(RangeError);
  });
});
