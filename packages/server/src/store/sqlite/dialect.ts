import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryCompiler,
  type QueryResult,
  SelectQueryNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { Writer } from '../../writer/client.ts';
import { isStoreErrorCode, StoreError } from '../errors.ts';
import { savepointStatement } from '../savepoint.ts';
import { encodeParameters, type Row } from '../values.ts';
import type { DatabaseCalls, Statement, StatementResult } from './protocol.ts';
import type { Reader } from './reader.ts';

/** How long an interactive transaction may wait for its turn and then last, in milliseconds. */
export interface TransactionLimits {
  readonly waitMs: number;
  readonly limitMs: number;
}

/** Calls the database room with its types; a refusal is a {@link StoreError}. */
export async function callDatabase<O extends keyof DatabaseCalls>(
  writer: Writer,
  op: O,
  payload: DatabaseCalls[O]['payload'],
): Promise<DatabaseCalls[O]['answer']> {
  try {
    return (await writer.call('database', op, payload)) as DatabaseCalls[O]['answer'];
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (isStoreErrorCode(code)) throw new StoreError(code, error instanceof Error ? error.message : code);
    throw new StoreError('store_unavailable', 'the writer of the store is gone');
  }
}

// With one connection Kysely would queue everything behind everything; here the threads do the ordering.
class ThreadedSqliteAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

const rawSelect = /^\s*select\b/i;
const isRead = (query: CompiledQuery): boolean => SelectQueryNode.is(query.query) || rawSelect.test(query.sql);

const toStatement = (query: CompiledQuery): Statement => ({ sql: query.sql, parameters: encodeParameters(query.parameters) });

const toResult = <R>(result: StatementResult): QueryResult<R> => ({
  rows: result.rows as R[],
  numAffectedRows: BigInt(result.changes ?? result.rows.length),
});

function* inChunks(rows: Row[], size: number): Generator<Row[]> {
  for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size);
}

interface ThreadConnection extends DatabaseConnection {
  /** The number of the open transaction at the writer; `null` outside one. */
  transaction: number | null;
}

function createConnection(writer: Writer, reader: Reader): ThreadConnection {
  const inTransaction = (transaction: number, query: CompiledQuery): Promise<StatementResult> =>
    callDatabase(writer, 'query', { transaction, statement: toStatement(query), recovers: false });
  return {
    transaction: null,
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      if (this.transaction !== null) return toResult(await inTransaction(this.transaction, query));
      if (isRead(query)) return { rows: (await reader.select(toStatement(query))) as R[] };
      const [result] = await callDatabase(writer, 'execute', { statements: [toStatement(query)] });
      return toResult(result ?? { rows: [], changes: null });
    },
    async *streamQuery<R>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
      if (!isRead(query)) throw new StoreError('store_statement', 'only a select can be streamed');
      const chunks =
        this.transaction === null
          ? reader.stream(toStatement(query), chunkSize)
          : inChunks((await inTransaction(this.transaction, query)).rows, chunkSize);
      for await (const rows of chunks) yield { rows: rows as R[] };
    },
  };
}

function createDriver(writer: Writer, reader: Reader, limits: TransactionLimits): Driver {
  const control = async (connection: DatabaseConnection, query: CompiledQuery, recovers: boolean): Promise<void> => {
    const transaction = (connection as ThreadConnection).transaction;
    if (transaction === null) throw new StoreError('store_transaction_ended', 'there is no transaction');
    await callDatabase(writer, 'query', { transaction, statement: toStatement(query), recovers });
  };
  const end = async (connection: DatabaseConnection, op: 'commit' | 'rollback'): Promise<void> => {
    const open = connection as ThreadConnection;
    const transaction = open.transaction;
    if (transaction === null) return;
    open.transaction = null;
    await callDatabase(writer, op, { transaction });
  };
  return {
    init: async () => {},
    acquireConnection: async () => createConnection(writer, reader),
    async beginTransaction(connection) {
      (connection as ThreadConnection).transaction = await callDatabase(writer, 'begin', limits);
    },
    commitTransaction: (connection) => end(connection, 'commit'),
    rollbackTransaction: (connection) => end(connection, 'rollback'),
    savepoint: (connection, name, compile: QueryCompiler['compileQuery']) =>
      control(connection, savepointStatement('savepoint', name, compile), false),
    rollbackToSavepoint: (connection, name, compile: QueryCompiler['compileQuery']) =>
      control(connection, savepointStatement('rollback to', name, compile), true),
    releaseSavepoint: (connection, name, compile: QueryCompiler['compileQuery']) =>
      control(connection, savepointStatement('release', name, compile), false),
    releaseConnection: async () => {},
    destroy: async () => {},
  };
}

/**
 * Kysely over the writer and the reader thread. A statement outside a transaction that only reads goes to the reader;
 * any other goes to the next group commit; a transaction has the writer to itself from its first to its last statement.
 * Trap: inside a transaction use the transaction's handle only; a write through the store's own handle waits for the
 * transaction that waits for it, until the limit ends both.
 */
export function createSqliteDialect(writer: Writer, reader: Reader, limits: TransactionLimits): Dialect {
  return {
    createAdapter: () => new ThreadedSqliteAdapter(),
    createDriver: () => createDriver(writer, reader, limits),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}
