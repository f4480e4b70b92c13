import { createHmac } from 'node:crypto';
import { decodeSessionKey } from './lib/session-key.ts';

/**
 * The user session signature that checksession, resetusersessionkey and getuserencryptkey ask for: hex HMAC-SHA256.
 * `message` is the exact body of a POST and the empty string for a GET.
 * The trap: the HMAC key is the base64 text of the session_key, not the bytes it stands for.
 * Source: WeChat, "user session signature". Throws `session_key_invalid`.
 */
export function sessionSignature(sessionKey: string, message: string | Uint8Array): string {
  decodeSessionKey(sessionKey);
  return createHmac('sha256', sessionKey).update(message).digest('hex');
}
