import { randomBytes } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { expect, it } from 'vitest';
import { createTokenStore } from '../../administrators/tokens/store.ts';
import { createKeys } from '../../keys/master.ts';
import type { Migration } from '../migration.ts';
import { openStore, type Store } from '../store.ts';
import { describeEachStore, describeSqliteStore, testClock } from '../testing.ts';
import { protectedColumns } from './columns.ts';
import { createStoreProtection } from './protection.ts';

interface Tables {
  orders: { id: string; target: string | null; picture: Uint8Array | null; note: string; hits: number };
  meta: { key: string; value: string };
}

const migrations: readonly Migration[] = [
  {
    id: '0000_orders',
    async up(db, types) {
      await types
        .table(db, 'meta')
        .addColumn('key', types.text, (column) => column.primaryKey())
        .addColumn('value', types.text, (column) => column.notNull())
        .execute();
      await types
        .table(db, 'orders')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('target', types.text)
        .addColumn('picture', types.bytes)
        .addColumn('note', types.text, (column) => column.notNull())
        .addColumn('hits', types.integer, (column) => column.notNull())
        .execute();
    },
  },
];
const keys = createKeys(new Uint8Array(32).fill(8), randomBytes);
const before = createStoreProtection(keys, randomBytes, { orders: { target: 'sealed', picture: 'sealed', note: 'sealed' } });
const now = createStoreProtection(keys, randomBytes, { orders: { target: 'bound', picture: 'bound', note: 'sealed' } });
const rows = ['a', 'b'].map((id, hits) => ({
  id,
  target: `to ${id}`,
  picture: new Uint8Array([hits, 7]),
  note: `of ${id}`,
  hits,
}));

type Handle = Kysely<Tables>;
async function on<T>(url: string, protection: typeof now | null, work: (db: Handle, store: Store) => Promise<T>): Promise<T> {
  const store = await openStore({ url, clock: testClock, ...(protection === null ? {} : { protection }) });
  await store.migrate(migrations);
  try {
    return await work(store.db as unknown as Handle, store);
  } finally {
    await store.close();
  }
}
/** What lies there of one column, by row. */
const bare = (url: string, column: 'target' | 'note') =>
  on(url, null, async (db) =>
    Object.fromEntries(
      (await db.selectFrom('orders').select(['id', column]).execute()).map((row) => [row.id, row[column] ?? '']),
    ),
  );
const put = (url: string, id: string, change: Partial<Tables['orders']>) =>
  on(url, null, async (db) => await db.updateTable('orders').set(change).where('id', '=', id).execute());
const damaged = { code: 'store_damaged' };

