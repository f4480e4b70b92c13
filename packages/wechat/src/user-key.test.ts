import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFixture } from './testing/fixture.ts';
import { decryptWithUserKey, encryptWithUserKey } from './user-key.ts';

interface UserKeyVectors {
  user_encrypt_key: { encrypt_key: string; iv: string; plaintext: string; aes_128_cbc_base64: string };
}

const { user_encrypt_key: vector } = readFixture<UserKeyVectors>('user-encrypt-key');
const userKey = { encryptKey: vector.encrypt_key, iv: vector.iv };

describe('user encryption key', () => {
  it('encrypts and decrypts the vector', () => {
    expect(encryptWithUserKey(userKey, vector.plaintext)).toBe(vector.aes_128_cbc_base64);
    expect(decryptWithUserKey(userKey, vector.aes_128_cbc_base64)).toBe(vector.plaintext);
  });

  it('survives a round trip', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(decryptWithUserKey(userKey, encryptWithUserKey(userKey, text))).toBe(text);
      }),
    );
  });

  it.each(['', 'AAAA', 'not base64!', `${vector.aes_128_cbc_base64.slice(0, -4)}AAA=`])('refuses the data %j', (data) => {
    expect(() => decryptWithUserKey(userKey, data)).toThrow(expect.objectContaining({ code: 'user_ciphertext_unreadable' }));
  });

  it.each([
    { ...userKey, iv: userKey.iv.slice(1) },
    { ...userKey, iv: `${userKey.iv.slice(1)}é` },
    { ...userKey, encryptKey: Buffer.alloc(32).toString('base64') },
    { ...userKey, encryptKey: '' },
  ])('refuses a malformed key or iv', (wrong) => {
    expect(() => encryptWithUserKey(wrong, 'x')).toThrow(expect.objectContaining({ code: 'user_key_invalid' }));
  });
});
