import { type AlgorithmName, algorithmNames, type WrappedKey } from '@menshen/seal';
import type { Selectable } from 'kysely';
import * as z from 'zod';
import type { Store } from '../../store/store.ts';
import type { DataKeyRow } from './tables.ts';

/** `active`: seals and opens. `retired`: opens only. `destroyed`: its bytes are gone, and what it sealed with them. */
export type DataKeyState = 'active' | 'retired' | 'destroyed';

const algorithmOf = z.enum(algorithmNames as [AlgorithmName, ...AlgorithmName[]]);
const stateOf = z.enum(['active', 'retired', 'destroyed']);

/** A data key as the store has it: wrapped, and what became of it. */
export interface StoredKey {
  readonly kid: number;
  readonly app: string;
  /** Pseudonym of the person whose key it is; null for the app's. */
  readonly subject: string | null;
  readonly algorithm: AlgorithmName;
  readonly state: DataKeyState;
  readonly kek: number;
  readonly wrapped: Uint8Array | null;
  readonly created: number;
  readonly createdBy: string;
  readonly retiredAt: number | null;
  readonly destroyedAt: number | null;
  readonly sealed: number;
  readonly opened: number;
}

/** Keys of people are many: the console counts them instead of listing them. */
export interface SubjectKeyCount {
  readonly app: string;
  readonly state: DataKeyState;
  readonly keys: number;
}

const toKey = (row: Selectable<DataKeyRow>): StoredKey => ({
  kid: row.kid,
  app: row.app,
  subject: row.subject === '' ? null : row.subject,
  algorithm: algorithmOf.parse(row.algorithm),
  state: stateOf.parse(row.state),
  kek: row.kek,
  wrapped: row.wrapped,
  created: row.created,
  createdBy: row.created_by,
  retiredAt: row.retired_at,
  destroyedAt: row.destroyed_at,
  sealed: row.sealed,
  opened: row.opened,
});

