import fc from 'fast-check';
import { type Selectable, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { type ContractTables, codeOf, empty, openContract } from './fixtures/contract.ts';
import { contains, startsWith } from './like.ts';
import { describeEachStore } from './testing.ts';

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
});
