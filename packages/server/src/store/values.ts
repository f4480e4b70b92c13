import type { ColumnType } from 'kysely';
import { StoreError } from './errors.ts';

/**
 * What a column may hold, the same on both engines. The driver enforces it, so that a capability's `store.ts` behaves
 * alike on SQLite and PostgreSQL:
 *
 * - integers and times (epoch ms): `number`, exact; an integer beyond ±(2^53−1) is refused on the way in and out
 * - real numbers: `number`, finite
 * - text: `string`, well-formed Unicode without NUL (PostgreSQL cannot store it); JSON is text, read through a zod schema
 * - flags: a column of type {@link Flag}; written as `boolean` or 0/1, read as 0/1
 * - bytes: `Uint8Array`, read as a plain `Uint8Array`
 * - absent: `null`; `undefined`, `Date`, objects and arrays are refused
 */
export type SqlValue = null | number | bigint | string | Uint8Array;

/** The column type of a flag in a table interface: written as boolean or 0/1, read as 0 or 1. */
export type Flag = ColumnType<0 | 1, boolean | 0 | 1, boolean | 0 | 1>;

/** A row as the driver hands it out. */
export type Row = Record<string, null | number | string | Uint8Array>;

const refuse = (position: number, reason: string): never => {
  throw new StoreError('store_value', `parameter ${position + 1} ${reason}`);
};

function encodeOne(value: unknown, position: number): SqlValue {
  switch (typeof value) {
    case 'string':
      if (value.includes('\0')) return refuse(position, 'holds a NUL character');
      if (!value.isWellFormed()) return refuse(position, 'holds a lone surrogate');
      return value;
    case 'number':
      if (!Number.isFinite(value)) return refuse(position, 'is not a finite number');
      if (Number.isInteger(value) && !Number.isSafeInteger(value)) return refuse(position, 'is not an exact integer');
      return value;
    case 'bigint':
      if (!Number.isSafeInteger(Number(value))) return refuse(position, 'is not an exact integer');
      return Number(value);
    case 'boolean':
      return value ? 1 : 0;
    default:
      if (value === null) return null;
      // A view into a larger buffer would carry the whole buffer to the other thread.
      if (value instanceof Uint8Array) return Uint8Array.from(value);
      return refuse(position, 'is of a type that the store does not hold');
  }
}

/**
 * Checks the parameters of a statement and brings them to their stored form.
 * @throws StoreError `store_value`, naming the position, never the value
 */
export function encodeParameters(parameters: readonly unknown[]): SqlValue[] {
  return parameters.map(encodeOne);
}
