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

/** A token that has opened its session: what it says, and the hash that its secret was held against. */
interface Proven {
  readonly sid: string;
  readonly secretHash: Uint8Array;
}

/**
 * Tokens that have just opened their sessions, so that a client that asks again and again is not hashed again and again. In memory only, where every
 * request holds its token anyway, and bounded. It does not take the place of the comparison in constant time: a lookup compares texts only where a hash
 * with the process's own random seed is equal, so that what is asked with a guess ends in {@link openedBy} as before. A secret that was replaced has
 * another hash object, and its old token proves nothing from then on.
 */
export class ProvenTokens {
  readonly #known = new Map<string, Proven>();
  readonly #limit: number;

  constructor(limit = 4_096) {
    this.#limit = limit;
  }

  /** The session that `header` has opened before, as it stands now; null where it has to be looked at again. */
  find(header: string, sessions: { find(sid: string): Session | undefined }, now: number): Session | null {
    const proven = this.#known.get(header);
    if (proven === undefined) return null;
    const session = sessions.find(proven.sid);
    if (session !== undefined && session.secretHash === proven.secretHash) return lapsed(session, now);
    this.#known.delete(header);
    return null;
  }

  /** Remembers a header by which `session` was opened just now; one of a secret that was replaced is not. */
  note(header: string, session: Session, secret: Uint8Array): void {
    if (!secretMatches(session, secret)) return;
    if (this.#known.size >= this.#limit) this.#known.clear();
    // A copy: a piece of a request's head would keep the whole head in memory.
    const kept = Buffer.from(header, 'latin1').toString('latin1');
    this.#known.set(kept, { sid: session.sid, secretHash: session.secretHash });
  }
}

function lapsed(session: Session, now: number): Session {
  const { assuranceUntil } = session;
  return assuranceUntil === null || now < assuranceUntil ? session : { ...session, assurance: 1, assuranceUntil: null };
}
