import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Room } from '../../writer/protocol.ts';
import { StoreError } from '../errors.ts';
import { openConnection, prepareWriter } from './connection.ts';
import { lockStore } from './lock.ts';
import type { DatabaseCalls } from './protocol.ts';
import { scrubFiles } from './scrub.ts';
import { fromSqliteError } from './sqlite-error.ts';
import { createWriteQueue } from './write-queue.ts';

/**
 * Opens the embedded database for writing: the room that the writer thread hosts. Creates the file, readable by its
 * owner only, when there is none.
 * @throws StoreError `store_locked`, `store_damaged`, `store_foreign`, `store_unavailable`
 */
export function openDatabaseRoom(path: string): Room {
  const file = resolve(path);
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    closeSync(openSync(file, 'a', 0o600));
    // The write-ahead log and the lock follow the mode of the file that SQLite finds.
    closeSync(openSync(`${file}.lock`, 'a', 0o600));
  } catch (error) {
    throw fromSqliteError(error);
  }
  const unlock = lockStore(file);
  let connection: ReturnType<typeof openConnection> | null = null;
  try {
    connection = openConnection(file, false);
    prepareWriter(connection);
  } catch (error) {
    connection?.close();
    unlock();
    throw error;
  }
  const queue = createWriteQueue(connection);
  const open = connection;

  return {
    handle(op, payload) {
      switch (op) {
        case 'execute':
          return queue.execute((payload as DatabaseCalls['execute']['payload']).statements);
        case 'begin': {
          const { waitMs, limitMs } = payload as DatabaseCalls['begin']['payload'];
          return queue.begin(waitMs, limitMs);
        }
        case 'query': {
          const { transaction, statement, recovers } = payload as DatabaseCalls['query']['payload'];
          return queue.query(transaction, statement, recovers);
        }
        case 'commit':
          return queue.commit((payload as DatabaseCalls['commit']['payload']).transaction);
        case 'rollback':
          return queue.rollback((payload as DatabaseCalls['rollback']['payload']).transaction);
        case 'scrub':
          return queue.exclusive(() => scrubFiles(open, file, (payload as DatabaseCalls['scrub']['payload']).full));
        case 'describe':
          return { file } satisfies DatabaseCalls['describe']['answer'];
        default:
          throw new StoreError('store_statement', 'the database room has no such operation');
      }
    },
    close() {
      queue.close();
      open.close();
      unlock();
    },
  };
}
