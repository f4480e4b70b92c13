import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { StoreError } from '../errors.ts';
import type { Row, SqlValue } from '../values.ts';
import type { Statement, StatementResult } from './protocol.ts';
import { fromSqliteError } from './sqlite-error.ts';

const statementCacheSize = 256;
const largestCachedSql = 16_384;

/** One SQLite connection with a bounded cache of prepared statements. Every error leaves as a {@link StoreError}. */
export interface Connection {
  run(statement: Statement): StatementResult;
  /** Rows one by one; the snapshot stays open until the iterator ends. */
  iterate(statement: Statement): IterableIterator<Row>;
  /** A statement without parameters and without a result: transaction control, PRAGMA. */
  control(sql: string): void;
  /** The first column of the first row. */
  value(sql: string): unknown;
  readonly inTransaction: boolean;
  close(): void;
}

// SQLite divides integers as integers and compares text with numbers by type: a double in place of an integer would differ.
const bind = (value: SqlValue): SQLInputValue => (typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value);

interface Prepared {
  readonly statement: StatementSync;
  readonly returnsRows: boolean;
}

/** Opens a connection. `readOnly` needs a file that the writer has already brought into WAL mode. */
export function openConnection(file: string, readOnly: boolean): Connection {
  const guard = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw fromSqliteError(error);
    }
  };
  const database = guard(
    () =>
      new DatabaseSync(file, {
        readOnly,
        timeout: 5_000,
        defensive: true,
        enableForeignKeyConstraints: true,
        limits: { attach: 0 },
      }),
  );
  const cache = new Map<string, Prepared>();

  const prepare = (sql: string): Prepared => {
    const cached = cache.get(sql);
    if (cached !== undefined) {
      cache.delete(sql);
      cache.set(sql, cached);
      return cached;
    }
    const statement = database.prepare(sql);
    const prepared = { statement, returnsRows: statement.columns().length > 0 };
    if (sql.length > largestCachedSql) return prepared;
    cache.set(sql, prepared);
    if (cache.size > statementCacheSize) {
      const oldest = cache.keys().next();
      if (!oldest.done) cache.delete(oldest.value);
    }
    return prepared;
  };

  const connection: Connection = {
    run: ({ sql, parameters }) =>
      guard(() => {
        const { statement, returnsRows } = prepare(sql);
        const values = parameters.map(bind);
        if (returnsRows) return { rows: statement.all(...values) as Row[], changes: null };
        return { rows: [], changes: Number(statement.run(...values).changes) };
      }),
    iterate: ({ sql, parameters }) =>
      guard(() => database.prepare(sql).iterate(...parameters.map(bind)) as IterableIterator<Row>),
    control: (sql) => guard(() => void prepare(sql).statement.run()),
    value: (sql) => guard(() => Object.values(prepare(sql).statement.get() ?? {})[0]),
    get inTransaction() {
      return database.isTransaction;
    },
    close() {
      cache.clear();
      if (database.isOpen) guard(() => database.close());
    },
  };

  try {
    // PostgreSQL's LIKE minds the case, so SQLite's must too.
    connection.control('pragma case_sensitive_like = on');
    connection.control('pragma temp_store = memory');
    connection.control('pragma trusted_schema = off');
  } catch (error) {
    database.close();
    throw error;
  }
  return connection;
}

// "MSHN" in the header at offset 68, https://www.sqlite.org/fileformat2.html#application_id
const applicationId = 0x4d53484e;

/**
 * Brings the writer's connection into its mode: WAL, an fsync for each commit, marked as a store of Menshen.
 * @throws StoreError `store_foreign` for another program's database, `store_damaged` for a file that is none
 */
export function prepareWriter(connection: Connection): void {
  const found = Number(connection.value('pragma application_id'));
  if (found !== applicationId) {
    const tables = Number(connection.value('select count(*) from sqlite_schema'));
    if (found !== 0 || tables !== 0) throw new StoreError('store_foreign', 'the file is a database of another program');
  }
  if (connection.value('pragma journal_mode = wal') !== 'wal') {
    throw new StoreError('store_unavailable', 'the file system does not support the write-ahead log of SQLite');
  }
  connection.control('pragma synchronous = full');
  // What is removed is overwritten with zeros, in tables, indexes and free pages: see scrub.ts.
  connection.value('pragma secure_delete = on');
  connection.control('pragma journal_size_limit = 67108864');
  if (found !== applicationId) connection.control(`pragma application_id = ${applicationId}`);
}
