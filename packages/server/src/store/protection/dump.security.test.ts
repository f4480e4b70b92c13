import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { findValue } from '../../privacy/find-value.ts';
import { openStore, type Schema, type Store } from '../store.ts';
import { describeEachStore, testClock, testProtection } from '../testing.ts';
import { protectedColumns } from './columns.ts';
import { bytesOfStore, canDump, writeClear } from './testing.ts';

/** Values that the engine holds a column to. */
const allowed: Readonly<Record<string, string>> = { 'administrators.power': 'all', 'administrators.status': 'active' };
const columns: Readonly<Record<string, object>> = protectedColumns;

const common = '的欧阳测试';
const markOf = (table: string, column: string): string => `${table}-${column}-${common}`;

/** The marks that lie in a store in any form; by name only where any does. */
function found(url: string, marks: readonly string[]): string[] {
  const bytes = bytesOfStore(url);
  if (findValue(common, bytes).length === 0) return [];
  return marks.filter((mark) =>
    [...bytes.values()].some((whole) => whole.includes(mark) || whole.includes(Buffer.from(mark).toString('hex'))),
  );
}

interface Column {
  readonly name: string;
  readonly type: string;
}

const types: Readonly<Record<string, string>> = { text: 'TEXT', bytea: 'BLOB', 'double precision': 'REAL' };

/** Columns of every protected table, with types as the embedded store names them. */
async function schemaOf({ db, kind }: Store): Promise<Map<string, Column[]>> {
  const found = new Map<string, Column[]>();
  for (const table of Object.keys(columns)) {
    const query =
      kind === 'sqlite'
        ? sql<Column>`select name, type from pragma_table_info(${table})`
        : sql<Column>`select column_name as name, data_type as type from information_schema.columns
            where table_schema = current_schema() and table_name = ${table}`;
    const { rows } = await query.execute(db);
    found.set(
      table,
      rows.map(({ name, type }) => ({ name, type: kind === 'sqlite' ? type : (types[type] ?? 'INTEGER') })),
    );
  }
  return found;
}

/** A row in every protected table, with a text of its own in each protected column. Resolves to the texts. */
async function fillEveryColumn(store: Store, schema: ReadonlyMap<string, readonly Column[]>): Promise<string[]> {
  const marks: string[] = [];
  for (const [table, kinds] of Object.entries(columns)) {
    const row: Record<string, unknown> = {};
    for (const { name, type } of schema.get(table) ?? []) {
      const mark = name in kinds ? markOf(table, name) : (allowed[`${table}.${name}`] ?? 'x');
      row[name] = type === 'TEXT' ? mark : type === 'BLOB' ? new Uint8Array(Buffer.from(mark)) : type === 'REAL' ? 0.5 : 1;
    }
    await store.db
      .insertInto(table as 'people')
      .values(row as never)
      .execute();
    marks.push(...Object.keys(kinds).map((column) => markOf(table, column)));
  }
  return marks;
}

async function readEveryColumn(store: Store): Promise<string[]> {
  const marks: string[] = [];
  for (const [table, kinds] of Object.entries(columns)) {
    const row = (await store.db
      .selectFrom(table as keyof Schema)
      .selectAll()
      .executeTakeFirstOrThrow()) as unknown as Readonly<Record<string, string | Uint8Array>>;
    marks.push(...Object.keys(kinds).map((column) => Buffer.from(row[column] ?? '').toString('utf8')));
  }
  return marks;
}

describeEachStore((open) => {
  it.runIf(open.kind === 'sqlite' || canDump || process.env.CI === 'true')(
    'keeps nothing of any protected column readable, neither fresh nor after an upgrade, and gives all of it back',
    async () => {
      const url = await open.place();
      const first = await open({ url });
      const schema = await schemaOf(first);
      const marks = await fillEveryColumn(first, schema);
      expect(marks.length).toBeGreaterThan(200);
      expect(found(url, marks)).toEqual([]);
      expect(await readEveryColumn(first)).toEqual(marks);
      await first.close();

      const before = await openStore({ url, clock: testClock });
      expect(await writeClear(before.db as never, testProtection)).toBe(marks.length);
      expect(found(url, marks)).toEqual(marks);
      await before.close();

      const second = await open({ url });
      expect(await second.sealClear()).toBe(Object.keys(columns).length);
      await second.scrub(Object.keys(columns), true);
      expect(found(url, marks)).toEqual([]);
      expect(await readEveryColumn(second)).toEqual(marks);
    },
    120_000,
  );
});
