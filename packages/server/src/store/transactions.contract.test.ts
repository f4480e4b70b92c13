import type { Kysely } from 'kysely';
import { describe, expect, it } from 'vitest';
import { type ContractTables, codeOf, contractMigrations, openContract, tablesOf } from './fixtures/contract.ts';
import { describeEachStore } from './testing.ts';

describeEachStore((open) => {
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
        Array.from({ length: 200 }, () =>
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
      expect(await db.selectFrom('counter').select('value').executeTakeFirst()).toEqual({ value: 200 });
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
});
