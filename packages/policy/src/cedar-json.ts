import { EntityRef } from './entity-ref.ts';
import { parseDatetime } from './extension/datetime.ts';
import { parseDecimal } from './extension/decimal.ts';
import { parseDuration } from './extension/duration.ts';
import { parseIpAddress } from './extension/ip-address.ts';
import { type CedarRecord, CedarSet, type CedarValue } from './value.ts';

const MAX_DEPTH = 64;

/** A JSON value holds something that Cedar has no value for. The message says what, never the value. */
export class CedarJsonError extends Error {
  override readonly name = 'CedarJsonError';
  readonly code = 'invalid_cedar_json';
}

const EXTENSIONS: ReadonlyMap<string, (text: string) => CedarValue | undefined> = new Map<
  string,
  (text: string) => CedarValue | undefined
>([
  ['ip', parseIpAddress],
  ['decimal', parseDecimal],
  ['datetime', parseDatetime],
  ['duration', parseDuration],
]);

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether an object is the notation that `key` stands for. Beside other fields it is neither notation nor record: refused. */
function isNotation(value: Readonly<Record<string, unknown>>, key: string): boolean {
  if (!Object.hasOwn(value, key)) return false;
  if (Object.keys(value).length === 1) return true;
  throw new CedarJsonError(`${key} stands beside other fields`);
}

function entityFromJson(value: unknown): EntityRef {
  if (!isObject(value) || typeof value.type !== 'string' || typeof value.id !== 'string') {
    throw new CedarJsonError('__entity needs a type and an id, both strings');
  }
  return new EntityRef(value.type, value.id);
}

function extensionFromJson(value: unknown): CedarValue {
  if (!isObject(value) || typeof value.fn !== 'string' || typeof value.arg !== 'string') {
    throw new CedarJsonError('__extn needs fn and arg, both strings');
  }
  const parsed = EXTENSIONS.get(value.fn)?.(value.arg);
  if (parsed === undefined) throw new CedarJsonError('__extn is no valid ip, decimal, datetime or duration');
  return parsed;
}

function valueFromJson(value: unknown, depth: number): CedarValue {
  if (depth > MAX_DEPTH) throw new CedarJsonError(`nested deeper than ${MAX_DEPTH} levels`);
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new CedarJsonError('a number is not an integer that JSON holds exactly');
    return value;
  }
  if (Array.isArray(value)) return new CedarSet(value.map((item) => valueFromJson(item, depth + 1)));
  if (!isObject(value)) throw new CedarJsonError('null is no Cedar value: leave the attribute out');
  if (isNotation(value, '__entity')) return entityFromJson(value.__entity);
  if (isNotation(value, '__extn')) return extensionFromJson(value.__extn);
  return recordFromJson(value, depth);
}

function recordFromJson(value: Readonly<Record<string, unknown>>, depth: number): CedarRecord {
  // No prototype: an attribute named __proto__ is an attribute, not a way to the prototype.
  const record: Record<string, CedarValue> = Object.create(null);
  for (const [name, item] of Object.entries(value)) record[name] = valueFromJson(item, depth + 1);
  return record;
}

/**
 * Reads a value in Cedar's JSON format: `{"__entity": {"type", "id"}}` for entities, `{"__extn": {"fn", "arg"}}` for
 * extension values, arrays for sets. Throws a {@link CedarJsonError}, also for `null`, fractions and nesting past 64 levels.
 * Only for data whose author may name entities: in a request body, `__entity` would be the client's word.
 */
export function cedarValueFromJson(value: unknown): CedarValue {
  return valueFromJson(value, 0);
}

/** Like {@link cedarValueFromJson}, for a record: attributes or context. */
export function cedarRecordFromJson(value: unknown): CedarRecord {
  if (!isObject(value)) throw new CedarJsonError('a record is an object');
  return recordFromJson(value, 0);
}
