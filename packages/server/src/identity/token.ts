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

/** A token of the same session with another secret. The caller stores `secretHash`. */
export function renewToken(sid: string, random: (size: number) => Uint8Array): { token: string; secretHash: Uint8Array } {
  const secret = random(32);
  const bytes = Buffer.concat([Buffer.from(sid, 'base64url'), secret]);
  return { token: prefix + bytes.toString('base64url'), secretHash: hashSecret(secret) };
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
export function secretMatches(session: Pick<Session, 'secretHash'>, secret: Uint8Array): boolean {
  // By way of hexadecimal text: a buffer of its own costs the hash three times as much, on every request.
  const presented = Buffer.from(hash('sha256', secret, 'hex'), 'hex');
  return presented.length === session.secretHash.length && timingSafeEqual(presented, session.secretHash);
}

/**
 * The session as a secret opens it now, or null. The secret before the last step-up opens it for a moment more, at the assurance of before; a raised
 * assurance ends when its time is over.
 */
export function openedBy(session: Session, secret: Uint8Array, now: number): Session | null {
  const { previous } = session;
  if (secretMatches(session, secret)) return lapsed(session, now);
  if (previous === null || now >= previous.until || !secretMatches(previous, secret)) return null;
  const { assurance, amr, secondFactorAt, assuranceUntil } = previous;
  return lapsed({ ...session, assurance, amr, secondFactorAt, assuranceUntil, previous: null }, now);
}

function lapsed(session: Session, now: number): Session {
  const { assuranceUntil } = session;
  return assuranceUntil === null || now < assuranceUntil ? session : { ...session, assurance: 1, assuranceUntil: null };
}
