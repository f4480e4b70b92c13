import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { codeOf, empty, openContract } from './fixtures/contract.ts';
import { describeEachStore } from './testing.ts';

describeEachStore((open) => {
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

  it('answers a ping until it is closed', async () => {
    const { store, db } = await openContract(open);
    await store.ping();
    await store.close();
    expect(await codeOf(store.ping())).toBe('store_unavailable');
    await expect(db.selectFrom('counter').selectAll().execute()).rejects.toThrow();
  });
});
