import type { SessionUser } from '@menshen/wire';
import type { Runtime } from '../phone/runtime.ts';
import { createKeptValue, type KeptValue, type KeptValueOptions } from './kept-value.ts';

/** The session as the phone keeps it. */
export interface StoredSession {
  readonly token: string;
  readonly user: SessionUser;
  readonly assurance: number;
  readonly expiresAt: number;
  readonly idleSeconds: number;
  /** Of a session that was made by a sealed login: 128 bytes in base64url, and their version. */
  readonly keys?: { readonly version: number; readonly packed: string };
}

export type SessionStore = KeptValue<StoredSession>;

export interface SessionStoreOptions extends Omit<KeptValueOptions<StoredSession>, 'accept'> {
  /** Whether a session must have keys: one from before the app pinned a server key is of no use. */
  readonly bound: boolean;
}

/** Keeps the session in the phone's encrypted storage, or in memory alone where there is none. */
export function createSessionStore(options: SessionStoreOptions, runtime: Runtime): SessionStore {
  const accept = ({ token, keys }: StoredSession): boolean => typeof token === 'string' && !(options.bound && keys === undefined);
  return createKeptValue({ ...options, accept }, runtime);
}
