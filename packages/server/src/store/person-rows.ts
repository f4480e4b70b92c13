import type { Schema } from './schema.ts';
import type { Store } from './store.ts';

/** Rows of these tables whose `column` names a person. Names of tables and columns are ours, never input. */
export async function countPersonRows(
  store: Store,
  tables: readonly (keyof Schema)[],
  column: string,
  uid: string,
): Promise<number> {
  let count = 0;
  for (const table of tables) {
    const { ref } = store.db.dynamic;
    const found = await store.db
      .selectFrom(table as 'people')
      .select(({ fn }) => fn.countAll<number>().as('rows'))
      .where(ref<'uid'>(column), '=', uid)
      .executeTakeFirstOrThrow();
    count += Number(found.rows);
  }
  return count;
}

/** Everybody whom rows of these tables name in `uid`. */
export async function personsInRows(store: Store, tables: readonly (keyof Schema)[]): Promise<string[]> {
  const found = new Set<string>();
  for (const table of tables)
    for (const { uid } of await store.db
      .selectFrom(table as 'people')
      .select('uid')
      .distinct()
      .execute())
      found.add(uid);
  return [...found];
}
