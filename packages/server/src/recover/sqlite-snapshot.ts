import { DatabaseSync } from 'node:sqlite';

/** What a snapshot of the store holds, for the manifest and for drills. */
export interface StoreFacts {
  readonly migrations: readonly string[];
  readonly rows: Readonly<Record<string, number>>;
}

/** Writes a consistent copy of a database that may be in use, by SQLite's own `VACUUM INTO`: free pages are not in it. */
export function snapshotSqlite(from: string, to: string): StoreFacts {
  const database = new DatabaseSync(from, { readOnly: true, timeout: 30_000 });
  try {
    database.prepare('VACUUM INTO ?').run(to);
  } finally {
    database.close();
  }
  return sqliteFacts(to);
}

/** Counts a database's rows; throws on one that is damaged. */
export function sqliteFacts(file: string): StoreFacts {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const check = database.prepare('PRAGMA integrity_check').get()?.['integrity_check'];
    if (check !== 'ok') throw new Error('the database is damaged');
    const tables = database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
      .all()
      .map(({ name }) => String(name));
    const count = (table: string): number =>
      Number(database.prepare(`SELECT count(*) AS rows FROM "${table.replaceAll('"', '""')}"`).get()?.['rows']);
    return {
      migrations: tables.includes('migrations')
        ? database
            .prepare('SELECT id FROM migrations ORDER BY id')
            .all()
            .map(({ id }) => String(id))
        : [],
      rows: Object.fromEntries(tables.map((table) => [table, count(table)])),
    };
  } finally {
    database.close();
  }
}
