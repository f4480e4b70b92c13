import { StoreError, type StoreErrorCode } from '../errors.ts';

const constraintUnique = new Set([1555, 2067, 2579]);
const constraintForeignKey = 787;
const constraintDataType = 3091;
const shortRead = 522;
const corruptFilesystem = 8458;

// Primary result codes, https://www.sqlite.org/rescode.html
const primaryCodes: Readonly<Record<number, StoreErrorCode>> = {
  1: 'store_statement',
  5: 'store_busy',
  6: 'store_busy',
  8: 'store_unwritable',
  11: 'store_damaged',
  13: 'store_full',
  18: 'store_value',
  19: 'store_constraint',
  20: 'store_value',
  25: 'store_statement',
  26: 'store_damaged',
};

function codeOf(errcode: number): StoreErrorCode {
  if (constraintUnique.has(errcode)) return 'store_conflict';
  if (errcode === constraintForeignKey) return 'store_reference';
  if (errcode === constraintDataType) return 'store_value';
  if (errcode === shortRead || errcode === corruptFilesystem) return 'store_damaged';
  return primaryCodes[errcode & 0xff] ?? 'store_unavailable';
}

/**
 * The stable form of an error of `node:sqlite`. SQLite's own text is kept only for errors in the SQL itself, which
 * names identifiers; parameters are never part of it.
 */
export function fromSqliteError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  if (!(error instanceof Error)) return new StoreError('store_unavailable', 'the database failed');
  if ('errcode' in error && typeof error.errcode === 'number') {
    const code = codeOf(error.errcode);
    const text =
      code === 'store_statement' || code === 'store_constraint' || code === 'store_conflict' ? `: ${error.message}` : '';
    return new StoreError(code, `SQLite error ${error.errcode}${text}`);
  }
  const reason = 'code' in error ? String(error.code) : '';
  if (reason === 'ERR_OUT_OF_RANGE') return new StoreError('store_value', 'a column holds an integer beyond 2^53-1');
  if (reason.startsWith('ERR_INVALID_ARG'))
    return new StoreError('store_statement', 'the statement or its parameters are malformed');
  if (reason === 'ERR_INVALID_STATE') return new StoreError('store_unavailable', 'the database is closed');
  return new StoreError('store_unavailable', reason === '' ? 'the database failed' : `the database failed (${reason})`);
}
