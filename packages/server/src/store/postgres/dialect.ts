import {
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryCompiler,
} from 'kysely';
import type { Pool } from 'pg';
import { savepointStatement } from '../savepoint.ts';
import { type PostgresConnection, takeConnection } from './connection.ts';

function createDriver(pool: Pool, limitMs: number): Driver {
  const own = (connection: DatabaseConnection): PostgresConnection => connection as PostgresConnection;
  const savepoint =
    (command: 'savepoint' | 'rollback to' | 'release') =>
    async (connection: DatabaseConnection, name: string, compile: QueryCompiler['compileQuery']): Promise<void> => {
      await connection.executeQuery(savepointStatement(command, name, compile));
    };
  return {
    init: async () => {},
    acquireConnection: () => takeConnection(pool, limitMs),
    beginTransaction: (connection, settings) => own(connection).begin(settings),
    commitTransaction: (connection) => own(connection).commit(),
    rollbackTransaction: (connection) => own(connection).rollback(),
    savepoint: savepoint('savepoint'),
    rollbackToSavepoint: savepoint('rollback to'),
    releaseSavepoint: savepoint('release'),
    releaseConnection: (connection) => own(connection).release(),
    destroy: async () => {},
  };
}

/**
 * Kysely over a PostgreSQL pool. A transaction is SERIALIZABLE unless it says otherwise, as it is on the embedded store;
 * losing a race is `store_busy`. Statements are unnamed, so that a pooler in transaction mode may stand in between.
 */
export function createPostgresDialect(pool: Pool, limitMs: number): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => createDriver(pool, limitMs),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}
