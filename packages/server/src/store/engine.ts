import type { Compilable, Dialect } from 'kysely';
import type { StoreKind } from './migration.ts';
import type { ScrubReport } from './sqlite/protocol.ts';

/** What an engine brings to a store; everything else is common. */
export interface Engine {
  readonly kind: StoreKind;
  /** How often a transaction may be tried that lost a race. */
  readonly attempts: number;
  /** Kysely's way to the engine, with a limit for transactions in milliseconds. */
  dialect(limitMs: number): Dialect;
  /** Runs statements as one atomic unit and returns the number of rows each wrote. */
  batch(statements: readonly Compilable[]): Promise<number[]>;
  /** Leaves nothing of removed rows in the files, as far as the engine lets it; see {@link Store.scrub}. */
  scrub(tables: readonly string[], full: boolean): Promise<ScrubReport>;
  /** Resolves when the engine reads and would write. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
