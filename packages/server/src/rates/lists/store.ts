import { type ListEntry, type ListKind, type ListName, listKind, listName } from '@menshen/contract';
import { type ExpressionBuilder, type Selectable, sql } from 'kysely';
import { contains } from '../../store/like.ts';
import type { Migration } from '../../store/migration.ts';
import type { Store } from '../../store/store.ts';

interface ListRow {
  id: string;
  list: string;
  kind: string;
  value: string;
  app: string | null;
  reason: string;
  owner: string;
  created: number;
  created_by: string;
  expires: number | null;
  hits: number;
  last_hit: number | null;
  /** The change that added it, or took it away; by it the other nodes find what is new. */
  change: string;
  /** Epoch ms; null while it stands. */
  removed: number | null;
}

export interface ListTables {
  access_list: ListRow;
}

export const listMigrations: readonly Migration[] = [
  {
    id: '0029_access_lists',
    async up(db, types) {
      await types
        .table(db, 'access_list')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('list', types.text, (column) => column.notNull())
        .addColumn('kind', types.text, (column) => column.notNull())
        .addColumn('value', types.text, (column) => column.notNull())
        .addColumn('app', types.text)
        .addColumn('reason', types.text, (column) => column.notNull())
        .addColumn('owner', types.text, (column) => column.notNull())
        .addColumn('created', types.integer, (column) => column.notNull())
        .addColumn('created_by', types.text, (column) => column.notNull())
        .addColumn('expires', types.integer)
        .addColumn('hits', types.integer, (column) => column.notNull())
        .addColumn('last_hit', types.integer)
        .addColumn('change', types.text, (column) => column.notNull())
        .addColumn('removed', types.integer)
        .execute();
      await db.schema.createIndex('access_list_change').on('access_list').column('change').execute();
      await db.schema.createIndex('access_list_value').on('access_list').column('value').execute();
      await db.schema.createIndex('access_list_expires').on('access_list').column('expires').execute();
    },
  },
];

/** An entry as it lies in the store, also when it has been taken away. */
export interface StoredEntry extends ListEntry {
  readonly removed: number | null;
}

export interface ListFilter {
  readonly list?: ListName | undefined;
  readonly kind?: ListKind | undefined;
  readonly q?: string | undefined;
}

/** Sorts entries without an end after all others. */
const never = Number.MAX_SAFE_INTEGER;
const loadPage = 5_000;
const insertPage = 50;

const toEntry = (row: Selectable<ListRow>): StoredEntry => ({
  id: row.id,
  list: listName.parse(row.list),
  kind: listKind.parse(row.kind),
  value: row.value,
  app: row.app,
  reason: row.reason,
  owner: row.owner,
  created: row.created,
  createdBy: row.created_by,
  expires: row.expires,
  hits: row.hits,
  lastHit: row.last_hit,
  removed: row.removed,
});

/** The table of allow and deny entries. */
export function createListStore(store: Store) {
  const { db } = store;
  const matching = (filter: ListFilter, now: number) => (eb: ExpressionBuilder<ListTables, 'access_list'>) =>
    eb.and([
      eb('removed', 'is', null),
      eb.or([eb('expires', 'is', null), eb('expires', '>', now)]),
      ...(filter.list === undefined ? [] : [eb('list', '=', filter.list)]),
      ...(filter.kind === undefined ? [] : [eb('kind', '=', filter.kind)]),
      ...(filter.q === undefined || filter.q === ''
        ? []
        : [eb.or((['value', 'reason', 'owner'] as const).map((column) => contains(eb.ref(column), filter.q ?? '')))]),
    ]);

  return {
    /** Every entry that stands, in pages, so that a long list does not fill the memory twice. */
    async *all(now: number): AsyncGenerator<readonly StoredEntry[]> {
      let after = '';
      for (;;) {
        const rows = await db
          .selectFrom('access_list')
          .selectAll()
          .where('removed', 'is', null)
          .where((eb) => eb.or([eb('expires', 'is', null), eb('expires', '>', now)]))
          .where('id', '>', after)
          .orderBy('id')
          .limit(loadPage)
          .execute();
        yield rows.map(toEntry);
        if (rows.length < loadPage) return;
        after = rows.at(-1)?.id ?? '';
      }
    },
    async ofChange(change: string): Promise<readonly StoredEntry[]> {
      return (await db.selectFrom('access_list').selectAll().where('change', '=', change).execute()).map(toEntry);
    },
    async standing(ids: readonly string[], now: number): Promise<readonly StoredEntry[]> {
      const rows = await db
        .selectFrom('access_list')
        .selectAll()
        .where('id', 'in', [...ids])
        .where('removed', 'is', null)
        .where((eb) => eb.or([eb('expires', 'is', null), eb('expires', '>', now)]))
        .execute();
      return rows.map(toEntry);
    },
    async page(filter: ListFilter, now: number, limit: number, after: { readonly expires: number; readonly id: string } | null) {
      const order = sql<number>`coalesce(expires, ${sql.lit(never)})`;
      let query = db.selectFrom('access_list').selectAll().where(matching(filter, now));
      if (after !== null) {
        query = query.where((eb) =>
          eb.or([eb(order, '>', after.expires), eb.and([eb(order, '=', after.expires), eb('id', '>', after.id)])]),
        );
      }
      const rows = await query
        .orderBy(order)
        .orderBy('id')
        .limit(limit + 1)
        .execute();
      const { count } = await db
        .selectFrom('access_list')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where(matching(filter, now))
        .executeTakeFirstOrThrow();
      const entries = rows.slice(0, limit).map(toEntry);
      const last = rows.length > limit ? entries.at(-1) : undefined;
      return { entries, total: Number(count), next: last === undefined ? null : { expires: last.expires ?? never, id: last.id } };
    },
    async add(entries: readonly ListEntry[], change: string): Promise<void> {
      await db.transaction().execute(async (transaction) => {
        for (let at = 0; at < entries.length; at += insertPage) {
          await transaction
            .insertInto('access_list')
            .values(
              entries.slice(at, at + insertPage).map((entry) => ({
                id: entry.id,
                list: entry.list,
                kind: entry.kind,
                value: entry.value,
                app: entry.app,
                reason: entry.reason,
                owner: entry.owner,
                created: entry.created,
                created_by: entry.createdBy,
                expires: entry.expires,
                hits: 0,
                last_hit: null,
                change,
                removed: null,
              })),
            )
            .execute();
        }
      });
    },
    async remove(ids: readonly string[], change: string, now: number): Promise<void> {
      await db
        .updateTable('access_list')
        .set({ removed: now, change })
        .where('id', 'in', [...ids])
        .where('removed', 'is', null)
        .execute();
    },
    async hit(id: string, by: number, at: number): Promise<void> {
      await db
        .updateTable('access_list')
        .set((eb) => ({ hits: eb('hits', '+', by), last_hit: at }))
        .where('id', '=', id)
        .execute();
    },
    /** Takes away what has ended, once over all nodes, and gives it. */
    async takeExpired(change: string, now: number): Promise<readonly StoredEntry[]> {
      const rows = await db
        .updateTable('access_list')
        .set({ removed: now, change })
        .where('removed', 'is', null)
        .where('expires', '<=', now)
        .returningAll()
        .execute();
      return rows.map(toEntry);
    },
    async forgetBefore(at: number): Promise<void> {
      await db.deleteFrom('access_list').where('removed', '<', at).execute();
    },
  };
}

export type ListStore = ReturnType<typeof createListStore>;
