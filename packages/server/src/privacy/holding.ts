import type { ErasureScope } from './model.ts';

/** A row as its person may see it: no secret, no key, nothing of anybody else. */
export type HeldRow = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/**
 * What one capability holds of people. The capability implements it, beside its own store: nobody else reads or removes its rows.
 */
export interface Holding {
  readonly name: string;
  /** Tables from which {@link Holding.erase} removes. */
  readonly tables: readonly string[];
  /** Everybody of whom something may be held; for replaying erasures. */
  uids(): Promise<readonly string[]>;
  /** Rows that an erasure of this scope would remove; 0 is what it must leave. */
  count(uid: string, scope: ErasureScope): Promise<number>;
  /** At most `limit` rows, the newest first. */
  read(uid: string, limit: number): Promise<readonly HeldRow[]>;
  /** Removes the rows, or puts `pseudonym` in place of the person where the row itself must stay. Resolves to how many there were. */
  erase(uid: string, scope: ErasureScope, pseudonym: string): Promise<number>;
}

/** Rows that age: what retention counts and removes. */
export interface AgedRows {
  count(before: number): Promise<{ readonly due: number; readonly rows: number }>;
  /** Resolves to how many were removed. */
  remove(before: number): Promise<number>;
}
