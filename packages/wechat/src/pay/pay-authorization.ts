import { createPrivateKey, sign } from 'node:crypto';
import { WechatCryptoError } from '../crypto-error.ts';

export interface PayMerchant {
  readonly mchid: string;
  /** Serial of the merchant's certificate. */
  readonly serial: string;
  /** PEM, PKCS #8 or PKCS #1. */
  readonly privateKey: string;
}

export interface PayRequest {
  readonly method: string;
  /** Path with query, as sent. */
  readonly url: string;
  /** Seconds since the epoch. */
  readonly timestamp: number;
  readonly nonce: string;
  /** As sent; empty where there is none. */
  readonly body: string;
}

/**
 * The `Authorization` header of a call to WeChat Pay v3: SHA-256 with RSA (PKCS #1 v1.5) over five lines that each end with a line
 * feed. Throws WechatCryptoError `api_key_invalid`.
 */
export function payAuthorization({ method, url, timestamp, nonce, body }: PayRequest, merchant: PayMerchant): string {
  const message = `${method}\n${url}\n${timestamp}\n${nonce}\n${body}\n`;
  let signature: string;
  try {
    signature = sign('sha256', Buffer.from(message), createPrivateKey(merchant.privateKey)).toString('base64');
  } catch {
    throw new WechatCryptoError('api_key_invalid');
  }
  const fields = {
    mchid: merchant.mchid,
    nonce_str: nonce,
    signature,
    timestamp: String(timestamp),
    serial_no: merchant.serial,
  };
  const text = Object.entries(fields).map(([name, value]) => `${name}="${value}"`);
  return `WECHATPAY2-SHA256-RSA2048 ${text.join(',')}`;
}
