import { hash, timingSafeEqual } from 'node:crypto';
import type { Session } from './model.ts';

const prefix = 'mst1.';
/** base64url of 48 bytes: sid (16) and secret (32). */
const bodyLength = 64;
const shape = /^[A-Za-z0-9_-]{64}$/;

export interface TokenParts {
  readonly sid: string;
  readonly secret: Uint8Array;
}

/** Makes a session token from 48 fresh random bytes. The caller stores `secretHash`, never the token. */
export function makeToken(random: (size: number) => Uint8Array): { token: string; sid: string; secretHash: Uint8Array } {
  const bytes = Buffer.from(random(48));
  const sid = bytes.toString('base64url', 0, 16);
  return { token: prefix + bytes.toString('base64url'), sid, secretHash: hashSecret(bytes.subarray(16)) };
}

/** Splits a token; null when it has not the exact form, so that each session has exactly one spelling. */
export function parseToken(token: string): TokenParts | null {
  if (token.length !== prefix.length + bodyLength || !token.startsWith(prefix)) return null;
  const body = token.slice(prefix.length);
  if (!shape.test(body)) return null;
  const bytes = Buffer.from(body, 'base64url');
  // 16 bytes are 21⅓ base64url characters, so the sid is re-encoded, not cut out of the text.
  return { sid: bytes.toString('base64url', 0, 16), secret: bytes.subarray(16) };
}

export function hashSecret(secret: Uint8Array): Uint8Array {
  return hash('sha256', secret, 'buffer');
}

/** Whether the secret opens the session, in constant time. */
export function secretMatches(session: Session, secret: Uint8Array): boolean {
  const presented = hashSecret(secret);
  return presented.length === session.secretHash.length && timingSafeEqual(presented, session.secretHash);
}