/** The tables of data keys and of the keys that wrap them. */
export function createKeyRingStore(store: Store) {
  const { db } = store;
  return {
    async find(kid: number): Promise<StoredKey | null> {
      const row = await db.selectFrom('data_keys').selectAll().where('kid', '=', kid).executeTakeFirst();
      return row === undefined ? null : toKey(row);
    },
    /** The key that seals; null when there is none yet. */
    async active(app: string, subject: string | null, algorithm: AlgorithmName): Promise<StoredKey | null> {
      const row = await db
        .selectFrom('data_keys')
        .selectAll()
        .where('app', '=', app)
        .where('subject', '=', subject ?? '')
        .where('algorithm', '=', algorithm)
        .where('state', '=', 'active')
        .orderBy('created', 'desc')
        .executeTakeFirst();
      return row === undefined ? null : toKey(row);
    },
    /**
     * Makes a key the active one of its owner and retires those before it, at once. With `onlyIfNone`, an active key that another node
     * made meanwhile stays, and is returned.
     */
    async activate(wrapped: WrappedKey, by: string, now: number, onlyIfNone: boolean): Promise<StoredKey> {
      return store.transaction(async (trx) => {
        const owner = { app: wrapped.tenant, subject: wrapped.subject ?? '', algorithm: wrapped.algorithm };
        const before = await trx
          .selectFrom('data_keys')
          .selectAll()
          .where('app', '=', owner.app)
          .where('subject', '=', owner.subject)
          .where('algorithm', '=', owner.algorithm)
          .where('state', '=', 'active')
          .execute();
        const kept = before[0];
        if (onlyIfNone && kept !== undefined) return toKey(kept);
        for (const { kid } of before)
          await trx.updateTable('data_keys').set({ state: 'retired', retired_at: now }).where('kid', '=', kid).execute();
        const row: DataKeyRow = {
          ...owner,
          kid: wrapped.kid,
          state: 'active',
          kek: wrapped.kek,
          wrapped: wrapped.wrapped,
          created: now,
          created_by: by,
          retired_at: null,
          destroyed_at: null,
          sealed: 0,
          opened: 0,
        };
        await trx.insertInto('data_keys').values(row).execute();
        return toKey(row);
      });
    },
    /** Removes the bytes of an owner's keys for good. Returns the ids of those that had any. */
    async destroy(keys: readonly number[], now: number): Promise<void> {
      for (let at = 0; at < keys.length; at += 500)
        await db
          .updateTable('data_keys')
          .set({ state: 'destroyed', destroyed_at: now, wrapped: null })
          .where('kid', 'in', keys.slice(at, at + 500))
          .execute();
    },
    async ofSubject(app: string, subject: string): Promise<StoredKey[]> {
      const rows = await db
        .selectFrom('data_keys')
        .selectAll()
        .where('app', '=', app)
        .where('subject', '=', subject)
        .where('state', '!=', 'destroyed')
        .execute();
      return rows.map(toKey);
    },
    /** Keys of apps, the newest first. */
    async ofApps(): Promise<StoredKey[]> {
      const rows = await db
        .selectFrom('data_keys')
        .selectAll()
        .where('subject', '=', '')
        .orderBy('app')
        .orderBy('created', 'desc')
        .limit(1_000)
        .execute();
      return rows.map(toKey);
    },
    async countSubjects(): Promise<SubjectKeyCount[]> {
      const rows = await db
        .selectFrom('data_keys')
        .select(({ fn }) => ['app', 'state', fn.countAll<number>().as('keys')])
        .where('subject', '!=', '')
        .groupBy(['app', 'state'])
        .orderBy('app')
        .orderBy('state')
        .execute();
      return rows.map(({ app, state, keys }) => ({ app, state: stateOf.parse(state), keys: Number(keys) }));
    },
    /** How many keys each wrapping key holds. */
    async countWrapped(): Promise<ReadonlyMap<number, number>> {
      const rows = await db
        .selectFrom('data_keys')
        .select(({ fn }) => ['kek', fn.countAll<number>().as('keys')])
        .where('wrapped', 'is not', null)
        .groupBy('kek')
        .execute();
      return new Map(rows.map(({ kek, keys }) => [kek, Number(keys)]));
    },
    /** Keys that another wrapping key holds, in the order of their ids, after `after`. */
    async wrappedByOthers(kek: number, after: number, limit: number): Promise<StoredKey[]> {
      const rows = await db
        .selectFrom('data_keys')
        .selectAll()
        .where('kek', '!=', kek)
        .where('wrapped', 'is not', null)
        .where('kid', '>', after)
        .orderBy('kid')
        .limit(limit)
        .execute();
      return rows.map(toKey);
    },
    /** One key that a wrapping key holds, to try it on. */
    async sampleOf(kek: number): Promise<StoredKey | null> {
      const row = await db
        .selectFrom('data_keys')
        .selectAll()
        .where('kek', '=', kek)
        .where('wrapped', 'is not', null)
        .limit(1)
        .executeTakeFirst();
      return row === undefined ? null : toKey(row);
    },
    /** Replaces a wrapping, unless the key was rewrapped or destroyed meanwhile. */
    async rewrap(key: StoredKey, wrapped: WrappedKey): Promise<boolean> {
      const done = await db
        .updateTable('data_keys')
        .set({ kek: wrapped.kek, wrapped: wrapped.wrapped })
        .where('kid', '=', key.kid)
        .where('kek', '=', key.kek)
        .where('wrapped', 'is not', null)
        .executeTakeFirst();
      return Number(done.numUpdatedRows) > 0;
    },
    async addUses(uses: ReadonlyMap<number, { readonly sealed: number; readonly opened: number }>): Promise<void> {
      for (const [kid, { sealed, opened }] of uses)
        await db
          .updateTable('data_keys')
          .set((value) => ({ sealed: value('sealed', '+', sealed), opened: value('opened', '+', opened) }))
          .where('kid', '=', kid)
          .execute();
    },
    async checkValues(): Promise<ReadonlyMap<number, string>> {
      const rows = await db.selectFrom('wrapping_keys').select(['kek', 'check_value']).execute();
      return new Map(rows.map(({ kek, check_value }) => [kek, check_value]));
    },
    async noteWrappingKey(kek: number, checkValue: string, now: number): Promise<void> {
      await db
        .insertInto('wrapping_keys')
        .values({ kek, check_value: checkValue, first_seen: now })
        .onConflict((conflict) => conflict.column('kek').doNothing())
        .execute();
    },
  };
}

export type KeyRingStore = ReturnType<typeof createKeyRingStore>;
