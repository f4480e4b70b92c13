import { randomBytes } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { createKeys } from '../../keys/master.ts';
import type { StoreError } from '../errors.ts';
import type { Migration } from '../migration.ts';
import { openStore, type Store } from '../store.ts';
import { describeEachStore, type OpenTestStore, testClock } from '../testing.ts';
import { createStoreProtection } from './protection.ts';

interface Tables {
  folk: {
    uid: string;
    boss: string | null;
    address: string | null;
    note: string | null;
    picture: Uint8Array | null;
    hits: number;
  };
  visits: { id: string; uid: string; street: string };
}

const migrations: readonly Migration[] = [
  {
    id: '0000_folk',
    async up(db, types) {
      await types
        .table(db, 'meta')
        .addColumn('key', types.text, (column) => column.primaryKey())
        .addColumn('value', types.text, (column) => column.notNull())
        .execute();
      await types
        .table(db, 'folk')
        .addColumn('uid', types.text, (column) => column.primaryKey())
        .addColumn('boss', types.text)
        .addColumn('address', types.text)
        .addColumn('note', types.text)
        .addColumn('picture', types.bytes)
        .addColumn('hits', types.integer, (column) => column.notNull())
        .execute();
      await types
        .table(db, 'visits')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('uid', types.text, (column) => column.notNull())
        .addColumn('street', types.text, (column) => column.notNull())
        .execute();
    },
  },
];
const columns = {
  folk: { uid: 'person', boss: 'person', address: 'searchable', note: 'sealed', picture: 'sealed' },
  visits: { uid: 'person', street: 'searchable' },
} as const;
const keys = createKeys(new Uint8Array(32).fill(8), randomBytes);
const protection = createStoreProtection(keys, randomBytes, columns);

const rows = [
  { uid: 'zhang', boss: null, address: '203.0.113.9', note: '欧阳测试', picture: new Uint8Array([1, 2, 3]), hits: 1 },
  { uid: 'li', boss: 'zhang', address: '203.0.113.9', note: null, picture: null, hits: 2 },
  { uid: 'wang', boss: 'zhang', address: null, note: '欧阳测试', picture: null, hits: 3 },
];

async function opened(open: OpenTestStore, at?: string): Promise<{ db: Kysely<Tables>; store: Store; url: string }> {
  const url = at ?? (await open.place());
  const store = await openStore({ url, clock: testClock, protection });
  await store.migrate(migrations);
  return { db: store.db as unknown as Kysely<Tables>, store, url };
}

/** What lies there, as somebody without the keys reads it. */
async function bare<T>(url: string, work: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
  const store = await openStore({ url, clock: testClock });
  try {
    return await work(store.db as unknown as Kysely<Tables>);
  } finally {
    await store.close();
  }
}

