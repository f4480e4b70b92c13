import type { CedarValueJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import { quoteCedarString } from '../entity-uid-text.ts';
import type { Random } from './random.ts';

/** The types that generated expressions and attributes have. */
export type ValueType = 'bool' | 'long' | 'string' | 'set' | 'entity' | 'record' | 'ip' | 'decimal' | 'datetime' | 'duration';

export const VALUE_TYPES: readonly ValueType[] = [
  'bool',
  'long',
  'string',
  'set',
  'entity',
  'record',
  'ip',
  'decimal',
  'datetime',
  'duration',
];

export const ENTITY_TYPES = ['Menshen::User', 'Menshen::Department', 'Menshen::Role', 'Menshen::App', 'Portal::Record'] as const;

/** Attributes have a usual type, so that generated policies often, but not always, find what they expect. */
export const ATTRIBUTES: Readonly<Record<ValueType, readonly string[]>> = {
  bool: ['locked', 'constructor'],
  long: ['level', 'amount', '__proto__'],
  string: ['name', 'city', 'a b'],
  set: ['tags', 'grades'],
  entity: ['owner', 'dept'],
  record: ['profile', 'toString'],
  ip: ['address'],
  decimal: ['score'],
  datetime: ['since'],
  duration: ['ttl'],
};

const COMMON_IDS = ['0', '__proto__'] as const;
export const IDS = [...COMMON_IDS, 'a"b\\c', '部门'] as const;
export const ACTIONS = ['employee.read', 'employee.write', 'order.read', 'read', 'all'] as const;
export const TAGS = ['grade', '__proto__', 'floor'] as const;

const STRINGS = ['', 'a', 'abc', 'a*c', '*', '财务部', 'x"y\\z\n', '\u{1f600}', 'constructor', 'aXbXc', '10.0.0.1'] as const;
const LONGS = [0, 1, -1, 2, 7, 100, -100, 2 ** 31, 2 ** 53 - 1, -(2 ** 53 - 1)] as const;
const LONG_TEXTS = [
  '0',
  '1',
  '2',
  '3',
  '-1',
  '-7',
  '100',
  '4294967296',
  '3037000500',
  '9007199254740991',
  '9007199254740992',
] as const;
const EXTREME_LONG_TEXTS = ['9223372036854775807', '-9223372036854775808', '-9007199254740993', '9223372036854775806'] as const;
const IPS = [
  '10.0.0.1',
  '10.0.0.0/8',
  '10.0.0.1/32',
  '0.0.0.0/0',
  '127.0.0.1',
  '127.0.0.0/7',
  '224.0.0.1',
  '224.0.0.0/3',
] as const;
const IPV6S = [
  '::1',
  '::',
  '2001:db8::1',
  '2001:DB8::/32',
  'ff00::/8',
  'ff02::1',
  '1:2:3:4:5:6:7:8',
  '1:2:3:4:5:6:7::',
  '::/0',
] as const;
const BAD_IPS = [
  '',
  '10.0.0.256',
  '010.0.0.1',
  '10.0.0.1/33',
  '::ffff:1.2.3.4',
  '1::2::3',
  '1:2:3:4:5:6:7:8::',
  '::/129',
  '::/01',
  'x',
] as const;
const DECIMALS = [
  '0.0',
  '1.5',
  '-1.5',
  '1.50',
  '12.3456',
  '-0.5',
  '922337203685477.5807',
  '-922337203685477.5808',
  '00.1',
] as const;
const BAD_DECIMALS = ['1', '1.', '.5', '1.23456', '922337203685477.5808', '+1.0', '1e3', ''] as const;
const DATETIMES = [
  '1970-01-01',
  '2024-02-29',
  '2024-02-29T23:59:59Z',
  '2024-10-15T11:35:00.123+0800',
  '1969-12-31T12:00:00Z',
] as const;
const EDGE_DATETIMES = ['0000-01-01', '0001-01-01T00:00:00+2359', '9999-12-31T23:59:59.999-2359', '1900-03-01'] as const;
const BAD_DATETIMES = [
  '2023-02-29',
  '2024-13-01',
  '2024-01-01T24:00:00Z',
  '2024-01-01T00:00:60Z',
  '2024-01-01T00:00:00',
  '1900-02-29',
] as const;
const WORSE_DATETIMES = ['2024-1-1', '2024-01-01T00:00:00+2400', '2024-01-01T00:00:00.1Z', '2024-01-01Z', '20240101'] as const;
const DURATIONS = [
  '0ms',
  '1ms',
  '-1ms',
  '1d',
  '1d2h3m4s5ms',
  '-2h',
  '90m',
  '9223372036854775807ms',
  '-9223372036854775808ms',
] as const;
const BAD_DURATIONS = ['', '-', '1', '1h1d', '1w', '9223372036854775808ms', '106751991168d', '1d-2h', '1.5h'] as const;

const VALID: Readonly<Record<'ip' | 'decimal' | 'datetime' | 'duration', readonly string[]>> = {
  ip: [...IPS, ...IPV6S],
  decimal: DECIMALS,
  datetime: [...DATETIMES, ...EDGE_DATETIMES],
  duration: DURATIONS,
};

const INVALID: Readonly<Record<'ip' | 'decimal' | 'datetime' | 'duration', readonly string[]>> = {
  ip: BAD_IPS,
  decimal: BAD_DECIMALS,
  datetime: [...BAD_DATETIMES, ...WORSE_DATETIMES],
  duration: BAD_DURATIONS,
};

/** A call of an extension constructor on a literal, sometimes one that fails. */
export function extensionText(random: Random, type: 'ip' | 'decimal' | 'datetime' | 'duration', failing: boolean): string {
  return `${type}(${quoteCedarString(random.pick((failing ? INVALID : VALID)[type]))})`;
}

/** A long literal, sometimes one that a JSON number cannot hold. */
export function longText(random: Random): string {
  return random.pick(random.chance(0.15) ? EXTREME_LONG_TEXTS : LONG_TEXTS);
}

export function stringText(random: Random): string {
  return quoteCedarString(random.pick(STRINGS));
}

/** A pattern for `like`. */
export function patternText(random: Random): string {
  const parts = ['*', '*', '\\*', 'a', 'b', 'c', 'X', '部', '\\u{1f600}'] as const;
  return `"${random.list(0, 5, () => random.pick(parts)).join('')}"`;
}

/** One of the entities that policies, requests and attributes name: few, so that they often meet. */
export function anyUid(random: Random): TypeAndId {
  return { type: random.pick(ENTITY_TYPES), id: random.pick(random.chance(0.75) ? COMMON_IDS : IDS) };
}

/** A random value of a type in Cedar's JSON format; what varies freely is bounded by `depth`. */
export function randomValue(random: Random, type: ValueType, depth = 2): CedarValueJson {
  switch (type) {
    case 'bool':
      return random.chance(0.5);
    case 'long':
      return random.pick(LONGS);
    case 'string':
      return random.pick(STRINGS);
    case 'entity':
      return { __entity: anyUid(random) };
    case 'set': {
      const items: ValueType = depth > 0 ? random.pick(VALUE_TYPES) : 'long';
      return random.list(0, random.chance(0.1) ? 12 : 3, () =>
        randomValue(random, random.chance(0.9) ? items : 'string', depth - 1),
      );
    }
    case 'record':
      return randomRecord(random, depth);
    default:
      return { __extn: { fn: type, arg: random.pick(VALID[type]) } };
  }
}

/** A record with usual attributes, some missing and some of another type than usual. */
export function randomRecord(random: Random, depth: number): Record<string, CedarValueJson> {
  const entries: [string, CedarValueJson][] = [];
  for (const type of VALUE_TYPES) {
    if (depth <= 0 && (type === 'set' || type === 'record')) continue;
    for (const name of ATTRIBUTES[type]) {
      if (random.chance(depth >= 2 ? 0.4 : 0.8)) continue;
      const actual = random.chance(0.95) ? type : random.pick(VALUE_TYPES);
      entries.push([name, randomValue(random, actual, depth - 1)]);
    }
  }
  return Object.fromEntries(entries);
}
