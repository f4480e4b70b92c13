import { createRandomPool, createSearchableField, fieldOf, openField, SealError, sealField } from '@menshen/seal';
import type { Keys } from '../../keys/master.ts';
import { StoreError } from '../errors.ts';

/**
 * How a column of text is kept:
 * - `sealed`: never twice the same, and not to be searched
 * - `bound`: as `sealed`, and under the `id` of its row: moved to another row it does not open, and neither does what was never sealed. Whoever writes it
 *   names the row: in an insert with its `id`, in an update by `where id =`
 * - `searchable`: equal values are equal within the column, so that it can be a key, be looked up and be grouped by
 * - `person`: as `searchable`, and equal in every column of this kind, so that tables can be joined by the person
 */
export type ProtectionKind = 'sealed' | 'bound' | 'searchable' | 'person';

/** A column's value: a text, or bytes where nobody searches. */
export type ProtectedValue = string | Uint8Array;

/** Makes a value of a column unreadable without the master key, and readable again. */
export interface ProtectionRule {
  /** Equal for columns whose values may be compared or copied as they lie. */
  readonly domain: string;
  readonly searchable: boolean;
  /** Whether a value belongs to one row alone: then `row` below is the row's `id`, and else it is not looked at. */
  readonly bound: boolean;
  /** @throws StoreError `store_value` on what no column may hold */
  seal<T extends ProtectedValue>(value: T, row?: string): T;
  /** A value that was never sealed, as earlier versions wrote it, comes back as it is, but not one that is bound. @throws StoreError `store_damaged` */
  open<T extends ProtectedValue>(stored: T, row?: string): T;
  /** What is to lie there in place of what an earlier version wrote; null where it is as it should be. */
  renewed(stored: ProtectedValue, row?: string): ProtectedValue | null;
}

/** The column by whose value rows are told apart. */
export const rowKey = 'id';

const marks = { sealed: '~s1.', bound: '~b1.', searchable: '~d1.' } as const;
const isMarked = (stored: ProtectedValue, mark: string): boolean =>
  typeof stored === 'string' ? stored.startsWith(mark) : Buffer.from(stored.subarray(0, mark.length)).equals(Buffer.from(mark));

/** Texts of the same people, addresses and devices that a rule keeps in memory, both ways. */
const keptPeople = 65_536;
const keptTexts = 2_000;

/** Makes the rules of columns from the keys of the installation. */
export function createProtectionRules(keys: Pick<Keys, 'derive'>, random: (size: number) => Uint8Array) {
  const tenant = 'menshen';
  const dataKey = { kid: 1, key: keys.derive('columns that nobody searches') };
  const root = keys.derive('columns that are searched');
  const pool = createRandomPool(random);

  const ruleOf = (
    domain: string,
    kind: keyof typeof marks,
    seal: (plain: Uint8Array, row: string) => Uint8Array,
    open: (record: Uint8Array, row: string) => Uint8Array,
  ): ProtectionRule => {
    const mark = marks[kind];
    const bound = kind === 'bound';
    const rowOf = (row: string | undefined): string => {
      if (bound && (row === undefined || row === '')) throw new StoreError('store_statement', 'a protected column is of no row');
      return row ?? '';
    };
    const markBytes = Buffer.from(mark);
    const marked = (stored: ProtectedValue): boolean => isMarked(stored, mark);
    const opened = (stored: ProtectedValue, row: string): ProtectedValue =>
      typeof stored === 'string'
        ? Buffer.from(open(Buffer.from(stored.slice(mark.length), 'base64url'), row)).toString('utf8')
        : new Uint8Array(open(stored.subarray(markBytes.length), row));
    const opens = (stored: ProtectedValue, row: string): boolean => {
      try {
        opened(stored, row);
        return true;
      } catch {
        return false;
      }
    };
    const sealed = <T extends ProtectedValue>(value: T, given?: string): T => {
      const row = rowOf(given);
      if (typeof value !== 'string') return new Uint8Array(Buffer.concat([markBytes, seal(value, row)])) as T;
      if (value.includes('\0')) throw new StoreError('store_value', 'a protected text holds a NUL character');
      if (!value.isWellFormed()) throw new StoreError('store_value', 'a protected text holds a lone surrogate');
      return (mark + Buffer.from(seal(Buffer.from(value, 'utf8'), row)).toString('base64url')) as T;
    };
    const damaged = (): StoreError => new StoreError('store_damaged', 'a protected value does not open at its place');
    return Object.freeze({
      domain,
      searchable: kind === 'searchable',
      bound,
      seal: sealed,
      open<T extends ProtectedValue>(stored: T, given?: string): T {
        const row = rowOf(given);
        if (!marked(stored)) {
          // Whoever can write the database could else put in what they like.
          if (bound) throw damaged();
          return stored;
        }
        try {
          return opened(stored, row) as T;
        } catch (error) {
          if (error instanceof SealError) throw damaged();
          throw error;
        }
      },
      renewed(stored: ProtectedValue, given?: string): ProtectedValue | null {
        const row = rowOf(given);
        // What is bound to another row stays as it is, and is refused when it is read.
        if (marked(stored)) return bound || opens(stored, row) ? null : sealed(stored, row);
        return sealed(stored, row);
      },
    });
  };

  const people = remembering(searchableRule('person'), keptPeople);
  function searchableRule(domain: string): ProtectionRule {
    const field = createSearchableField({ root, tenant, domain });
    return ruleOf(domain, 'searchable', field.seal, field.open);
  }
  return (table: string, column: string, kind: ProtectionKind): ProtectionRule => {
    if (kind === 'person') return people;
    if (kind === 'searchable') return remembering(searchableRule(`${table}.${column}`), keptTexts);
    const field = fieldOf({ tenant, table, column });
    const own = (as: 'sealed' | 'bound'): ProtectionRule =>
      ruleOf(
        `${table}.${column}`,
        as,
        (plain, row) => sealField(plain, field, as === 'bound' ? row : '', dataKey, pool),
        (record, row) =>
          openField(record, field, as === 'bound' ? row : '', (kid) => (kid === dataKey.kid ? dataKey : undefined)),
      );
    if (kind === 'sealed') return own('sealed');
    const [before, rule] = [own('sealed'), own('bound')];
    // Earlier versions sealed it under its column alone.
    const renewed = (stored: ProtectedValue, row?: string): ProtectedValue | null => {
      if (before.renewed(stored) === null) return rule.seal(before.open(stored), row);
      // What does not open under its column either stays, and is refused when it is read.
      return isMarked(stored, marks.sealed) ? null : rule.renewed(stored, row);
    };
    return Object.freeze({ ...rule, renewed });
  };
}

/** The same texts come by again and again: keeps the newest of them both ways. */
function remembering(rule: ProtectionRule, kept: number): ProtectionRule {
  const remember = (work: <T extends ProtectedValue>(value: T) => T) => {
    const known = new Map<string, string>();
    return <T extends ProtectedValue>(value: T): T => {
      if (typeof value !== 'string') return work(value);
      const found = known.get(value);
      if (found !== undefined) return found as T;
      const made: string = work<string>(value);
      if (known.size >= kept) known.clear();
      known.set(value, made);
      return made as T;
    };
  };
  return Object.freeze({ ...rule, seal: remember(rule.seal), open: remember(rule.open) });
}

/** The protected columns of a table, by name. */
export type ProtectedTables = ReadonlyMap<string, ReadonlyMap<string, ProtectionRule>>;
