import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { type Kysely, sql } from 'kysely';
import { postgresFound } from '../testing-postgres.ts';
import type { StoreProtection } from './protection.ts';
import { rowKey } from './rule.ts';

/** For tests: whether `pg_dump` and a server for it are here. */
export const canDump = postgresFound && hasPgDump();

function hasPgDump(): boolean {
  try {
    execFileSync('pg_dump', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** For tests: the schema of a test, as pg_dump writes it: bytes in hex, texts in UTF-8. */
export function pgDump(url: string): Buffer {
  const address = new URL(url);
  const schema = /search_path=(\w+)/.exec(address.searchParams.get('options') ?? '')?.[1] ?? '';
  address.searchParams.delete('options');
  return execFileSync('pg_dump', ['--inserts', '--schema', schema, address.href], { maxBuffer: 1 << 28 });
}

/** For tests: the bytes of a store, by name: the files of the embedded one, or a dump. */
export function bytesOfStore(url: string): Map<string, Buffer> {
  if (!url.startsWith('file:')) return new Map([['dump', pgDump(url)]]);
  const file = url.slice('file:'.length);
  return new Map([file, `${file}-wal`].filter((path) => existsSync(path)).map((path) => [path, readFileSync(path)]));
}

/** For tests: writes a store without its protection back into what a version before would have written. Resolves to the number of values. */
export async function writeClear(db: Kysely<unknown>, { tables }: StoreProtection): Promise<number> {
  let values = 0;
  for (const [table, columns] of tables)
    for (const [column, rule] of columns) {
      const name = sql.ref(column);
      const row = rule.bound ? sql.ref(rowKey) : sql`''`;
      const { rows } = await sql<{ value: string | Uint8Array; row: string }>`select distinct ${name} as value, ${row} as row
        from ${sql.table(table)} where ${name} is not null`.execute(db);
      for (const { value, row } of rows) {
        await sql`update ${sql.table(table)} set ${name} = ${rule.open(value, row)} where ${name} = ${value}`.execute(db);
        values += 1;
      }
    }
  await sql`delete from meta where key = 'protected_columns'`.execute(db);
  return values;
}
