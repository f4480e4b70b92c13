import { createDecipheriv } from 'node:crypto';
import { WechatCryptoError } from '../crypto-error.ts';
import { decodeBase64, decodeUtf8 } from '../lib/bytes.ts';

/** An encrypted part of a WeChat Pay v3 message. */
export interface PayResource {
  readonly algorithm: string;
  /** 12 bytes of ASCII, used as the IV. */
  readonly nonce: string;
  /** May be absent or empty. */
  readonly associated_data?: string | undefined;
  /** base64 of ciphertext and tag. */
  readonly ciphertext: string;
}

const tagBytes = 16;
const maxChars = 4 * 1024 * 1024;

/**
 * Decrypts with the merchant's APIv3 key (32 ASCII characters): AES-256-GCM. Throws WechatCryptoError `api_key_invalid` for a key of
 * another form and `pay_resource_unreadable` for everything that is not whole.
 */
export function openPayResource(resource: PayResource, apiV3Key: string): string {
  const key = Buffer.from(apiV3Key, 'utf8');
  if (key.length !== 32) throw new WechatCryptoError('api_key_invalid');
  const iv = Buffer.from(resource.nonce, 'utf8');
  const sealed = decodeBase64(resource.ciphertext, maxChars);
  if (resource.algorithm !== 'AEAD_AES_256_GCM' || iv.length !== 12 || sealed === undefined || sealed.length < tagBytes)
    throw new WechatCryptoError('pay_resource_unreadable');
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(resource.associated_data ?? '', 'utf8'));
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  let text: string | undefined;
  try {
    text = decodeUtf8(Buffer.concat([decipher.update(sealed.subarray(0, -tagBytes)), decipher.final()]));
  } catch {
    // The same answer whatever is wrong.
  }
  if (text === undefined) throw new WechatCryptoError('pay_resource_unreadable');
  return text;
}
