import { decodeBase64url, encodeBase64url } from './base64url.ts';
import { concatBytes } from './bytes.ts';
import { sessionTokenPrefix } from './headers.ts';

/** A session token taken apart. At rest `sid` is the key and only a hash of `secret` is kept. */
export interface SessionTokenParts {
  /** 16 bytes. */
  readonly sid: Uint8Array;
  /** 32 bytes. */
  readonly secret: Uint8Array;
}

/** `mst1.` and base64url of sid (16 bytes) and secret (32 bytes). */
export function formatSessionToken({ sid, secret }: SessionTokenParts): string {
  if (sid.length !== 16 || secret.length !== 32) throw new TypeError('wire: a session token has 16 and 32 bytes');
  return sessionTokenPrefix + encodeBase64url(concatBytes(sid, secret));
}

/** The parts, or `null` when the text has not the exact form: each session has one spelling. */
export function parseSessionToken(token: string): SessionTokenParts | null {
  if (token.length !== sessionTokenPrefix.length + 64 || token.slice(0, sessionTokenPrefix.length) !== sessionTokenPrefix)
    return null;
  const bytes = decodeBase64url(token.slice(sessionTokenPrefix.length), 48);
  return bytes === null ? null : { sid: bytes.slice(0, 16), secret: bytes.slice(16) };
}
