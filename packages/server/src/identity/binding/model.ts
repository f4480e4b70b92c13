import type { SessionKeys, SuiteName } from '@menshen/wire';

/** What a session that was opened by a sealed login shares with its client (docs/reference/client-protocol.md). */
export interface SessionBinding {
  readonly suite: SuiteName;
  /** 1 and up. */
  readonly keyVersion: number;
  readonly keys: SessionKeys;
}

/** A client whose time is further ahead than this is told the server's while nonces live in the process only (see `replay-guard.ts`). */
export const maxAheadMs = 10_000;
