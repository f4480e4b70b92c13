import { createRandomPool, createSearchableField, fieldOf, openField, SealError, sealField } from '@menshen/seal';
import type { Keys } from '../../keys/master.ts';
import { StoreError } from '../errors.ts';

/**
 * How a column of text is kept:
 * - `sealed`: never twice the same, and not to be searched
 * - `searchable`: equal values are equal within the column, so that it can be a key, be looked up and be grouped by
 * - `person`: as `searchable`, and equal in every column of this kind, so that tables can be joined by the person
 */
export type ProtectionKind = 'sealed' | 'searchable' | 'person';

/** A column's value: a text, or bytes where nobody searches. */
export type ProtectedValue = string | Uint8Array;

/** Makes a value of a column unreadable without the master key, and readable again. */
export interface ProtectionRule {
  /** Equal for columns whose values may be compared or copied as they lie. */
  readonly domain: string;
  readonly searchable: boolean;
  /** @throws StoreError `store_value` on what no column may hold */
  seal<T extends ProtectedValue>(value: T): T;
  /** A value that was never sealed, as earlier versions wrote it, comes back as it is. @throws StoreError `store_damaged` */
  open<T extends ProtectedValue>(stored: T): T;
  /** Whether a stored value is one that this column's key sealed. */
  holds(stored: ProtectedValue): boolean;
}

const marks = { sealed: '~s1.', searchable: '~d1.' } as const;
/** Texts of the same people, addresses and devices that a rule keeps in memory, both ways. */
const keptPeople = 20_000;
const keptTexts = 2_000;

/** Makes the rules of columns from the keys of the installation. */
export function createProtectionRules(keys: Pick<Keys, 'derive'>, random: (size: number) => Uint8Array) {
  const tenant = 'menshen';
  const dataKey = { kid: 1, key: keys.derive('columns that nobody searches') };
  const root = keys.derive('columns that are searched');
  const pool = createRandomPool(random);

  const ruleOf = (
    domain: string,
    searchable: boolean,
    seal: (plain: Uint8Array) => Uint8Array,
    open: (record: Uint8Array) => Uint8Array,
  ): ProtectionRule => {
    const mark = searchable ? marks.searchable : marks.sealed;
    const markBytes = Buffer.from(mark);
    const marked = (stored: ProtectedValue): boolean =>
      typeof stored === 'string' ? stored.startsWith(mark) : markBytes.equals(stored.subarray(0, markBytes.length));
    const opened = (stored: ProtectedValue): ProtectedValue =>
      typeof stored === 'string'
        ? Buffer.from(open(Buffer.from(stored.slice(mark.length), 'base64url'))).toString('utf8')
        : new Uint8Array(open(stored.subarray(markBytes.length)));
    return Object.freeze({
      domain,
      searchable,
      seal<T extends ProtectedValue>(value: T): T {
        if (typeof value !== 'string') return new Uint8Array(Buffer.concat([markBytes, seal(value)])) as T;
        if (value.includes('\0')) throw new StoreError('store_value', 'a protected text holds a NUL character');
        if (!value.isWellFormed()) throw new StoreError('store_value', 'a protected text holds a lone surrogate');
        return (mark + Buffer.from(seal(Buffer.from(value, 'utf8'))).toString('base64url')) as T;
      },
      open<T extends ProtectedValue>(stored: T): T {
        if (!marked(stored)) return stored;
        try {
          return opened(stored) as T;
        } catch (error) {
          if (error instanceof SealError) throw new StoreError('store_damaged', 'a protected value does not open at its place');
          throw error;
        }
      },
      holds(stored: ProtectedValue): boolean {
        if (!marked(stored)) return false;
        try {
          opened(stored);
          return true;
        } catch {
          return false;
        }
      },
    });
  };

  const people = remembering(searchableRule('person'), keptPeople);
  function searchableRule(domain: string): ProtectionRule {
    const field = createSearchableField({ root, tenant, domain });
    return ruleOf(domain, true, field.seal, field.open);
  }
  return (table: string, column: string, kind: ProtectionKind): ProtectionRule => {
    if (kind === 'person') return people;
    if (kind === 'searchable') return remembering(searchableRule(`${table}.${column}`), keptTexts);
    const field = fieldOf({ tenant, table, column });
    return ruleOf(
      `${table}.${column}`,
      false,
      (plain) => sealField(plain, field, '', dataKey, pool),
      (record) => openField(record, field, '', (kid) => (kid === dataKey.kid ? dataKey : undefined)),
    );
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
