import type { CompiledQuery, DatabaseConnection, QueryResult, TransactionSettings } from 'kysely';
import type { QueryResult as PgResult, Pool, PoolClient } from 'pg';
import { StoreError } from '../errors.ts';
import { encodeParameters, type SqlValue } from '../values.ts';
import { fromPostgresError } from './postgres-error.ts';

type Answer = PgResult<Record<string, unknown>>;

interface OpenTransaction {
  readonly timer: NodeJS.Timeout;
  expired: boolean;
}

/** A connection on loan from the pool, with the time limit of its transaction. */
export interface PostgresConnection extends DatabaseConnection {
  begin(settings: TransactionSettings): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  release(): Promise<void>;
}

const cursorName = 'menshen_stream';

/** Takes a connection from the pool. */
export async function takeConnection(pool: Pool, limitMs: number): Promise<PostgresConnection> {
  let client: PoolClient;
  try {
    client = await pool.connect();
  } catch (error) {
    throw fromPostgresError(error);
  }
  let broken = false;
  let transaction: OpenTransaction | null = null;
  let tail: Promise<unknown> = Promise.resolve();
  let running = false;
  let cancelling: Promise<unknown> = Promise.resolve();
  const onError = (): void => {
    broken = true;
  };
  client.on('error', onError);

  /** Statements of one connection go one after the other, also when the caller does not wait for each. */
  const send = (sql: string, values: readonly SqlValue[] | null): Promise<Answer> => {
    const sent = tail.then(async () => {
      running = true;
      try {
        return await client.query<Record<string, unknown>>(values === null ? sql : { text: sql, values: [...values] });
      } catch (error) {
        throw fromPostgresError(error);
      } finally {
        running = false;
      }
    });
    tail = sent.catch(() => {});
    return sent;
  };

  const expire = (): void => {
    if (transaction === null) return;
    transaction.expired = true;
    if (running) {
      const pid = 'processID' in client ? Number(client.processID) : 0;
      cancelling = pool.query('select pg_cancel_backend($1)', [pid]).catch(() => {});
    }
    send('rollback', null).catch(() => {
      broken = true;
    });
  };

  const refuseExpired = (): void => {
    if (transaction?.expired)
      throw new StoreError('store_transaction_timeout', 'the transaction took too long and was rolled back');
  };

  const query = async (sql: string, values: readonly SqlValue[] | null): Promise<Answer> => {
    refuseExpired();
    try {
      return await send(sql, values);
    } catch (error) {
      refuseExpired();
      throw error;
    }
  };

  const endTransaction = (): OpenTransaction | null => {
    const ended = transaction;
    transaction = null;
    if (ended !== null) clearTimeout(ended.timer);
    return ended;
  };

  const connection: PostgresConnection = {
    async executeQuery<R>(compiled: CompiledQuery): Promise<QueryResult<R>> {
      const answer = await query(compiled.sql, encodeParameters(compiled.parameters));
      const wrote = answer.command !== 'SELECT' && answer.rowCount !== null;
      return { rows: answer.rows as R[], ...(wrote ? { numAffectedRows: BigInt(answer.rowCount ?? 0) } : {}) };
    },
    async *streamQuery<R>(compiled: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
      const own = transaction === null;
      if (own) await query('begin read only', null);
      try {
        await query(`declare ${cursorName} cursor for ${compiled.sql}`, encodeParameters(compiled.parameters));
        for (;;) {
          const { rows } = await query(`fetch ${Math.trunc(chunkSize)} from ${cursorName}`, null);
          if (rows.length > 0) yield { rows: rows as R[] };
          if (rows.length < chunkSize) break;
        }
      } finally {
        if (own) await query('rollback', null);
        else await query(`close ${cursorName}`, null).catch(() => {});
      }
    },
    async begin(settings) {
      const level = settings.isolationLevel ?? 'serializable';
      const mode = settings.accessMode === 'read only' ? ' read only' : '';
      // The server's own limits are the net below ours: they end the transaction when this process cannot.
      await query(
        `begin isolation level ${level}${mode}; set local statement_timeout = ${limitMs}; set local idle_in_transaction_session_timeout = ${2 * limitMs}`,
        null,
      );
      transaction = { expired: false, timer: setTimeout(expire, limitMs) };
    },
    async commit() {
      refuseExpired();
      endTransaction();
      const { command } = await send('commit', null);
      if (command !== 'COMMIT')
        throw new StoreError('store_transaction_ended', 'a statement of the transaction failed; it was rolled back');
    },
    async rollback() {
      if (endTransaction()?.expired) return;
      try {
        await send('rollback', null);
      } catch {
        // The server rolls back what a lost connection leaves behind.
        broken = true;
      }
    },
    async release() {
      endTransaction();
      await tail;
      await cancelling;
      client.off('error', onError);
      client.release(broken);
    },
  };
  return connection;
}
