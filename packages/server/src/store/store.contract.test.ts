import fc from 'fast-check';
import { type Kysely, type Selectable, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { isStoreError } from './errors.ts';
import { contains, startsWith } from './like.ts';
import { metaMigrations } from './meta.ts';
import type { Migration } from './migration.ts';
import type { Store } from './store.ts';
import { describeEachStore, type OpenTestStore, type TestStore } from './testing.ts';
import type { Flag } from './values.ts';

interface ContractTables {
  item: {
    id: string;
    amount: number | null;
    ratio: number | null;
    payload: Uint8Array | null;
    active: Flag | null;
    document: string | null;
  };
  counter: { name: string; value: number };
  part: { id: string; item: string };
}

const contractMigrations: readonly Migration[] = [
  ...metaMigrations,
  {
    id: '9000_contract',
    async up(db, dialect) {
      await dialect
        .table(db, 'item')
        .addColumn('id', dialect.text, (column) => column.primaryKey())
        .addColumn('amount', dialect.integer)
        .addColumn('ratio', dialect.real)
        .addColumn('payload', dialect.bytes)
        .addColumn('active', dialect.flag)
        .addColumn('document', dialect.text)
        .addCheckConstraint('item_amount', sql`amount is null or amount <> 13`)
        .execute();
      await dialect
        .table(db, 'counter')
        .addColumn('name', dialect.text, (column) => column.primaryKey())
        .addColumn('value', dialect.integer, (column) => column.notNull())
        .execute();
      await dialect
        .table(db, 'part')
        .addColumn('id', dialect.text, (column) => column.primaryKey())
        .addColumn('item', dialect.text, (column) => column.notNull().references('item.id'))
        .execute();
    },
  },
];

const tablesOf = (store: Store): Kysely<ContractTables> => store.db as unknown as Kysely<ContractTables>;
const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    return isStoreError(error) ? error.code : `not a store error: ${String(error)}`;
  }
  return 'none';
};
const empty: Selectable<ContractTables['item']> = {
  id: '',
  amount: null,
  ratio: null,
  payload: null,
  active: null,
  document: null,
};

async function openContract(
  open: OpenTestStore,
  options: { transactionLimitMs?: number } = {},
): Promise<{ store: TestStore; db: Kysely<ContractTables> }> {
  const store = await open({ migrations: contractMigrations, ...options });
  return { store, db: tablesOf(store) };
}

