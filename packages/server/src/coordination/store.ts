import { type Kysely, sql } from 'kysely';
import type { Store, StoreKind } from '../store/store.ts';
import type { RevocationTables } from './tables.ts';

/** What is revoked: a `session`, a `person`, a key ... and, for people, why. */
export interface RevocationEntry {
  readonly kind: string;
  readonly subject: string;
  readonly detail: string | null;
}

/** A revocation in its place in the sequence. */
export interface Revocation extends RevocationEntry {
  readonly position: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

/**
 * Appends to the sequence inside a transaction of the caller. Positions become visible in their order: PostgreSQL
 * numbers rows when they are inserted but shows them when they are committed, so a reader could pass a number that
 * appears later; writers therefore hold a lock from before the numbering until their commit.
 * Trap: the other writers wait for that commit, so append last.
 */
export async function appendRevocation(
  transaction: Kysely<unknown>,
  kind: StoreKind,
  entry: RevocationEntry,
  at: number,
): Promise<number> {
  const db = transaction as Kysely<RevocationTables>;
  if (kind === 'postgres') {
    await sql`select pg_advisory_xact_lock(hashtextextended('menshen revocations ' || current_schema(), 0))`.execute(db);
  }
  const { position } = await db
    .insertInto('revocations')
    .values({ at, kind: entry.kind, subject: entry.subject, detail: entry.detail })
    .returning('position')
    .executeTakeFirstOrThrow();
  return position;
}

/** The table of revocations. */
export function createRevocationStore(store: Store) {
  const db = store.db as unknown as Kysely<RevocationTables>;
  return {
    append(entry: RevocationEntry, at: number): Promise<number> {
      // The embedded store has one writer, which numbers and commits in one order.
      if (store.kind === 'sqlite') return appendRevocation(store.db as unknown as Kysely<unknown>, 'sqlite', entry, at);
      return store.db
        .transaction()
        .setIsolationLevel('read committed')
        .execute((transaction) => appendRevocation(transaction as unknown as Kysely<unknown>, 'postgres', entry, at));
    },
    since(position: number, limit: number): Promise<Revocation[]> {
      return db.selectFrom('revocations').selectAll().where('position', '>', position).orderBy('position').limit(limit).execute();
    },
    /** Subjects of a kind that were revoked at or after a time, in order; of more than `limit`, the newest. */
    async recent(kind: string, from: number, limit: number): Promise<Pick<Revocation, 'subject' | 'at'>[]> {
      const newest = await db
        .selectFrom('revocations')
        .select(['subject', 'at'])
        .where('at', '>=', from)
        .where('kind', '=', kind)
        .orderBy('position', 'desc')
        .limit(limit)
        .execute();
      return newest.reverse();
    },
    async head(): Promise<number> {
      const row = await db
        .selectFrom('revocations')
        .select((eb) => eb.fn.max<number | null>('position').as('head'))
        .executeTakeFirst();
      return row?.head ?? 0;
    },
    async removeBefore(at: number): Promise<number> {
      const result = await db.deleteFrom('revocations').where('at', '<', at).executeTakeFirstOrThrow();
      return Number(result.numDeletedRows);
    },
  };
}

export type RevocationStore = ReturnType<typeof createRevocationStore>;