describeEachStore((open) => {
  const filled = async () => {
    const place = await opened(open);
    await place.db.insertInto('folk').values(rows).execute();
    await place.db
      .insertInto('visits')
      .values([
        { id: 'v1', uid: 'li', street: '203.0.113.9' },
        { id: 'v2', uid: 'zhang', street: 'x' },
      ])
      .execute();
    return place;
  };

  it('gives back what was put in, and keeps none of it readable', async () => {
    const { db, store, url } = await filled();
    expect(await db.selectFrom('folk').selectAll().orderBy('hits').execute()).toEqual(rows);
    await store.close();
    await bare(url, async (without) => {
      const stored = await without.selectFrom('folk').selectAll().orderBy('hits').execute();
      const text = JSON.stringify(stored.map((row) => ({ ...row, picture: Buffer.from(row.picture ?? []).toString('hex') })));
      for (const secret of ['zhang', 'li"', '203.0.113.9', '欧阳', '010203']) expect(text).not.toContain(secret);
      // Searched: equal. Not searched: never twice the same.
      expect(stored[0]?.address).toBe(stored[1]?.address);
      expect(stored[1]?.boss).toBe(stored[0]?.uid);
      expect(stored[0]?.note).not.toBe(stored[2]?.note);
      // Another column with the same value looks different.
      const visits = await without.selectFrom('visits').selectAll().orderBy('id').execute();
      expect(visits[0]?.street).not.toBe(stored[0]?.address);
      expect(visits[0]?.uid).toBe(stored[1]?.uid);
    });
  });

  it('searches, joins, groups, counts and pages as before', async () => {
    const { db, store } = await filled();
    const named = async (query: { execute(): Promise<readonly { uid: string }[]> }) =>
      (await query.execute()).map(({ uid }) => uid).sort();
    const folk = db.selectFrom('folk').select('uid');
    expect(await named(folk.where('uid', '=', 'li'))).toEqual(['li']);
    expect(await named(folk.where('uid', 'in', ['li', 'wang', 'nobody']))).toEqual(['li', 'wang']);
    expect(await named(folk.where('uid', 'not in', ['li']))).toEqual(['wang', 'zhang']);
    expect(await named(folk.where('address', 'is', null))).toEqual(['wang']);
    expect(await named(folk.where('note', 'is not', null))).toEqual(['wang', 'zhang']);
    expect(await named(folk.where((eb) => eb.or([eb('address', '=', '203.0.113.9'), eb('hits', '=', 3)])))).toEqual([
      'li',
      'wang',
      'zhang',
    ]);
    expect(await named(folk.where((eb) => eb.and({ uid: 'li', hits: 2 })))).toEqual(['li']);
    expect(
      await named(
        folk.where((eb) =>
          eb.exists(eb.selectFrom('visits').select('id').whereRef('visits.uid', '=', 'folk.uid').where('visits.uid', '=', 'li')),
        ),
      ),
    ).toEqual(['li']);
    expect(await named(folk.where('uid', 'in', (eb) => eb.selectFrom('visits').select('uid')))).toEqual(['li', 'zhang']);
    const joined = await db
      .selectFrom('folk as one')
      .innerJoin('visits', 'visits.uid', 'one.uid')
      .leftJoin('folk as boss', 'boss.uid', 'one.boss')
      .select(['one.uid as who', 'visits.street', 'boss.note as word'])
      .orderBy('visits.id')
      .execute();
    expect(joined).toEqual([
      { who: 'li', street: '203.0.113.9', word: '欧阳测试' },
      { who: 'zhang', street: 'x', word: null },
    ]);
    const grouped = await db
      .selectFrom('folk')
      .select(({ fn }) => ['address', fn.countAll<number>().as('count'), fn.count<number>('uid').distinct().as('people')])
      .groupBy('address')
      .orderBy('count', 'desc')
      .execute();
    expect(grouped.map((row) => [row.address, Number(row.count), Number(row.people)])).toEqual([
      ['203.0.113.9', 2, 2],
      [null, 1, 1],
    ]);
    const seen: string[] = [];
    for (let after: string | null = null; ; ) {
      let page = db.selectFrom('folk').select('uid').orderBy('uid').limit(1);
      if (after !== null) page = page.where('uid', '>', after);
      const [row] = await page.execute();
      if (row === undefined) break;
      seen.push(row.uid);
      after = row.uid;
    }
    expect(seen.sort()).toEqual(['li', 'wang', 'zhang']);
    const from = await db
      .selectFrom(db.selectFrom('folk').select(['uid as who', 'hits']).as('inner'))
      .select('inner.who')
      .where('inner.who', '=', 'li')
      .execute();
    expect(from).toEqual([{ who: 'li' }]);
    await store.close();
  });

  it('writes by update, conflict, batch and transaction, and returns what it wrote', async () => {
    const { db, store } = await filled();
    const moved = await db.updateTable('folk').set({ boss: 'wang', note: null }).where('uid', '=', 'li').returningAll().execute();
    expect(moved).toEqual([{ ...rows[1], boss: 'wang', note: null }]);
    const again = await db
      .insertInto('folk')
      .values({ ...rows[1], uid: 'li', note: 'new', hits: 5 } as (typeof rows)[1])
      .onConflict((conflict) =>
        conflict
          .column('uid')
          .doUpdateSet((eb) => ({ note: eb.ref('excluded.note'), boss: 'zhang', hits: eb('folk.hits', '+', 1) })),
      )
      .returning(['uid', 'note', 'boss', 'hits'])
      .executeTakeFirst();
    expect(again).toEqual({ uid: 'li', note: 'new', boss: 'zhang', hits: 3 });
    await db
      .updateTable('folk')
      .set((eb) => ({ note: eb.case().when('uid', '=', 'li').then('chosen').else(eb.ref('note')).end() }))
      .execute();
    expect(await db.selectFrom('folk').select('note').where('uid', '=', 'li').execute()).toEqual([{ note: 'chosen' }]);
    expect(
      await store.batch([
        db.updateTable('folk').set({ uid: 'pseudonym' }).where('uid', '=', 'li'),
        db.deleteFrom('folk').where('uid', '=', 'wang'),
      ]),
    ).toEqual([1, 1]);
    await store.transaction(async (tx) => {
      const within = tx as unknown as Kysely<Tables>;
      expect(await within.selectFrom('folk').select('uid').where('uid', '=', 'pseudonym').execute()).toHaveLength(1);
    });
    await expect(
      db
        .insertInto('folk')
        .values({ ...rows[0], uid: 'zhang' } as (typeof rows)[0])
        .execute(),
    ).rejects.toMatchObject({
      code: 'store_conflict',
    });
    await store.close();
  });

  it('refuses what has no meaning on sealed columns, so that nobody finds nothing without being told', async () => {
    const { db, store } = await filled();
    const folk = db.selectFrom('folk').select('uid');
    const refused = [
      folk.where('note', '=', '欧阳测试'),
      folk.where('address', 'like', '203.%'),
      folk.orderBy('note'),
      db.selectFrom('folk').select('note').distinct(),
      db.selectFrom('folk').select('note').groupBy('note'),
      db.selectFrom('folk').select(({ fn }) => fn.max('uid').as('last')),
      db.selectFrom('folk').select(({ fn }) => fn<string>('lower', ['uid']).as('small')),
      folk.where(({ eb, fn }) => eb(fn<string>('lower', ['uid']), '=', 'li')),
      folk.whereRef('address', '=', 'uid'),
      folk.where((eb) => eb(sql<string>`lower(${eb.ref('uid')})`, '=', 'li')),
      db.updateTable('folk').set((eb) => ({ note: eb.ref('uid') })),
      db.updateTable('folk').set({ note: sql<string>`'clear'` }),
      db
        .insertInto('visits')
        .columns(['id', 'uid', 'street'])
        .expression(db.selectFrom('folk').select(['uid as id', 'uid', 'uid as street'])),
    ];
    for (const [at, query] of refused.entries())
      expect(() => query.compile(), `query ${at}`).toThrow(expect.objectContaining({ code: 'store_statement' }) as StoreError);
    await expect(db.updateTable('folk').set({ note: 'a\0b' }).execute()).rejects.toMatchObject({ code: 'store_value' });
    await expect(db.updateTable('folk').set({ note: '\ud800' }).execute()).rejects.toMatchObject({ code: 'store_value' });
    await store.close();
  });

  it('opens nothing that was moved to another column or changed, and nothing under another key', async () => {
    const { store: first, url } = await filled();
    await first.close();
    await bare(url, async (without) => {
      const [one] = await without.selectFrom('folk').select(['note', 'address', 'uid']).where('hits', '=', 1).execute();
      await without
        .updateTable('visits')
        .set({ street: one?.address ?? '' })
        .where('id', '=', 'v1')
        .execute();
      await without
        .updateTable('folk')
        .set({ note: `${one?.note?.slice(0, -2)}AA` })
        .where('hits', '=', 3)
        .execute();
    });
    const { db, store } = await opened(open, url);
    await expect(db.selectFrom('visits').selectAll().where('id', '=', 'v1').execute()).rejects.toMatchObject({
      code: 'store_damaged',
    });
    await expect(db.selectFrom('folk').select('note').where('hits', '=', 3).execute()).rejects.toMatchObject({
      code: 'store_damaged',
    });
    await store.close();
    const other = await openStore({
      ...{ url, clock: testClock },
      protection: createStoreProtection(createKeys(new Uint8Array(32).fill(9), randomBytes), randomBytes, columns),
    });
    const strange = other.db as unknown as Kysely<Tables>;
    expect(await strange.selectFrom('folk').select('hits').where('uid', '=', 'zhang').execute()).toEqual([]);
    await expect(strange.selectFrom('folk').select('uid').execute()).rejects.toMatchObject({ code: 'store_damaged' });
    await other.close();
  });

  it('seals what earlier versions wrote, once, and lets the newer of two rows of one key stand', async () => {
    const url = await open.place();
    const first = await opened(open, url);
    await first.store.close();
    const many = Array.from(
      { length: 1_203 },
      (_, at) => ({ ...rows[1], uid: `u${at}`, note: `~s1.note ${at}`, hits: at }) as (typeof rows)[0],
    );
    await bare(url, async (without) => {
      for (let at = 0; at < many.length; at += 100)
        await without
          .insertInto('folk')
          .values(many.slice(at, at + 100))
          .execute();
    });
    const { db, store } = await opened(open, url);
    await db
      .insertInto('folk')
      .values({ ...rows[0], uid: 'u7', note: 'newer' } as (typeof rows)[0])
      .execute();
    expect(await store.sealClear()).toBe(many.length);
    expect(await store.sealClear()).toBe(0);
    const found = await db.selectFrom('folk').selectAll().execute();
    expect(found.length).toBe(many.length);
    for (const row of found) expect(row.note).toBe(row.uid === 'u7' ? 'newer' : many[row.hits]?.note);
    expect(await db.selectFrom('folk').select('note').where('uid', '=', 'u1200').execute()).toEqual([{ note: '~s1.note 1200' }]);
    await store.close();
    await bare(url, async (without) => {
      for (const row of await without.selectFrom('folk').selectAll().execute())
        expect([row.uid, row.boss, row.note, row.address].every((value) => value === null || /^~[sd]1\./.test(value))).toBe(true);
    });
  }, 60_000);
});

describe('rules', () => {
  it('differ for another list of columns, so that it is gone through again', () => {
    expect(createStoreProtection(keys, randomBytes, { folk: { uid: 'person' } }).version).not.toBe(protection.version);
    expect(createStoreProtection(keys, randomBytes, columns).version).toBe(protection.version);
  });
});
