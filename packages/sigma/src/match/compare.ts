import type { Comparison } from '../model.ts';

/** A number, also written as text. */
export function numberIn(value: unknown): number | null {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.length > 40) return null;
  return /^\s*[+-]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][+-]?\d{1,3})?\s*$/.test(value) ? Number(value) : null;
}

export function compare(number: number, comparison: Comparison, value: number): boolean {
  switch (comparison) {
    case 'eq':
      return number === value;
    case 'neq':
      return number !== value;
    case 'lt':
      return number < value;
    case 'lte':
      return number <= value;
    case 'gt':
      return number > value;
    case 'gte':
      return number >= value;
  }
}
