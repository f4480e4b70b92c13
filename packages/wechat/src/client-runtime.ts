import type { TokenStore } from './token-store.ts';

/** What a client needs from its surroundings, and its limits. */
export interface ClientRuntime {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Now, in milliseconds since the epoch. */
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  /** For one attempt, connection and body together; 10,000 by default. */
  readonly timeoutMs?: number;
  /** Largest answer read; 16 MiB by default (a WeCom tree of 30,000 departments is about 5 MiB). */
  readonly maxResponseBytes?: number;
  /** How often a read is repeated after a failure that may pass; 2 by default. Code exchanges and sends are never repeated. */
  readonly maxRetries?: number;
  /** Where access tokens are shared with other nodes; without it they live in this client only. */
  readonly tokenStore?: TokenStore;
}
