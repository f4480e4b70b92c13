import { WechatCryptoError } from '../crypto-error.ts';
import { decodeBase64 } from './bytes.ts';

/** Decodes a session_key, which WeChat documents as the base64 text of 16 bytes. Throws `session_key_invalid`. */
export function decodeSessionKey(sessionKey: unknown): Buffer {
  const key = decodeBase64(sessionKey, 24);
  if (key?.length !== 16) throw new WechatCryptoError('session_key_invalid');
  return key;
}