describeEachStore((open) => {
  it('a value that is bound to its row opens there and nowhere else', async () => {
    const url = await open.place();
    await on(url, now, (db) => db.insertInto('orders').values(rows).execute());
    await on(url, now, async (db) => {
      expect(await db.selectFrom('orders').selectAll().orderBy('id').execute()).toEqual(rows);
      // The row's id comes out for whoever asks for it, and for nobody else.
      expect(await db.selectFrom('orders').select(['target', 'hits']).orderBy('hits').execute()).toEqual([
        { target: 'to a', hits: 0 },
        { target: 'to b', hits: 1 },
      ]);
      const joined = await db
        .selectFrom('orders as one')
        .innerJoin('meta', (join) => join.on('meta.key', '=', 'schema_unknown').on('one.id', '=', 'meta.value'))
        .select(['one.target', 'meta.key'])
        .execute();
      expect(joined).toEqual([]);
      const moved = db.updateTable('orders').set({ target: 'elsewhere' }).where('id', '=', 'a').where('hits', '=', 0);
      expect(await moved.returning('target').execute()).toEqual([{ target: 'elsewhere' }]);
    });
    const { a, b } = await bare(url, 'target');
    await put(url, 'a', { target: b ?? null });
    await put(url, 'b', { note: (await bare(url, 'note'))['a'] ?? '' });
    await on(url, now, async (db) => {
      await expect(db.selectFrom('orders').select('target').where('id', '=', 'a').execute()).rejects.toMatchObject(damaged);
      // What is sealed alone can be moved by whoever can write the database.
      expect(await db.selectFrom('orders').select('note').where('id', '=', 'b').execute()).toEqual([{ note: 'of a' }]);
    });
    await put(url, 'a', { target: a ?? null });
    await on(url, now, async (db) =>
      expect(await db.selectFrom('orders').select('target').where('id', '=', 'a').execute()).toEqual([{ target: 'elsewhere' }]),
    );
  });

  it('takes nothing that was never sealed, or that was sealed without its row', async () => {
    const url = await open.place();
    await on(url, before, (db) => db.insertInto('orders').values(rows).execute());
    const old = (await bare(url, 'target'))['a'] ?? '';
    await on(url, now, async (_db, store) => {
      expect(await store.sealClear()).toBe(rows.length);
      expect(await store.sealClear()).toBe(0);
    });
    await on(url, now, async (db) => expect(await db.selectFrom('orders').selectAll().orderBy('id').execute()).toEqual(rows));
    for (const forged of [old, 'to whom I like']) {
      await put(url, 'a', { target: forged });
      await on(url, now, async (db) => {
        await expect(db.selectFrom('orders').selectAll().where('id', '=', 'a').execute()).rejects.toMatchObject(damaged);
      });
    }
  });

  it('is sealed from what earlier versions wrote in clear, and what was moved before it was bound is not told from it', async () => {
    const url = await open.place();
    await on(url, null, (db) => db.insertInto('orders').values(rows).execute());
    await on(url, now, async (db, store) => {
      expect(await store.sealClear()).toBe(rows.length);
      expect(await db.selectFrom('orders').selectAll().orderBy('id').execute()).toEqual(rows);
    });
  });

  it('is written only where the statement names its row, and read only one row at a time', async () => {
    await on(await open.place(), now, async (db) => {
      const orders = db.updateTable('orders').set({ target: 'x' });
      const select = db.selectFrom('orders').select('target');
      const refused = [
        orders,
        orders.where('hits', '=', 1),
        orders.where('id', 'in', ['a', 'b']),
        orders.where((eb) => eb.or([eb('id', '=', 'a'), eb('hits', '=', 1)])),
        orders.where('id', '=', (eb) => eb.selectFrom('orders').select('id').limit(1)),
        db.updateTable('orders').set((eb) => ({ target: eb.ref('target') })),
        db.insertInto('orders').values({ target: 'x', picture: null, note: '', hits: 1 } as never),
        db
          .insertInto('orders')
          .values(rows)
          .onConflict((conflict) => conflict.column('id').doUpdateSet((eb) => ({ target: eb.ref('excluded.target') }))),
        select.distinct(),
        select.groupBy('id'),
        select.union(select),
        db.selectFrom(select.as('inner')).select('inner.target'),
        db.selectFrom('orders as one').innerJoin('orders as two', 'one.id', 'two.id').select('one.target'),
      ];
      for (const [at, query] of refused.entries())
        expect(() => query.compile(), `statement ${at}`).toThrow(expect.objectContaining({ code: 'store_statement' }) as Error);
      await db.insertInto('orders').values(rows).execute();
      expect(await orders.where('id', '=', 'b').where('hits', '=', 1).execute()).toHaveLength(1);
    });
  });

  it('keeps an API token from coming from where another may', async () => {
    const store = await open();
    const tokens = createTokenStore(store);
    for (const [id, addresses] of [
      ['t_one', ['203.0.113.0/24']],
      ['t_two', []],
    ] as const)
      await tokens.add({
        ...{ id, secretHash: id, name: id, scopes: [], grants: [], addresses, created: 1, createdBy: 'x' },
        ...{ expires: 9, lastUsed: null, lastAddress: null, revokedAt: null },
      } as never);
    await store.close();
    const unprotected = await openStore({ url: store.url, clock: testClock });
    await sql`update api_tokens set addresses = (select addresses from api_tokens where id = 't_two') where id = 't_one'`.execute(
      unprotected.db,
    );
    await unprotected.close();
    const again = createTokenStore(await open({ url: store.url }));
    await expect(again.find('t_one')).rejects.toMatchObject(damaged);
    expect((await again.find('t_two'))?.addresses).toEqual([]);
  });
});

describeSqliteStore((open) => {
  it('binds only columns of tables whose key is their id', async () => {
    const { db } = await open();
    const boundTables = Object.entries(protectedColumns as Readonly<Record<string, Readonly<Record<string, string>>>>).flatMap(
      ([table, kinds]) => (Object.values(kinds).includes('bound') ? [table] : []),
    );
    expect(boundTables.toSorted()).toEqual([
      ...['admin_approvals', 'administrators', 'api_tokens', 'containment_measures', 'playbook_runs'],
    ]);
    for (const table of boundTables) {
      const { rows: keyed } = await sql<{ name: string }>`select name from pragma_table_info(${table}) where pk > 0`.execute(db);
      expect([table, keyed.map(({ name }) => name)]).toEqual([table, ['id']]);
    }
  });
});
