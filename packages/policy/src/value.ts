import { EntityRef } from './entity-ref.ts';
import { failure } from './evaluation-error.ts';
import { Datetime } from './extension/datetime.ts';
import { Decimal } from './extension/decimal.ts';
import { Duration } from './extension/duration.ts';
import { IpAddress } from './extension/ip-address.ts';
import { type Long, longFromBigInt } from './long.ts';

/**
 * A value of Cedar's language. Records are plain objects (only their own properties count), sets are arrays or {@link CedarSet},
 * longs are safe integers or bigints. Anything else (`null`, fractions, dates, functions) is an evaluation error where it is read.
 */
export type CedarValue =
  | boolean
  | string
  | Long
  | EntityRef
  | Decimal
  | Datetime
  | Duration
  | IpAddress
  | CedarSet
  | readonly CedarValue[]
  | CedarRecord;

/** A record: attribute names to values. */
export interface CedarRecord {
  readonly [name: string]: CedarValue;
}

const MAX_DEPTH = 64;
const SCAN_LIMIT = 8;

const invalidValue = failure('invalid_value', 'a value is none of the Cedar types');
const tooDeep = failure('too_deep', `a value is nested deeper than ${MAX_DEPTH} levels`);

/** Whether a value in canonical form is a record. */
export function isRecord(value: unknown): value is CedarRecord {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * The canonical form of a value from outside: safe integers as numbers, arrays as {@link CedarSet}.
 * Throws an {@link EvaluationError} `invalid_value` for what is no Cedar value; looks one level deep only.
 */
export function normalizeValue(value: unknown): CedarValue {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (Number.isSafeInteger(value)) return value;
      break;
    case 'bigint': {
      const long = longFromBigInt(value);
      if (long !== undefined) return long;
      break;
    }
    case 'object':
      if (value !== null && isCedarObject(value)) return Array.isArray(value) ? new CedarSet(value) : value;
  }
  throw invalidValue();
}

/** Whether an object is a value, by its prototype alone: one comparison tells instances of our classes, records and arrays. */
function isCedarObject(value: object): value is Extract<CedarValue, object> {
  switch (Object.getPrototypeOf(value)) {
    case EntityRef.prototype:
    case Object.prototype:
    case null:
    case CedarSet.prototype:
    case Array.prototype:
    case IpAddress.prototype:
    case Datetime.prototype:
    case Duration.prototype:
    case Decimal.prototype:
      return true;
    default:
      return false;
  }
}

/**
 * The value of an own attribute in canonical form, or `undefined` when there is none. What an object inherits
 * (`constructor`, `__proto__`) is no attribute.
 */
export function readAttribute(record: CedarRecord, name: string): CedarValue | undefined {
  if (!Object.hasOwn(record, name)) return undefined;
  const value = record[name];
  // By far the most frequent kinds, which are canonical as they are.
  if (typeof value === 'string' || typeof value === 'boolean' || value instanceof EntityRef) return value;
  return value === undefined ? undefined : normalizeValue(value);
}

/** Whether a record has an own attribute of this name. */
export function hasAttribute(record: CedarRecord, name: string): boolean {
  return Object.hasOwn(record, name) && record[name] !== undefined;
}

function attributeNames(record: CedarRecord): string[] {
  return Object.keys(record).filter((name) => record[name] !== undefined);
}

/**
 * A set. Membership is by value; large sets build a hash index at first use, so keep one for data that is asked often.
 * The items must not change afterwards.
 */
export class CedarSet {
  readonly items: readonly CedarValue[];
  #index: { primitives: Set<CedarValue>; keys: Set<string> } | undefined;

  constructor(items: readonly CedarValue[]) {
    this.items = items;
  }

  get isEmpty(): boolean {
    return this.items.length === 0;
  }

  /** Whether `value`, in canonical form, is an element. */
  has(value: CedarValue): boolean {
    return this.hasAt(value, 0);
  }

  /** Whether every element of `other` is an element. */
  hasAll(other: CedarSet): boolean {
    return this.hasAllAt(other, 0);
  }

  /** Whether any element of `other` is an element. */
  hasAny(other: CedarSet): boolean {
    const [few, many] = other.items.length <= this.items.length ? [other, this] : [this, other];
    return few.items.some((item) => many.has(normalizeValue(item)));
  }

