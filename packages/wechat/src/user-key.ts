import { WechatCryptoError } from './crypto-error.ts';
import { decryptText, encryptText } from './lib/aes-128-cbc.ts';
import { decodeBase64 } from './lib/bytes.ts';

const maxCiphertextChars = 4 * 1024 * 1024;
const asciiIv = /^[\x20-\x7e]{16}$/;

/** One entry of getuserencryptkey: `key` is the base64 text of 16 bytes, `iv` 16 ASCII characters. */
export interface UserKey {
  readonly encryptKey: string;
  readonly iv: string;
}

/**
 * Encrypts a text under a user's key with AES-128-CBC, iv as 16 ASCII bytes; gives base64.
 * WeChat hands out key and iv but prescribes no cipher. This form is for interoperation with mini programs that use the pair
 * as it comes: the iv is fixed per key version, so equal beginnings show, and nothing authenticates the ciphertext.
 * Throws `user_key_invalid`.
 */
export function encryptWithUserKey(userKey: UserKey, plaintext: string): string {
  const { key, iv } = decodeUserKey(userKey);
  return encryptText(key, iv, plaintext);
}

/** Reverses {@link encryptWithUserKey}. Throws `user_key_invalid`, and `user_ciphertext_unreadable` for every defect of the data. */
export function decryptWithUserKey(userKey: UserKey, ciphertext: string): string {
  const { key, iv } = decodeUserKey(userKey);
  const bytes = decodeBase64(ciphertext, maxCiphertextChars);
  const text = bytes && decryptText(key, iv, bytes);
  if (text === undefined) throw new WechatCryptoError('user_ciphertext_unreadable');
  return text;
}

function decodeUserKey(userKey: UserKey): { key: Buffer; iv: Buffer } {
  const key = decodeBase64(userKey.encryptKey, 24);
  if (key?.length !== 16 || typeof userKey.iv !== 'string' || !asciiIv.test(userKey.iv)) {
    throw new WechatCryptoError('user_key_invalid');
  }
  return { key, iv: Buffer.from(userKey.iv, 'ascii') };
}