describeEachStore((open) => {
  describe('values', () => {
    it('come back as they were written', async () => {
      const { db } = await openContract(open);
      const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
      const rows: Selectable<ContractTables['item']>[] = [
        { id: 'limits', amount: Number.MAX_SAFE_INTEGER, ratio: 0.1, payload: bytes, active: 1, document: '{"名":"门神 🏮"}' },
        { id: 'negative', amount: Number.MIN_SAFE_INTEGER, ratio: -1e-300, payload: new Uint8Array(0), active: 0, document: '' },
        { id: 'whole', amount: 0, ratio: 5, payload: null, active: null, document: null },
      ];
      await db.insertInto('item').values(rows).execute();
      expect(await db.selectFrom('item').selectAll().orderBy('id').execute()).toEqual(rows);
      const [first] = await db.selectFrom('item').select('payload').where('id', '=', 'limits').execute();
      expect(first?.payload?.constructor).toBe(Uint8Array);
    });

    it('keep every text, byte string and number that the rules admit', async () => {
      const { db } = await openContract(open);
      let serial = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0')),
          fc.uint8Array(),
          fc.maxSafeInteger(),
          fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Number.isInteger(value)),
          async (document, payload, amount, ratio) => {
            serial += 1;
            const row = { ...empty, id: `row ${serial}`, document, payload, amount: amount === 13 ? 14 : amount, ratio };
            await db.insertInto('item').values(row).execute();
            expect(await db.selectFrom('item').selectAll().where('id', '=', row.id).executeTakeFirst()).toEqual(row);
          },
        ),
        { numRuns: 60 },
      );
    });

    it('write flags as booleans and read them as 0 and 1', async () => {
      const { db } = await openContract(open);
      await db
        .insertInto('item')
        .values([
          { ...empty, id: 'on', active: true },
          { ...empty, id: 'off', active: false },
        ])
        .execute();
      const on = await db.selectFrom('item').select(['id', 'active']).where('active', '=', 1).execute();
      expect(on).toEqual([{ id: 'on', active: 1 }]);
    });

    it('refuse what one of the engines could not hold', async () => {
      const { db } = await openContract(open);
      const insert = (part: Record<string, unknown>) =>
        codeOf(
          db
            .insertInto('item')
            .values({ ...empty, id: 'x', ...part } as Selectable<ContractTables['item']>)
            .execute(),
        );
      for (const part of [
        { document: 'a\0b' },
        { document: 'lone \ud800 surrogate' },
        { amount: 2 ** 53 },
        { amount: Number.NaN },
        { amount: 2n ** 60n },
        { ratio: Number.POSITIVE_INFINITY },
        { document: new Date(0) },
        { document: { nested: true } },
        { amount: 'seven' },
        { amount: 1.5 },
      ]) {
        expect(await insert(part), Object.keys(part).join()).toBe('store_value');
      }
      expect(await db.selectFrom('item').select('id').execute()).toEqual([]);
    });

    it('refuse to round an integer that is too large to be exact', async () => {
      const { db } = await openContract(open);
      const large = sql<{ sum: number }>`select 9007199254740993 as sum`;
      expect(await codeOf(large.execute(db))).toBe('store_value');
    });

    it('count, sum and average as numbers', async () => {
      const { db } = await openContract(open);
      await db
        .insertInto('counter')
        .values([1, 2, 4].map((value) => ({ name: `n${value}`, value })))
        .execute();
      const totals = await db
        .selectFrom('counter')
        .select((eb) => [
          eb.fn.countAll<number>().as('count'),
          eb.fn.sum<number>('value').as('sum'),
          eb.fn.avg<number>('value').as('avg'),
        ])
        .executeTakeFirstOrThrow();
      expect(totals.count).toBe(3);
      expect(totals.sum).toBe(7);
      expect(totals.avg).toBeCloseTo(7 / 3, 10);
    });

    it('order text byte by byte and match it with regard to case', async () => {
      const { db } = await openContract(open);
      await db
        .insertInto('item')
        .values(['a', 'B', 'Ä', 'b', '100%', '100x'].map((id) => ({ ...empty, id })))
        .execute();
      const ids = async (query: { execute(): Promise<{ id: string }[]> }) => (await query.execute()).map((row) => row.id);
      const all = db.selectFrom('item').select('id').orderBy('id');
      expect(await ids(all)).toEqual(['100%', '100x', 'B', 'a', 'b', 'Ä']);
      expect(await ids(all.where('id', 'like', 'b%'))).toEqual(['b']);
      expect(await ids(all.where((eb) => startsWith(eb.ref('id'), '100%')))).toEqual(['100%']);
      expect(await ids(all.where((eb) => contains(eb.ref('id'), '_')))).toEqual([]);
    });
  });

  describe('errors', () => {
    it('have the same code on both engines', async () => {
      const { db } = await openContract(open);
      await db
        .insertInto('item')
        .values({ ...empty, id: 'one' })
        .execute();
      expect(
        await codeOf(
          db
            .insertInto('item')
            .values({ ...empty, id: 'one' })
            .execute(),
        ),
      ).toBe('store_conflict');
      expect(await codeOf(db.insertInto('part').values({ id: 'p', item: 'absent' }).execute())).toBe('store_reference');
      expect(
        await codeOf(
          db
            .insertInto('item')
            .values({ ...empty, id: 'two', amount: 13 })
            .execute(),
        ),
      ).toBe('store_constraint');
      expect(await codeOf(sql`insert into counter (name) values ('x')`.execute(db))).toBe('store_constraint');
      expect(await codeOf(sql`select * from absent`.execute(db))).toBe('store_statement');
      expect(await codeOf(sql`selec`.execute(db))).toBe('store_statement');
      await db.insertInto('part').values({ id: 'p', item: 'one' }).execute();
      expect(await codeOf(db.deleteFrom('item').where('id', '=', 'one').execute())).toBe('store_reference');
    });

    it('do not repeat values', async () => {
      const { db } = await openContract(open);
      const secret = 'correct horse battery staple';
      await db
        .insertInto('item')
        .values({ ...empty, id: secret })
        .execute();
      const failures = await Promise.allSettled([
        db
          .insertInto('item')
          .values({ ...empty, id: secret })
          .execute(),
        db
          .insertInto('part')
          .values({ id: 'p', item: `${secret}!` })
          .execute(),
        db
          .insertInto('item')
          .values({ ...empty, id: 'x', amount: secret as unknown as number })
          .execute(),
        db
          .insertInto('item')
          .values({ ...empty, id: 'x', document: `${secret}\0` })
          .execute(),
      ]);
      for (const failure of failures) {
        expect(failure.status).toBe('rejected');
        if (failure.status !== 'rejected') continue;
        const reason: unknown = failure.reason;
        expect(`${String(reason)}${JSON.stringify(reason)}`).not.toContain(secret);
      }
    });

    it('leave the other writes of the same moment alone', async () => {
      const { db } = await openContract(open);
      await db
        .insertInto('item')
        .values({ ...empty, id: '5' })
        .execute();
      const outcomes = await Promise.allSettled(
        Array.from({ length: 50 }, (_, index) =>
          db
            .insertInto('item')
            .values({ ...empty, id: String(index) })
            .execute(),
        ),
      );
      expect(outcomes.flatMap((outcome, index) => (outcome.status === 'rejected' ? [index] : []))).toEqual([5]);
      const { count } = await db
        .selectFrom('item')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      expect(count).toBe(50);
    });
  });

  describe('reads', () => {
    it('see every write that was acknowledged before', async () => {
      const { db } = await openContract(open);
      await db.insertInto('counter').values({ name: 'n', value: 0 }).execute();
      for (let value = 1; value <= 50; value += 1) {
        await db.updateTable('counter').set({ value }).execute();
        expect(await db.selectFrom('counter').select('value').executeTakeFirst()).toEqual({ value });
      }
    });

    it('see them also while a stream is open, which keeps its own view', async () => {
      const { db } = await openContract(open);
      await db
        .insertInto('item')
        .values(Array.from({ length: 25 }, (_, index) => ({ ...empty, id: String(index).padStart(2, '0') })))
        .execute();
      const seen: string[] = [];
      for await (const row of db.selectFrom('item').select('id').orderBy('id').stream(10)) {
        if (seen.length === 0) {
          await db
            .insertInto('item')
            .values({ ...empty, id: '99' })
            .execute();
          expect(await db.selectFrom('item').select('id').where('id', '=', '99').execute()).toHaveLength(1);
        }
        seen.push(row.id);
      }
      expect(seen).toHaveLength(25);
    });

    it('free a stream that is not read to its end', async () => {
      const { db } = await openContract(open);
      await db
        .insertInto('item')
        .values([1, 2, 3].map((id) => ({ ...empty, id: String(id) })))
        .execute();
      for (let round = 0; round < 20; round += 1) {
        for await (const row of db.selectFrom('item').select('id').where('id', '<>', '9').orderBy('id').stream(1)) {
          expect(row.id).toBe('1');
          break;
        }
      }
    });
  });

  describe('writes', () => {
    it('report the rows they touched', async () => {
      const { db } = await openContract(open);
      await db
        .insertInto('counter')
        .values(['a', 'b', 'c'].map((name) => ({ name, value: 0 })))
        .execute();
      const updated = await db.updateTable('counter').set({ value: 1 }).where('name', '<>', 'c').executeTakeFirstOrThrow();
      expect(updated.numUpdatedRows).toBe(2n);
      const deleted = await db.deleteFrom('counter').where('value', '=', 9).executeTakeFirstOrThrow();
      expect(deleted.numDeletedRows).toBe(0n);
      const returned = await db
        .updateTable('counter')
        .set({ value: 2 })
        .where('name', '=', 'a')
        .returning(['name', 'value'])
        .execute();
      expect(returned).toEqual([{ name: 'a', value: 2 }]);
    });

    it('lose no increment among many at once', async () => {
      const { db } = await openContract(open);
      await db.insertInto('counter').values({ name: 'n', value: 0 }).execute();
      const increments = Array.from({ length: 200 }, () =>
        db
          .updateTable('counter')
          .set((eb) => ({ value: eb('value', '+', 1) }))
          .where('name', '=', 'n')
          .returning('value')
          .executeTakeFirstOrThrow(),
      );
      const values = (await Promise.all(increments)).map((row) => row.value);
      expect(new Set(values).size).toBe(200);
      expect(Math.max(...values)).toBe(200);
    });

    it('take ten thousand rows in large statements and in many small ones', async () => {
      const { db } = await openContract(open);
      const row = (index: number) => ({ ...empty, id: `r${index}`, amount: index + 100 });
      for (let at = 0; at < 8_000; at += 1_000) {
        await db
          .insertInto('item')
          .values(Array.from({ length: 1_000 }, (_, index) => row(at + index)))
          .execute();
      }
      await Promise.all(
        Array.from({ length: 2_000 }, (_, index) =>
          db
            .insertInto('item')
            .values(row(8_000 + index))
            .execute(),
        ),
      );
      const { count, sum } = await db
        .selectFrom('item')
        .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.sum<number>('amount').as('sum')])
        .executeTakeFirstOrThrow();
      expect(count).toBe(10_000);
      expect(sum).toBe((9_999 * 10_000) / 2 + 100 * 10_000);
    });

    it('treat hostile text as text', async () => {
      const { db } = await openContract(open);
      const hostile = [
        "'; drop table item; --",
        "' or '1'='1",
        '"; delete from item; --',
        "\\'; drop table item; --",
        'Robert\\",$1,?,:id,@id,$$; select pg_sleep(9); $$',
        '/* */ union select * from migrations',
        '%_\\%',
        '\u202e\u2028\ufeff',
      ];
      await db
        .insertInto('item')
        .values(hostile.map((id) => ({ ...empty, id, document: id })))
        .execute();
      for (const id of hostile) {
        expect(await db.selectFrom('item').select('document').where('id', '=', id).execute()).toEqual([{ document: id }]);
      }
      const { count } = await db
        .selectFrom('item')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      expect(count).toBe(hostile.length);
      expect(await codeOf(db.selectFrom('item').select(sql.ref('id"; drop table item; --').as('x')).execute())).toBe(
        'store_statement',
      );
      expect(await db.selectFrom('item').select('id').execute()).toHaveLength(hostile.length);
    });
  });

  describe('batch', () => {
    it('is all or nothing and counts rows', async () => {
      const { store, db } = await openContract(open);
      const insert = (name: string) => db.insertInto('counter').values({ name, value: 0 });
      expect(await store.batch([insert('a'), insert('b'), db.updateTable('counter').set({ value: 1 })])).toEqual([1, 1, 2]);
      expect(await codeOf(store.batch([insert('c'), insert('a')]))).toBe('store_conflict');
      expect(await db.selectFrom('counter').select('name').orderBy('name').execute()).toEqual([{ name: 'a' }, { name: 'b' }]);
    });
  });

  describe('transactions', () => {
    it('show their work to nobody before the commit', async () => {
      const { store, db } = await openContract(open);
      await store.transaction(async (handle) => {
        const own = handle as unknown as Kysely<ContractTables>;
        await own.insertInto('counter').values({ name: 'n', value: 1 }).execute();
        expect(await own.selectFrom('counter').select('value').execute()).toEqual([{ value: 1 }]);
        expect(await db.selectFrom('counter').select('value').execute()).toEqual([]);
      });
      expect(await db.selectFrom('counter').select('value').execute()).toEqual([{ value: 1 }]);
    });

    it('leave nothing behind when their work throws', async () => {
      const { store, db } = await openContract(open);
      const mishap = new Error('mishap');
      await expect(
        store.transaction(async (handle) => {
          await (handle as unknown as Kysely<ContractTables>).insertInto('counter').values({ name: 'n', value: 1 }).execute();
          throw mishap;
        }),
      ).rejects.toBe(mishap);
      expect(await db.selectFrom('counter').selectAll().execute()).toEqual([]);
    });

    it('are lost as a whole when one statement fails, even if the failure is caught', async () => {
      const { store, db } = await openContract(open);
      await db.insertInto('counter').values({ name: 'taken', value: 0 }).execute();
      const work = store.transaction(async (handle) => {
        const own = handle as unknown as Kysely<ContractTables>;
        await own.insertInto('counter').values({ name: 'first', value: 0 }).execute();
        expect(await codeOf(own.insertInto('counter').values({ name: 'taken', value: 0 }).execute())).toBe('store_conflict');
        expect(await codeOf(own.insertInto('counter').values({ name: 'second', value: 0 }).execute())).toBe(
          'store_transaction_ended',
        );
      });
      expect(await codeOf(work)).toBe('store_transaction_ended');
      expect(await db.selectFrom('counter').select('name').execute()).toEqual([{ name: 'taken' }]);
    });

    it('can return to a savepoint', async () => {
      const { db } = await openContract(open);
      const transaction = await db.startTransaction().execute();
      await transaction.insertInto('counter').values({ name: 'kept', value: 0 }).execute();
      const point = await transaction.savepoint('a"; drop table counter; --').execute();
      await point.insertInto('counter').values({ name: 'dropped', value: 0 }).execute();
      expect(await codeOf(point.insertInto('counter').values({ name: 'kept', value: 0 }).execute())).toBe('store_conflict');
      await point.rollbackToSavepoint('a"; drop table counter; --').execute();
      await transaction.insertInto('counter').values({ name: 'later', value: 0 }).execute();
      await transaction.commit().execute();
      expect(await db.selectFrom('counter').select('name').orderBy('name').execute()).toEqual([
        { name: 'kept' },
        { name: 'later' },
      ]);
    });

    it('lose no update among many that read first and write later', async () => {
      const { store, db } = await openContract(open);
      await db.insertInto('counter').values({ name: 'n', value: 0 }).execute();
      await Promise.all(
        Array.from({ length: 40 }, () =>
          store.transaction(async (handle) => {
            const own = handle as unknown as Kysely<ContractTables>;
            const { value } = await own.selectFrom('counter').select('value').where('name', '=', 'n').executeTakeFirstOrThrow();
            await own
              .updateTable('counter')
              .set({ value: value + 1 })
              .where('name', '=', 'n')
              .execute();
          }),
        ),
      );
      expect(await db.selectFrom('counter').select('value').executeTakeFirst()).toEqual({ value: 40 });
    });

    it('do not act together on what each saw alone', async () => {
      const { store, db } = await openContract(open);
      await db
        .insertInto('counter')
        .values(['a', 'b'].map((name) => ({ name, value: 1 })))
        .execute();
      // Each may leave only while the other stays: both leaving is the anomaly that snapshot isolation allows.
      const leave = (name: string) =>
        store.transaction(async (handle) => {
          const own = handle as unknown as Kysely<ContractTables>;
          const present = await own.selectFrom('counter').select('name').where('value', '=', 1).execute();
          if (present.length < 2) return false;
          await own.updateTable('counter').set({ value: 0 }).where('name', '=', name).execute();
          return true;
        });
      const left = await Promise.all([leave('a'), leave('b')]);
      expect(left.filter(Boolean)).toHaveLength(1);
    });

    it('let single writes through, each acknowledged, while others are under way', async () => {
      const { store, db } = await openContract(open);
      await Promise.all(
        Array.from({ length: 60 }, (_, index) =>
          index % 3 === 0
            ? store.transaction((handle) =>
                (handle as unknown as Kysely<ContractTables>)
                  .insertInto('counter')
                  .values({ name: `t${index}`, value: index })
                  .execute(),
              )
            : db
                .insertInto('counter')
                .values({ name: `s${index}`, value: index })
                .execute(),
        ),
      );
      expect(await db.selectFrom('counter').select('name').execute()).toHaveLength(60);
    });

    it('do not keep a store from closing that nobody ended', async () => {
      const { store, db } = await openContract(open);
      const transaction = await db.startTransaction().execute();
      await transaction.insertInto('counter').values({ name: 'open', value: 0 }).execute();
      await store.close();
      expect(await codeOf(transaction.insertInto('counter').values({ name: 'late', value: 0 }).execute())).toBe(
        'store_unavailable',
      );
      const again = await open({ migrations: contractMigrations, url: store.url });
      expect(await tablesOf(again).selectFrom('counter').selectAll().execute()).toEqual([]);
    });

    it('are rolled back when they last too long', async () => {
      const { db } = await openContract(open, { transactionLimitMs: 100 });
      const transaction = await db.startTransaction().execute();
      await transaction.insertInto('counter').values({ name: 'late', value: 0 }).execute();
      // Waits behind the transaction on the embedded store; either way it proves that the transaction gave way.
      await db.insertInto('counter').values({ name: 'waiting', value: 0 }).execute();
      await expect
        .poll(() => codeOf(transaction.selectFrom('counter').selectAll().execute()), { timeout: 5_000 })
        .toBe('store_transaction_timeout');
      expect(await codeOf(transaction.commit().execute())).toBe('store_transaction_timeout');
      await transaction.rollback().execute();
      expect(await db.selectFrom('counter').select('name').execute()).toEqual([{ name: 'waiting' }]);
    });
  });

  it('answers a ping until it is closed', async () => {
    const { store, db } = await openContract(open);
    await store.ping();
    await store.close();
    expect(await codeOf(store.ping())).toBe('store_unavailable');
    await expect(db.selectFrom('counter').selectAll().execute()).rejects.toThrow();
  });
});