  /** Equality, at a nesting depth; see {@link valuesEqual}. */
  equalsAt(other: CedarSet, depth: number): boolean {
    if (this.#isFlat() && other.#isFlat()) return this.hasAllAt(other, depth) && other.hasAllAt(this, depth);
    // Comparing element by element in both directions would cost exponential time in the depth of nested sets.
    return canonicalKey(this, depth) === canonicalKey(other, depth);
  }

  /** The distinct keys of the elements, sorted; see {@link canonicalKey}. */
  sortedKeysAt(depth: number): string[] {
    return [...new Set(this.items.map((item) => canonicalKey(normalizeValue(item), depth)))].sort();
  }

  #isFlat(): boolean {
    return this.items.every((item) => typeof item !== 'object');
  }

  hasAllAt(other: CedarSet, depth: number): boolean {
    return other.items.every((item) => this.hasAt(normalizeValue(item), depth));
  }

  hasAt(value: CedarValue, depth: number): boolean {
    if (this.items.length <= SCAN_LIMIT) {
      return this.items.some((item) => valuesEqual(normalizeValue(item), value, depth));
    }
    this.#index ??= indexItems(this.items, depth);
    return typeof value === 'object' ? this.#index.keys.has(canonicalKey(value, depth)) : this.#index.primitives.has(value);
  }
}

function indexItems(items: readonly CedarValue[], depth: number): { primitives: Set<CedarValue>; keys: Set<string> } {
  const primitives = new Set<CedarValue>();
  const keys = new Set<string>();
  for (const item of items) {
    const value = normalizeValue(item);
    if (typeof value === 'object') keys.add(canonicalKey(value, depth));
    else primitives.add(value);
  }
  return { primitives, keys };
}

function recordsEqual(a: CedarRecord, b: CedarRecord, depth: number): boolean {
  const names = attributeNames(a);
  return (
    names.length === attributeNames(b).length &&
    names.every((name) => {
      const right = readAttribute(b, name);
      return right !== undefined && valuesEqual(normalizeValue(a[name]), right, depth);
    })
  );
}

/**
 * Cedar's `==` on canonical values: by value, sets without order, `false` for different types.
 * Throws an {@link EvaluationError} `too_deep` past 64 levels, so that hostile nesting cannot exhaust the stack.
 */
export function valuesEqual(a: CedarValue, b: CedarValue, depth = 0): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object') return false;
  if (depth >= MAX_DEPTH) throw tooDeep();
  // The id first: it is short, and where entities differ it nearly always does.
  if (a instanceof EntityRef) return b instanceof EntityRef && a.id === b.id && a.type === b.type;
  if (a instanceof CedarSet) return b instanceof CedarSet && a.equalsAt(b, depth);
  if (a instanceof Decimal) return b instanceof Decimal && a.units === b.units;
  if (a instanceof Datetime) return b instanceof Datetime && a.epochMilliseconds === b.epochMilliseconds;
  if (a instanceof Duration) return b instanceof Duration && a.milliseconds === b.milliseconds;
  if (a instanceof IpAddress) {
    return b instanceof IpAddress && a.version === b.version && a.address === b.address && a.prefix === b.prefix;
  }
  return isRecord(a) && isRecord(b) && recordsEqual(a, b, depth + 1);
}

function sized(text: string): string {
  return `${text.length}:${text}`;
}

/** A string that two canonical values share exactly when they are equal: a type letter, and lengths before what varies. */
function canonicalKey(value: CedarValue, depth: number): string {
  if (typeof value === 'string') return `s${sized(value)}`;
  if (typeof value === 'boolean') return value ? 'b1' : 'b0';
  if (typeof value !== 'object') return `n${value}`;
  if (depth >= MAX_DEPTH) throw tooDeep();
  if (value instanceof EntityRef) return `e${sized(value.key)}`;
  if (value instanceof CedarSet)
    return `[${value
      .sortedKeysAt(depth + 1)
      .map(sized)
      .join('')}]`;
  if (value instanceof Decimal) return `d${value.units}`;
  if (value instanceof Datetime) return `t${value.epochMilliseconds}`;
  if (value instanceof Duration) return `u${value.milliseconds}`;
  if (value instanceof IpAddress) return `i${value.version}:${value.address}/${value.prefix}`;
  if (!isRecord(value)) throw invalidValue();
  const fields = attributeNames(value)
    .sort()
    .map((name) => sized(name) + sized(canonicalKey(normalizeValue(value[name]), depth + 1)));
  return `{${fields.join('')}}`;
}
