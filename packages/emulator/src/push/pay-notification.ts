import { createCipheriv, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { seconds } from '../http/api.ts';
import { type EmulatorOptions, EmulatorOptionsError, type PayOptions } from '../options.ts';
import { randomHex } from '../random.ts';
import type { CallbackRequest } from './delivery.ts';

/** An event of WeChat Pay, the same over all its deliveries. */
export interface PayEvent {
  readonly id: string;
  readonly eventType: string;
  readonly originalType: string;
  readonly resource: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
}

/**
 * What is wrong with a delivery: `probe` is WeChat Pay's own wrong signature, sent to see whether it is refused; the others are what
 * an attacker could send.
 */
export type PayForgery = 'probe' | 'signature' | 'body' | 'expired' | 'serial';

/** The delivery of an event: sealed by the APIv3 key and signed by the platform key, with a nonce, a time and a ciphertext of its own. */
export function buildPayNotification(
  { clock, random }: Pick<EmulatorOptions, 'clock' | 'random'>,
  pay: PayOptions,
  event: PayEvent,
  forgery?: PayForgery,
): CallbackRequest {
  const nonce = randomHex(random, 16);
  const timestamp = String(seconds(clock()) - (forgery === 'expired' ? 3_600 : 0));
  const body = JSON.stringify({
    id: event.id,
    create_time: new Date(event.createdAt + 8 * 3_600_000).toISOString().replace(/\.\d+Z$/, '+08:00'),
    event_type: event.eventType,
    resource_type: 'encrypt-resource',
    summary: '支付通知',
    resource: { ...seal(JSON.stringify(event.resource), pay.apiV3Key, event.originalType, randomHex(random, 6)) },
  });
  const key = forgery === 'signature' ? strangersKey() : createPrivateKey(pay.privateKey);
  const signature = sign('sha256', Buffer.from(`${timestamp}\n${nonce}\n${body}\n`), key).toString('base64');
  return {
    url: pay.notifyUrl,
    method: 'POST',
    contentType: 'application/json',
    headers: {
      'wechatpay-timestamp': timestamp,
      'wechatpay-nonce': nonce,
      'wechatpay-serial': forgery === 'serial' ? '0'.repeat(40) : pay.serial,
      'wechatpay-signature': forgery === 'probe' ? `WECHATPAY/SIGNTEST/${signature.slice(20)}` : signature,
      'wechatpay-signature-type': 'WECHATPAY2-SHA256-RSA2048',
    },
    body: forgery === 'body' ? body.replace('encrypt-resource', 'encrypt_resource') : body,
    received: [200, 204],
  };
}

function seal(text: string, apiV3Key: string, originalType: string, nonce: string) {
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(apiV3Key), Buffer.from(nonce));
  cipher.setAAD(Buffer.from(originalType));
  const sealed = Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
  return {
    ...{ original_type: originalType, algorithm: 'AEAD_AES_256_GCM', associated_data: originalType, nonce },
    ciphertext: sealed.toString('base64'),
  };
}

let stranger: KeyObject | undefined;
function strangersKey(): KeyObject {
  stranger ??= generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  return stranger;
}

/** Throws EmulatorOptionsError for keys that are none, and for an address that nothing can be sent to. */
export function checkPay({ apiV3Key, privateKey, notifyUrl }: PayOptions): void {
  if (!/^[\x21-\x7e]{32}$/.test(apiV3Key)) throw new EmulatorOptionsError('the APIv3 key of WeChat Pay is not 32 characters');
  if (!/^https?:$/.test(URL.parse(notifyUrl)?.protocol ?? ''))
    throw new EmulatorOptionsError('notifications of WeChat Pay have no http address');
  try {
    if (createPrivateKey(privateKey).asymmetricKeyType === 'rsa') return;
  } catch {
    // OpenSSL's own message may quote the input.
  }
  throw new EmulatorOptionsError('the platform key of WeChat Pay is no RSA key');
}
