import { startWriter, type Writer } from '../../writer/client.ts';
import type { Engine } from '../engine.ts';
import { isStoreErrorCode, StoreError } from '../errors.ts';
import { encodeParameters } from '../values.ts';
import { callDatabase, createSqliteDialect } from './dialect.ts';
import { type Reader, startReader } from './reader.ts';

async function startOwnWriter(file: string): Promise<Writer> {
  try {
    return await startWriter({ databaseFile: file });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const message = error instanceof Error ? error.message : 'the store cannot be opened';
    throw new StoreError(isStoreErrorCode(code) ? code : 'store_unavailable', message);
  }
}

/**
 * The embedded store: the writer thread for writes, a reader thread beside it.
 * @throws StoreError `store_locked`, `store_damaged`, `store_foreign`, `store_unavailable`
 */
export async function openSqliteEngine(file: string, writer: Writer | undefined): Promise<Engine> {
  const used = writer ?? (await startOwnWriter(file));
  const closeOwn = async (): Promise<void> => {
    if (writer === undefined) await used.close();
  };
  let reader: Reader;
  try {
    const room = await callDatabase(used, 'describe', null);
    if (room.file !== file) throw new StoreError('store_url_invalid', 'the writer holds another file than the store names');
    reader = await startReader(file);
  } catch (error) {
    await closeOwn();
    throw error;
  }
  return {
    kind: 'sqlite',
    attempts: 1,
    dialect: (limitMs) => createSqliteDialect(used, reader, { waitMs: limitMs, limitMs }),
    async batch(statements) {
      const units = statements.map((statement) => {
        const { sql, parameters } = statement.compile();
        return { sql, parameters: encodeParameters(parameters) };
      });
      const results = await callDatabase(used, 'execute', { statements: units });
      return results.map((result) => result.changes ?? result.rows.length);
    },
    scrub: (_tables, full) => callDatabase(used, 'scrub', { full }),
    async ping() {
      await callDatabase(used, 'describe', null);
      await reader.select({ sql: 'select count(*) from sqlite_schema', parameters: [] });
    },
    async close() {
      await reader.close();
      await closeOwn();
    },
  };
}
