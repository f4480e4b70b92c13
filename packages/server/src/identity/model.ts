import type { Audience } from '@menshen/contract';
import type { SessionBinding } from './binding/model.ts';
import type { Risk } from './risk/model.ts';

/** The person behind a session: an employee or partner of the directory, or a customer known only by a WeChat identity. */
export interface PersonRef {
  readonly uid: string;
  readonly name: string;
  readonly kind: Audience;
}

/** How well the person behind a session is known. */
export interface AssuranceLevel {
  readonly assurance: 1 | 2 | 3;
  /** Authentication methods (RFC 8176 amr). */
  readonly amr: readonly string[];
  /** When the last second factor was proved, epoch ms; null when none was. */
  readonly secondFactorAt: number | null;
  /** When the assurance falls back to 1, epoch ms; null while it is 1. */
  readonly assuranceUntil: number | null;
}

/** The secret that a step-up has replaced: requests that were on their way may still come with it, at the assurance of before. */
export interface PreviousSecret extends AssuranceLevel {
  readonly secretHash: Uint8Array;
  /** Epoch ms. */
  readonly until: number;
}

/**
 * A live session as the data plane holds it. `lastSeen` and `idleExpires` move in memory with each request and are written to the store in
 * batches; everything else changes only through the identity service.
 */
export interface Session extends AssuranceLevel {
  /** 16 random bytes, base64url: public, names the session in pages and events. */
  readonly sid: string;
  /** SHA-256 of the 32-byte secret half of the token. */
  readonly secretHash: Uint8Array;
  /** How often the secret was replaced. */
  readonly generation: number;
  readonly previous: PreviousSecret | null;
  /** Keys that its requests are signed with; null for a login in clear. */
  readonly binding: SessionBinding | null;
  readonly risk: Risk;
  readonly app: string;
  readonly channel: 'wechat' | 'wecom';
  readonly person: PersonRef;
  /** Epoch ms, as all times here. */
  readonly created: number;
  lastSeen: number;
  idleExpires: number;
  readonly idleMs: number;
  readonly absoluteExpires: number;
  readonly address: string;
  readonly device: string | null;
  /** The release that the app said it is when it signed in; null where it said nothing. Sealed on its way only with {@link binding}. */
  readonly build: string | null;
}

/** Why a token does not open a session. */
export type SessionRefusal = 'session_invalid' | 'session_expired' | 'session_revoked';
