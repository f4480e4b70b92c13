import { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../errors.ts';
import { fromSqliteError } from './sqlite-error.ts';

/**
 * Claims a store for this process until the returned function is called. The claim is a lock of the operating system on
 * `FILE.lock`, held through an empty SQLite database: it ends with the process, however that ends, so there is no stale
 * lock to judge by a process number. A second claim within the process is refused as well.
 * Trap: like SQLite itself, it protects on local file systems only.
 * @throws StoreError `store_locked`
 */
export function lockStore(file: string): () => void {
  let lock: DatabaseSync;
  try {
    lock = new DatabaseSync(`${file}.lock`, { timeout: 0 });
  } catch (error) {
    throw fromSqliteError(error);
  }
  try {
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    const refusal = fromSqliteError(error);
    if (refusal.code === 'store_busy') throw new StoreError('store_locked', 'the store is open in another process');
    throw refusal;
  }
  return () => {
    if (lock.isOpen) lock.close();
  };
}
