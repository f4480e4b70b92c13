import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createLocalKek, kekOf, keyCheckValue, rewrapDataKey, unwrapDataKey, wrapDataKey } from './key-wrap.ts';

const old = createLocalKek(100, Buffer.alloc(32, 1), randomBytes);
const next = createLocalKek(101, Buffer.alloc(32, 2), randomBytes);
const key = { kid: 7, algorithm: 'aes-256-gcm', key: new Uint8Array(32).fill(3) } as const;
const owner = { tenant: 'acme', subject: 'u1' };

describe('wrapped data keys', () => {
  it('come back from the key that wrapped them, and are not in the wrapping', async () => {
    const wrapped = await wrapDataKey(key, owner, old);
    expect(kekOf(wrapped.wrapped)).toBe(100);
    expect(Buffer.from(wrapped.wrapped).includes(Buffer.from(key.key))).toBe(false);
    const { key: again, ...facts } = await unwrapDataKey(wrapped, old);
    expect({ ...facts, key: new Uint8Array(again) }).toEqual(key);
  });
  it.each([{ tenant: 'other' }, { subject: 'u2' }, { subject: null }, { kid: 8 }, { algorithm: 'sm4-ctr-hmac-sm3' as const }])(
    'do not come back as %j',
    async (change) => {
      const wrapped = await wrapDataKey(key, owner, old);
      await expect(unwrapDataKey({ ...wrapped, ...change }, old)).rejects.toMatchObject({ code: 'seal_broken' });
    },
  );
  it('do not come back from another key, and the error says which is missing', async () => {
    const wrapped = await wrapDataKey(key, owner, old);
    await expect(unwrapDataKey(wrapped, next)).rejects.toMatchObject({ code: 'seal_key_unknown' });
    const impostor = createLocalKek(100, Buffer.alloc(32, 9), randomBytes);
    await expect(unwrapDataKey(wrapped, impostor)).rejects.toMatchObject({ code: 'seal_broken' });
  });
  it('move to another key-encryption key without a change of the data key', async () => {
    const moved = await rewrapDataKey(await wrapDataKey(key, owner, old), old, next);
    expect(moved).toMatchObject({ ...owner, kid: 7, kek: 101 });
    await expect(unwrapDataKey(moved, old)).rejects.toMatchObject({ code: 'seal_key_unknown' });
    expect(new Uint8Array((await unwrapDataKey(moved, next)).key)).toEqual(key.key);
  });
  it('need a key of 32 bytes around them', () => {
    expect(() => createLocalKek(1, Buffer.alloc(16), randomBytes)).toThrow(RangeError);
  });
  it('are told apart by a check value that shows nothing of them', () => {
    expect(keyCheckValue(key.key)).toMatch(/^[0-9a-f]{16}$/);
    expect(keyCheckValue(key.key)).not.toBe(keyCheckValue(Buffer.alloc(32, 4)));
  });
});
