import { StoreError, type StoreErrorCode } from '../errors.ts';

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const byState: Readonly<Record<string, StoreErrorCode>> = {
  '23505': 'store_conflict',
  '23P01': 'store_conflict',
  '23503': 'store_reference',
  '23001': 'store_reference',
  '40001': 'store_busy',
  '40P01': 'store_busy',
  '55P03': 'store_busy',
  '53300': 'store_busy',
  '57014': 'store_busy',
  '25P02': 'store_transaction_ended',
  '25P03': 'store_transaction_timeout',
  '25P04': 'store_transaction_timeout',
  '0A000': 'store_statement',
  XX001: 'store_damaged',
  XX002: 'store_damaged',
};
const byClass: Readonly<Record<string, StoreErrorCode>> = {
  '22': 'store_value',
  '23': 'store_constraint',
  '25': 'store_statement',
  '42': 'store_statement',
};

/**
 * The stable form of an error of `pg`. PostgreSQL's own text is kept only for errors in the SQL itself, which names
 * identifiers; elsewhere it may repeat a value.
 */
export function fromPostgresError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  if (!(error instanceof Error)) return new StoreError('store_unavailable', 'the database failed');
  const state = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (/^[0-9A-Z]{5}$/.test(state)) {
    const code = byState[state] ?? byClass[state.slice(0, 2)] ?? 'store_unavailable';
    const constraint = 'constraint' in error && typeof error.constraint === 'string' ? `: ${error.constraint}` : '';
    return new StoreError(code, `PostgreSQL error ${state}${code === 'store_statement' ? `: ${error.message}` : constraint}`);
  }
  if (error.message.startsWith('timeout exceeded')) return new StoreError('store_busy', 'no connection became free in time');
  return new StoreError('store_unavailable', state === '' ? 'the connection failed' : `the connection failed (${state})`);
}
