import { type ListEntry, type ListKind, type ListName, listKind, listName } from '@menshen/contract';
import { type ExpressionBuilder, type Selectable, sql } from 'kysely';
import type { Store } from '../../store/store.ts';
import type { ListRow, ListTables } from './tables.ts';

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

/** A place in the order of a list: by its end, then by its id. */
interface ListPlace {
  readonly expires: number;
  readonly id: string;
}

const placeOf = ({ expires, id }: StoredEntry): ListPlace => ({ expires: expires ?? never, id });
const isAfter = (one: ListPlace, after: ListPlace | null): boolean =>
  after === null || one.expires > after.expires || (one.expires === after.expires && one.id > after.id);

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
    ]);
  const order = sql<number>`coalesce(expires, ${sql.lit(never)})`;
  const pageOf = async (filter: ListFilter, now: number, limit: number, after: ListPlace | null): Promise<StoredEntry[]> => {
    let query = db.selectFrom('access_list').selectAll().where(matching(filter, now));
    if (after !== null)
      query = query.where((eb) =>
        eb.or([eb(order, '>', after.expires), eb.and([eb(order, '=', after.expires), eb('id', '>', after.id)])]),
      );
    return (await query.orderBy(order).orderBy('id').limit(limit).execute()).map(toEntry);
  };
  const countOf = async (filter: ListFilter, now: number): Promise<number> => {
    const { count } = await db
      .selectFrom('access_list')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where(matching(filter, now))
      .executeTakeFirstOrThrow();
    return Number(count);
  };
  /** Values, reasons and owners are sealed where they lie, so whoever searches for a part of one reads them all. */
  const search = async (filter: ListFilter, q: string, now: number, limit: number, after: ListPlace | null) => {
    const asked = q.toLowerCase();
    const entries: StoredEntry[] = [];
    let total = 0;
    for (let at: ListPlace | null = null; ; ) {
      const page = await pageOf(filter, now, loadPage, at);
      for (const entry of page) {
        if (![entry.value, entry.reason, entry.owner].some((text) => text.toLowerCase().includes(asked))) continue;
        total += 1;
        if (entries.length <= limit && isAfter(placeOf(entry), after)) entries.push(entry);
      }
      const last = page.at(-1);
      if (last === undefined || page.length < loadPage) return { entries, total };
      at = placeOf(last);
    }
  };

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
    async page(filter: ListFilter, now: number, limit: number, after: ListPlace | null) {
      const { q } = filter;
      const found =
        q === undefined || q === ''
          ? { entries: await pageOf(filter, now, limit + 1, after), total: await countOf(filter, now) }
          : await search(filter, q, now, limit, after);
      const entries = found.entries.slice(0, limit);
      const last = found.entries.length > limit ? entries.at(-1) : undefined;
      return { entries, total: found.total, next: last === undefined ? null : placeOf(last) };
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
    /** Takes away what had ended by `before`, once over all nodes, and gives it. */
    async takeExpired(change: string, now: number, before: number): Promise<readonly StoredEntry[]> {
      const rows = await db
        .updateTable('access_list')
        .set({ removed: now, change })
        .where('removed', 'is', null)
        .where('expires', '<=', before)
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
