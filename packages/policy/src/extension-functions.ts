import { failure } from './evaluation-error.ts';
import { Datetime, parseDatetime } from './extension/datetime.ts';
import { Decimal, parseDecimal } from './extension/decimal.ts';
import { Duration, parseDuration } from './extension/duration.ts';
import { IpAddress, parseIpAddress } from './extension/ip-address.ts';
import { addLong, divideLong, floorModLong, type Long, subtractLong } from './long.ts';
import type { CedarValue } from './value.ts';

const DAY = 86_400_000;

/** A function or method of Cedar's extension types. */
export interface ExtensionFunction {
  /** Written `f(x)` rather than `x.f()`. */
  readonly isConstructor: boolean;
  readonly returnsBoolean: boolean;
  /** Number of operands, the receiver of a method counted. */
  readonly arity: 1 | 2;
  readonly apply: (first: CedarValue, second: CedarValue | undefined) => CedarValue;
}

type Guard<T> = (value: CedarValue | undefined) => T;

function guard<T>(name: string, type: string, test: (value: unknown) => value is T): Guard<T> {
  const error = failure('type_error', `\`${name}\` needs a value of type ${type}`);
  return (value) => {
    if (test(value)) return value;
    throw error();
  };
}

const isString = (value: unknown): value is string => typeof value === 'string';
const isIp = (value: unknown): value is IpAddress => value instanceof IpAddress;
const isDecimal = (value: unknown): value is Decimal => value instanceof Decimal;
const isDatetime = (value: unknown): value is Datetime => value instanceof Datetime;
const isDuration = (value: unknown): value is Duration => value instanceof Duration;

function constructorOf(name: string, parse: (text: string) => CedarValue | undefined): ExtensionFunction {
  const need = guard(name, 'string', isString);
  const malformed = failure('extension_error', `\`${name}\` was given a string that it cannot read`);
  return {
    isConstructor: true,
    returnsBoolean: false,
    arity: 1,
    apply: (text) => {
      const value = parse(need(text));
      if (value === undefined) throw malformed();
      return value;
    },
  };
}

function method<T>(
  needed: Guard<T>,
  returnsBoolean: boolean,
  compute: (receiver: T, operand: CedarValue | undefined) => CedarValue,
  arity: 1 | 2 = 1,
): ExtensionFunction {
  return {
    isConstructor: false,
    returnsBoolean,
    arity,
    apply: (receiver, operand) => compute(needed(receiver), operand),
  };
}

function ipTest(name: string, test: (address: IpAddress) => boolean): ExtensionFunction {
  return method(guard(name, 'ipaddr', isIp), true, test);
}

function decimalTest(name: string, test: (left: Long, right: Long) => boolean): ExtensionFunction {
  const need = guard(name, 'decimal', isDecimal);
  return method(need, true, (left, right) => test(left.units, need(right).units), 2);
}

function inUnits(name: string, milliseconds: number): ExtensionFunction {
  return method(guard(name, 'duration', isDuration), false, (duration) => divideLong(duration.milliseconds, milliseconds));
}

function ipInRange(): ExtensionFunction {
  const need = guard('isInRange', 'ipaddr', isIp);
  return method(need, true, (address, range) => address.isInRange(need(range)), 2);
}

function startOfDay(epochMilliseconds: Long): Datetime {
  return new Datetime(subtractLong(epochMilliseconds, floorModLong(epochMilliseconds, DAY)));
}

const needDuration = guard('offset', 'duration', isDuration);
const needDatetime = guard('durationSince', 'datetime', isDatetime);

/** All functions of Cedar's extension types ipaddr, decimal, datetime and duration, by name. */
export const EXTENSION_FUNCTIONS: ReadonlyMap<string, ExtensionFunction> = new Map([
  ['ip', constructorOf('ip', parseIpAddress)],
  ['isIpv4', ipTest('isIpv4', (address) => address.version === 4)],
  ['isIpv6', ipTest('isIpv6', (address) => address.version === 6)],
  ['isLoopback', ipTest('isLoopback', (address) => address.isLoopback())],
  ['isMulticast', ipTest('isMulticast', (address) => address.isMulticast())],
  ['isInRange', ipInRange()],
  ['decimal', constructorOf('decimal', parseDecimal)],
  ['lessThan', decimalTest('lessThan', (left, right) => left < right)],
  ['lessThanOrEqual', decimalTest('lessThanOrEqual', (left, right) => left <= right)],
  ['greaterThan', decimalTest('greaterThan', (left, right) => left > right)],
  ['greaterThanOrEqual', decimalTest('greaterThanOrEqual', (left, right) => left >= right)],
  ['datetime', constructorOf('datetime', parseDatetime)],
  [
    'offset',
    method(
      guard('offset', 'datetime', isDatetime),
      false,
      (start, duration) => new Datetime(addLong(start.epochMilliseconds, needDuration(duration).milliseconds)),
      2,
    ),
  ],
  [
    'durationSince',
    method(
      needDatetime,
      false,
      (end, start) => new Duration(subtractLong(end.epochMilliseconds, needDatetime(start).epochMilliseconds)),
      2,
    ),
  ],
  ['toDate', method(guard('toDate', 'datetime', isDatetime), false, (time) => startOfDay(time.epochMilliseconds))],
  [
    'toTime',
    method(guard('toTime', 'datetime', isDatetime), false, (time) => new Duration(floorModLong(time.epochMilliseconds, DAY))),
  ],
  ['duration', constructorOf('duration', parseDuration)],
  ['toMilliseconds', inUnits('toMilliseconds', 1)],
  ['toSeconds', inUnits('toSeconds', 1_000)],
  ['toMinutes', inUnits('toMinutes', 60_000)],
  ['toHours', inUnits('toHours', 3_600_000)],
  ['toDays', inUnits('toDays', DAY)],
]);
