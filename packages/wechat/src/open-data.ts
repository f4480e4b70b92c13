import { createHash } from 'node:crypto';
import { WechatCryptoError } from './crypto-error.ts';
import { decryptText, encryptText } from './lib/aes-128-cbc.ts';
import { decodeBase64, equalText } from './lib/bytes.ts';
import { decodeSessionKey } from './lib/session-key.ts';

const maxEncryptedChars = 65_536;
const defaultMaxAgeSeconds = 300;
const futureSkewSeconds = 60;

export interface EncryptedUserData {
  /** The appid that the data must be marked for. */
  readonly appid: string;
  readonly sessionKey: string;
  /** As the mini program got it, base64. */
  readonly encryptedData: string;
  readonly iv: string;
  /** Now, in milliseconds since the epoch. */
  readonly now: number;
  /** How old the watermark may be, in seconds; 300 by default. WeChat leaves the window to the developer. */
  readonly maxAgeSeconds?: number;
}

/**
 * The signature that WeChat puts beside `rawData`: hex SHA-1 over rawData and the session_key text.
 * Hash the rawData string as received: parsed and serialised again it is another string.
 * Source: WeChat, "open data verification and decryption". Throws `session_key_invalid`.
 */
export function openDataSignature(rawData: string, sessionKey: string): string {
  decodeSessionKey(sessionKey);
  return createHash('sha1').update(rawData, 'utf8').update(sessionKey, 'utf8').digest('hex');
}

/** Whether `signature` belongs to `rawData`, in constant time. Throws `session_key_invalid`. */
export function verifyOpenData(rawData: string, sessionKey: string, signature: string): boolean {
  return equalText(signature, openDataSignature(rawData, sessionKey));
}

/**
 * Decrypts what wx.getUserInfo, getPhoneNumber and others return as `encryptedData` (AES-128-CBC) and checks its watermark.
 * The cipher carries no authenticator of its own: the watermark is what ties the data to this app and moment, and a
 * caller that must be certain asks WeChat (`checkEncryptedMsg`).
 *
 * Throws WechatCryptoError: `session_key_invalid`; `user_data_unreadable` for every defect of ciphertext, padding, JSON or
 * watermark form; `user_data_foreign_appid`; `user_data_stale` (too old, or over 60 s ahead).
 */
export function decryptUserData(input: EncryptedUserData): Record<string, unknown> {
  const key = decodeSessionKey(input.sessionKey);
  const iv = decodeBase64(input.iv, 24);
  const ciphertext = decodeBase64(input.encryptedData, maxEncryptedChars);
  if (iv?.length !== 16 || !ciphertext) throw new WechatCryptoError('user_data_unreadable');

  const data = parseObject(decryptText(key, iv, ciphertext));
  const watermark = isObject(data?.watermark) ? data.watermark : undefined;
  const timestamp = Number(watermark?.timestamp);
  if (!data || typeof watermark?.appid !== 'string' || !Number.isSafeInteger(timestamp) || timestamp <= 0) {
    throw new WechatCryptoError('user_data_unreadable');
  }
  if (watermark.appid !== input.appid) throw new WechatCryptoError('user_data_foreign_appid');

  const age = input.now / 1000 - timestamp;
  const inWindow = age <= (input.maxAgeSeconds ?? defaultMaxAgeSeconds) && age >= -futureSkewSeconds;
  if (!inWindow) throw new WechatCryptoError('user_data_stale');
  return data;
}

/**
 * The other direction, for an emulator of WeChat: JSON of `data` encrypted with the session_key. `iv` is the base64 text of
 * 16 bytes. The watermark is the caller's to put into `data`. Throws `session_key_invalid`, `user_data_unreadable` for a bad iv.
 */
export function encryptUserData(input: {
  readonly sessionKey: string;
  readonly iv: string;
  readonly data: Readonly<Record<string, unknown>>;
}): string {
  const key = decodeSessionKey(input.sessionKey);
  const iv = decodeBase64(input.iv, 24);
  if (iv?.length !== 16) throw new WechatCryptoError('user_data_unreadable');
  return encryptText(key, iv, JSON.stringify(input.data));
}

function parseObject(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
