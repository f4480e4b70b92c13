/**
 * Every way in which the store refuses, the same on both engines.
 *
 * - `store_conflict`: a unique key is taken
 * - `store_reference`: a foreign key points nowhere, or a row is still pointed at
 * - `store_constraint`: NOT NULL or CHECK
 * - `store_value`: a value that cannot be stored or read back exactly (see `values.ts`)
 * - `store_statement`: the SQL is wrong: a programming error
 * - `store_busy`: too much at once, or lost a race; the same call may succeed if repeated
 * - `store_transaction_timeout`: the transaction held the store for too long and was rolled back
 * - `store_transaction_ended`: the transaction is over, or failed and must be rolled back
 * - `store_unavailable`: the disk or the database server does not answer
 * - `store_full`: the disk of the embedded store is full
 * - `store_unwritable`: the embedded store may only be read: permissions, or a read-only file system
 * - `store_locked`: another process has this store open
 * - `store_damaged`: the file is not a database, or its pages contradict each other
 * - `store_foreign`: a database of another program
 * - `store_url_invalid`: neither `file:PATH` nor `postgres://...`
 * - `store_newer_than_program`: written by a later version of Menshen
 * - `store_migration_changed`: a migration that was already run has since been edited
 * - `store_migration_failed`: a migration did not run to its end; nothing of it remains
 */
export const storeErrorCodes = [
  'store_conflict',
  'store_reference',
  'store_constraint',
  'store_value',
  'store_statement',
  'store_busy',
  'store_transaction_timeout',
  'store_transaction_ended',
  'store_unavailable',
  'store_full',
  'store_unwritable',
  'store_locked',
  'store_damaged',
  'store_foreign',
  'store_url_invalid',
  'store_newer_than_program',
  'store_migration_changed',
  'store_migration_failed',
] as const;

export type StoreErrorCode = (typeof storeErrorCodes)[number];

/** A refusal of the store. The message names engine codes and SQL identifiers, never a value. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;
  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.code = code;
  }
}

/** Whether an error is the store's, optionally with one code. */
export function isStoreError(error: unknown, code?: StoreErrorCode): error is StoreError {
  return error instanceof StoreError && (code === undefined || error.code === code);
}

/** Narrows a string to a code of the store. */
export function isStoreErrorCode(code: string): code is StoreErrorCode {
  return (storeErrorCodes as readonly string[]).includes(code);
}
