import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { WechatCryptoError } from '../crypto-error.ts';
import { toRecord } from '../lib/answer.ts';
import { decodeBase64, decodeUtf8 } from '../lib/bytes.ts';
import { openPayResource } from './pay-resource.ts';

/** A notification of WeChat Pay v3 as received: its body byte for byte. */
export interface ReceivedPayNotification {
  readonly header: (name: string) => string | undefined;
  readonly body: Uint8Array;
}

/** A notification that WeChat Pay has signed. */
export interface PayNotification {
  /** The same for every delivery of one event: what has been handled is to be recognised by it. */
  readonly id: string;
  /** Such as `TRANSACTION.SUCCESS`. */
  readonly eventType: string;
  /** Such as `transaction` or `refund`. */
  readonly originalType: string;
  /** The decrypted resource. */
  readonly resource: Readonly<Record<string, unknown>>;
  /** When it was signed, seconds since the epoch. */
  readonly timestamp: number;
}

/** Why a notification is not believed. `pay_serial_unknown`: fetch the platform certificates and read it again. */
export type PayRefusal =
  | 'pay_headers_missing'
  | 'pay_expired'
  | 'pay_serial_unknown'
  | 'pay_signature_invalid'
  | 'pay_notification_malformed';

export interface PayNotificationOptions {
  /** The merchant's APIv3 key, 32 ASCII characters. */
  readonly apiV3Key: string;
  /** Keys of WeChat Pay by serial: PEM of platform certificates, or of the WeChat Pay public key under its `PUB_KEY_ID_…`. */
  readonly platformKeys: () => ReadonlyMap<string, KeyObject>;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** How far WeChat Pay's clock may be from ours, in seconds; 300 by default, as in its own clients. */
  readonly windowSeconds?: number;
}

/** Reads a platform key from PEM (certificate or public key). Throws WechatCryptoError `api_key_invalid`. */
export function readPayPlatformKey(pem: string): KeyObject {
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048) return key;
  } catch {
    // OpenSSL's own message may quote the input.
  }
  throw new WechatCryptoError('api_key_invalid');
}

/**
 * Verifies and decrypts a notification of WeChat Pay v3: SHA-256 with RSA (PKCS #1 v1.5) over `timestamp LF nonce LF body LF`, then
 * the resource by the APIv3 key. WeChat Pay sends wrong signatures on purpose, to see whether they are refused. A repeated delivery is
 * genuine: the receiver handles an `id` once.
 */
export function readPayNotification(
  { header, body }: ReceivedPayNotification,
  { apiV3Key, platformKeys, clock, windowSeconds = 300 }: PayNotificationOptions,
): PayNotification | PayRefusal {
  const [time, nonce, signature, serial] = ['timestamp', 'nonce', 'signature', 'serial'].map((name) =>
    header(`wechatpay-${name}`),
  );
  if (time === undefined || nonce === undefined || signature === undefined || serial === undefined) return 'pay_headers_missing';
  if (!/^\d{1,12}$/.test(time) || nonce.length > 128 || /[\r\n]/.test(nonce) || serial.length > 128) return 'pay_headers_missing';
  const timestamp = Number(time);
  if (Math.abs(clock() / 1000 - timestamp) > windowSeconds) return 'pay_expired';
  const key = platformKeys().get(serial);
  if (key === undefined) return 'pay_serial_unknown';
  const bytes = decodeBase64(signature, 2048);
  const message = Buffer.concat([Buffer.from(`${time}\n${nonce}\n`), body, Buffer.from('\n')]);
  if (bytes === undefined || !verify('sha256', message, key, bytes)) return 'pay_signature_invalid';
  return readBody(body, apiV3Key, timestamp) ?? 'pay_notification_malformed';
}

function readBody(body: Uint8Array, apiV3Key: string, timestamp: number): PayNotification | undefined {
  const outer = parse(decodeUtf8(body));
  const sealed = toRecord(outer?.resource);
  const { id, event_type: eventType } = outer ?? {};
  const { algorithm, nonce, ciphertext, associated_data: associated = '', original_type: originalType = '' } = sealed ?? {};
  if (typeof id !== 'string' || id === '' || id.length > 128 || typeof eventType !== 'string') return undefined;
  if (typeof algorithm !== 'string' || typeof nonce !== 'string' || typeof ciphertext !== 'string') return undefined;
  if (typeof associated !== 'string' || typeof originalType !== 'string') return undefined;
  try {
    const text = openPayResource({ algorithm, nonce, ciphertext, associated_data: associated }, apiV3Key);
    const resource = parse(text);
    return resource === undefined ? undefined : { id, eventType, originalType, resource, timestamp };
  } catch (error) {
    if (error instanceof WechatCryptoError && error.code === 'pay_resource_unreadable') return undefined;
    throw error;
  }
}

function parse(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  try {
    return toRecord(JSON.parse(text));
  } catch {
    return undefined;
  }
}
