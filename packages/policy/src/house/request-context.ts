import { parseIpAddress } from '../extension/ip-address.ts';
import type { CedarRecord, CedarValue } from '../value.ts';

const MINUTE = 60_000;
const DAY = 1_440;
/** Clocks are changed at quarters of an hour only. */
const SLOT = 15 * MINUTE;

/** The time of day where the company is. */
export interface LocalTime {
  /** 0 to 23. */
  readonly hour: number;
  /** Minutes since midnight, 0 to 1439. */
  readonly minuteOfDay: number;
  /** 1 (Monday) to 7 (Sunday), as in ISO 8601. */
  readonly weekday: number;
}

/** Minutes that a zone's clock is ahead of UTC. */
function offsetAt(format: Intl.DateTimeFormat, time: number): number {
  const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
  return Math.round((local - Math.floor(time / MINUTE) * MINUTE) / MINUTE);
}

/** Reads clocks in a time zone (`Asia/Shanghai`). Throws a RangeError for a zone that does not exist. Takes epoch milliseconds. */
export function createLocalClock(timeZone: string): (time: number) => LocalTime {
  const format = new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  let slot = Number.NaN;
  let offset = 0;
  return (time) => {
    const at = Math.floor(time / SLOT);
    if (at !== slot) {
      offset = offsetAt(format, at * SLOT);
      slot = at;
    }
    const minutes = Math.floor(time / MINUTE) + offset;
    const minuteOfDay = ((minutes % DAY) + DAY) % DAY;
    // 1970-01-01 was a Thursday.
    const weekday = ((((Math.floor(minutes / DAY) + 3) % 7) + 7) % 7) + 1;
    return { hour: Math.floor(minuteOfDay / 60), minuteOfDay, weekday };
  };
}

/** The circumstances of a request, as the gateway knows them. */
export interface RequestCircumstances {
  readonly app: string;
  /** `wechat`, `wecom`, or `none` without a session. */
  readonly channel: string;
  /** 0 without a session, 1 signed in, 2 with a second factor. */
  readonly assurance: number;
  /** Seconds since the second factor was given, `null` when it never was. */
  readonly mfaAgeSeconds: number | null;
  readonly address: string;
  readonly method: string;
  /** Epoch milliseconds. */
  readonly arrived: number;
  readonly local: LocalTime;
  /** 0 (none) to 4 (critical). */
  readonly risk: number;
  readonly riskReasons: readonly string[];
  /** Whether this person has used this device before. */
  readonly deviceKnown: boolean;
}

/** The `context` of a decision, in the form of the generated schema. `mfaAge` and `ip` are absent when there is none. */
export function requestContext(circumstances: RequestCircumstances): CedarRecord {
  const { app, channel, assurance, mfaAgeSeconds, address, method, arrived, local, risk, riskReasons, deviceKnown } =
    circumstances;
  const context: Record<string, CedarValue> = {
    app,
    channel,
    assurance,
    address,
    method,
    time: Math.floor(arrived / 1_000),
    hour: local.hour,
    minuteOfDay: local.minuteOfDay,
    weekday: local.weekday,
    risk,
    riskReasons,
    deviceKnown,
  };
  // Rounded up: an age must not seem less than it is.
  if (mfaAgeSeconds !== null) context['mfaAge'] = Math.max(0, Math.ceil(mfaAgeSeconds));
  const ip = ipOf(address);
  if (ip !== undefined) context['ip'] = ip;
  return context;
}

/** Addresses that asked lately: a value never changes, and each address asks many times. */
const knownIps = new Map<string, ReturnType<typeof parseIpAddress>>();
const maxKnownIps = 4_096;

function ipOf(address: string): ReturnType<typeof parseIpAddress> {
  const known = knownIps.get(address);
  if (known !== undefined) return known;
  // An IPv4 client of a socket that takes both is written as IPv6; to Cedar that would be another address.
  const ip = parseIpAddress(address.replace(/^::ffff:(?=\d+\.)/i, ''));
  if (knownIps.size >= maxKnownIps) knownIps.clear();
  if (address.length <= 64) knownIps.set(address, ip);
  return ip;
}
