import { type Kysely, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { codeOf } from './fixtures/contract.ts';
import { readMeta } from './meta.ts';
import { type MetaTables, metaMigrations } from './meta-tables.ts';
import type { Migration } from './migration.ts';
import { allMigrations } from './schema.ts';
import type { Store } from './store.ts';
import { describeEachStore, testClock } from './testing.ts';

const createTable = (id: string, name: string, column = 'id'): Migration => ({
  id,
  async up(db, dialect) {
    await dialect
      .table(db, name)
      .addColumn(column, dialect.text, (definition) => definition.primaryKey())
      .execute();
  },
});
const first = createTable('0001_first', 'first');
const second = createTable('0002_second', 'second');

const history = async (store: Store) =>
  (await sql<{ id: string; checksum: string; applied_at: number }>`select * from migrations order by id`.execute(store.db)).rows;
const exists = async (store: Store, table: string): Promise<boolean> =>
  (await codeOf(sql`select * from ${sql.table(table)}`.execute(store.db))) === 'none';

describeEachStore((open) => {
  it('runs each migration once, by order of ids, and records it', async () => {
    const store = await open({ migrations: [] });
    expect(await store.migrate([second, first])).toEqual({ applied: ['0001_first', '0002_second'], present: 0 });
    const recorded = await history(store);
    expect(recorded.map((row) => [row.id, row.applied_at])).toEqual([
      ['0001_first', testClock()],
      ['0002_second', testClock()],
    ]);
    for (const row of recorded) expect(row.checksum).toMatch(/^[0-9a-f]{64}$/);
    expect(await store.migrate([first, second])).toEqual({ applied: [], present: 2 });
    expect(await history(store)).toEqual(recorded);
  });

  it('adds what a later version brings', async () => {
    const store = await open({ migrations: [first] });
    expect(await store.migrate([first, second])).toEqual({ applied: ['0002_second'], present: 1 });
    expect(await exists(store, 'second')).toBe(true);
  });

  it('refuses a store of a later version', async () => {
    const store = await open({ migrations: [first, second] });
    expect(await codeOf(store.migrate([first]))).toBe('store_newer_than_program');
  });

  it('refuses a migration that was edited after it had run, but not one that was reformatted', async () => {
    const store = await open({ migrations: [first] });
    expect(await codeOf(store.migrate([createTable('0001_first', 'first', 'other')]))).toBe('store_migration_changed');
    const statement = (text: string): Migration => ({ id: '0002_raw', up: async (db) => void (await sql.raw(text).execute(db)) });
    await store.migrate([first, statement('create table raw (id text)')]);
    expect(await codeOf(store.migrate([first, statement('CREATE TABLE  raw\n (id text)')]))).toBe('none');
  });

  it('leaves nothing of a migration that fails, and runs it when it is mended', async () => {
    const store = await open({ migrations: [] });
    const broken: Migration = {
      id: '0002_second',
      async up(db, dialect) {
        await second.up(db, dialect);
        await sql`insert into second (id) values ('a'), ('a')`.execute(db);
      },
    };
    expect(await codeOf(store.migrate([first, broken]))).toBe('store_migration_failed');
    expect(await exists(store, 'first')).toBe(true);
    expect(await exists(store, 'second')).toBe(false);
    expect((await history(store)).map((row) => row.id)).toEqual(['0001_first']);
    expect((await store.migrate([first, second])).applied).toEqual(['0002_second']);
  });

  it('runs each migration once when several processes start together', async () => {
    const store = await open({ migrations: [] });
    const other = open.kind === 'postgres' ? await open({ migrations: [], url: store.url }) : store;
    const reports = await Promise.all([store, other, store, other].map((each) => each.migrate([first, second])));
    expect(reports.flatMap((report) => report.applied).sort()).toEqual(['0001_first', '0002_second']);
  });

  it('refuses ids without order', async () => {
    const store = await open({ migrations: [] });
    expect(await codeOf(store.migrate([createTable('first', 'first')]))).toBe('store_migration_failed');
    expect(await codeOf(store.migrate([first, createTable('0001_first', 'twice')]))).toBe('store_migration_failed');
    expect(await exists(store, 'first')).toBe(false);
  });

  it('brings an empty store to the schema of the program', async () => {
    const store = await open({ migrations: [] });
    const report = await store.migrate();
    expect(report.applied).toEqual(allMigrations.map((migration) => migration.id).sort());
    expect(await store.migrate()).toEqual({ applied: [], present: allMigrations.length });
  });

  describe('meta', () => {
    it('names the store for good', async () => {
      const store = await open({ migrations: metaMigrations });
      const meta = await readMeta(store.db);
      expect(meta.formatVersion).toBe(1);
      expect(meta.instanceId).toMatch(/^[0-9a-f-]{36}$/);
      await store.close();
      const again = await open({ migrations: metaMigrations, url: store.url });
      expect(await readMeta(again.db)).toEqual(meta);
      const other = await open({ migrations: metaMigrations });
      expect((await readMeta(other.db)).instanceId).not.toBe(meta.instanceId);
    });

    it('refuses a format of a later version and a store that lost its name', async () => {
      const store = await open({ migrations: metaMigrations });
      const db = store.db as unknown as Kysely<MetaTables>;
      await db.updateTable('meta').set({ value: '2' }).where('key', '=', 'format_version').execute();
      expect(await codeOf(readMeta(store.db))).toBe('store_newer_than_program');
      await db.deleteFrom('meta').execute();
      expect(await codeOf(readMeta(store.db))).toBe('store_damaged');
    });
  });
});
