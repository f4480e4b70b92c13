import type { RatesConfig } from '@menshen/contract';
import { scoreOf, signBits } from './signs.ts';

const tenMinutesMs = 10 * 60_000;
const hourMs = 3_600_000;
const kept = 20_000;
/** Requests after which timing and origin are judged. */
const leastRequests = 20;
const slowestGapMs = 120_000;
const quickestGapMs = 50;
/** Mean deviation of the gaps, of their mean, under which no hand and no network is. */
const regular = 0.05;
const manyRefusals = 30;

/** What is remembered of an address or a device; some 200 bytes. */
interface Trace {
  last: number;
  requests: number;
  gap: number;
  deviation: number;
  /** Part of the requests that did not look like WeChat, 0 to 1, of late. */
  strange: number;
  foreignAt: number;
  readonly undeclared: Window;
  readonly failedLogins: Window;
  readonly limited: Window;
  /** Others that were seen with it within the hour, as a bitmap of hashes: persons of a device, devices of an address. */
  others: [number, number];
  othersSince: number;
  signs: number;
}

/** A count over a sliding time, from two fixed ones. */
interface Window {
  start: number;
  now: number;
  before: number;
}

const newWindow = (): Window => ({ start: 0, now: 0, before: 0 });
const newTrace = (now: number): Trace => ({
  last: Number.NEGATIVE_INFINITY,
  requests: 0,
  gap: 0,
  deviation: 0,
  strange: 0,
  foreignAt: Number.NEGATIVE_INFINITY,
  undeclared: newWindow(),
  failedLogins: newWindow(),
  limited: newWindow(),
  others: [0, 0],
  othersSince: now,
  signs: 0,
});

/** What a request showed of who sent it. */
export interface BotObservation {
  /** Name of the address, see `address-key.ts`. */
  readonly address: string;
  /** Name of the device; null where there is no session. */
  readonly device: string | null;
  readonly person: string | null;
  /** Whether anything of it looks like WeChat, and whether it names another mini program. */
  readonly origin: 'wechat' | 'foreign' | 'other';
  /** What its refusal, if any, tells. */
  readonly ending: 'undeclared' | 'login_failed' | 'limited' | null;
}

export interface BotSuspect {
  readonly kind: 'address' | 'device';
  readonly who: string;
  readonly score: number;
  readonly signs: number;
  readonly last: number;
  readonly requests: number;
}

/**
 * Collects signs of bots by address and by device, in bounded memory: when it is full, the oldest that shows no sign is forgotten first. What was seen
 * fades within ten minutes, numbers of persons and devices within the hour.
 */
export class BotTracker {
  readonly #settings: () => RatesConfig['bots'];
  readonly #clock: () => number;
  readonly #addresses = new Map<string, Trace>();
  readonly #devices = new Map<string, Trace>();

  constructor(settings: () => RatesConfig['bots'], clock: () => number) {
    this.#settings = settings;
    this.#clock = clock;
  }

  /** The set of signs against an address and a device. */
  signs(address: string, device: string | null): number {
    const now = this.#clock();
    const ofAddress = standing(this.#addresses.get(address), now);
    return device === null ? ofAddress : ofAddress | standing(this.#devices.get(device), now);
  }

  observe(seen: BotObservation): void {
    const now = this.#clock();
    const settings = this.#settings();
    const address = traceOf(this.#addresses, seen.address, now);
    meet(address, seen, now);
    if (seen.device !== null) {
      mark(address, seen.device, now);
      const device = traceOf(this.#devices, seen.device, now);
      meet(device, seen, now);
      if (seen.person !== null) mark(device, seen.person, now);
      device.signs = judge(device, settings, now) | (distinct(device) >= settings.personsPerDevice ? signBits.many_persons : 0);
    }
    address.signs = judge(address, settings, now) | (distinct(address) >= settings.devicesPerAddress ? signBits.many_devices : 0);
  }

  /** Those with the most against them. */
  suspects(limit: number): readonly BotSuspect[] {
    const now = this.#clock();
    const all: BotSuspect[] = [];
    const collect = (kind: BotSuspect['kind'], traces: ReadonlyMap<string, Trace>): void => {
      for (const [who, trace] of traces) {
        const signs = standing(trace, now);
        if (signs !== 0) all.push({ kind, who, signs, score: scoreOf(signs), last: trace.last, requests: trace.requests });
      }
    };
    collect('address', this.#addresses);
    collect('device', this.#devices);
    return all.sort((a, b) => b.score - a.score || b.last - a.last).slice(0, limit);
  }

  forget(who: string): void {
    this.#addresses.delete(who);
    this.#devices.delete(who);
  }

  get size(): number {
    return this.#addresses.size + this.#devices.size;
  }
}

const standing = (trace: Trace | undefined, now: number): number =>
  trace === undefined || now - trace.last > tenMinutesMs ? 0 : trace.signs;

function traceOf(traces: Map<string, Trace>, who: string, now: number): Trace {
  const known = traces.get(who);
  if (known !== undefined) return known;
  if (traces.size >= kept) makeRoom(traces, now);
  const trace = newTrace(now);
  traces.set(who, trace);
  return trace;
}

/** Of the oldest few the first that shows no sign, else the oldest of all; those passed over are the youngest again. */
function makeRoom(traces: Map<string, Trace>, now: number): void {
  for (let looked = 0; looked < 8; looked += 1) {
    const [first] = traces;
    if (first === undefined) return;
    traces.delete(first[0]);
    if (looked === 7 || standing(first[1], now) === 0) return;
    traces.set(first[0], first[1]);
  }
}

function meet(trace: Trace, { origin, ending }: BotObservation, now: number): void {
  const gap = now - trace.last;
  if (gap >= 0 && gap <= slowestGapMs) {
    trace.deviation += (Math.abs(gap - trace.gap) - trace.deviation) / 8;
    trace.gap += (gap - trace.gap) / 8;
  } else {
    trace.requests = 0;
    trace.gap = 0;
    trace.deviation = 0;
  }
  trace.last = now;
  trace.requests += 1;
  trace.strange += ((origin === 'wechat' ? 0 : 1) - trace.strange) / 16;
  if (origin === 'foreign') trace.foreignAt = now;
  if (ending === null) return;
  add(ending === 'undeclared' ? trace.undeclared : ending === 'login_failed' ? trace.failedLogins : trace.limited, now);
}

function judge(trace: Trace, settings: RatesConfig['bots'], now: number): number {
  let signs = 0;
  if (trace.requests >= leastRequests) {
    if (trace.strange > 0.5) signs |= signBits.not_wechat;
    if (trace.gap >= quickestGapMs && trace.deviation < trace.gap * regular) signs |= signBits.regular_timing;
  }
  if (now - trace.foreignAt < tenMinutesMs) signs |= signBits.foreign_app;
  if (trace.undeclared.start !== 0 && count(trace.undeclared, now) >= settings.undeclared) signs |= signBits.route_sweep;
  if (trace.failedLogins.start !== 0 && count(trace.failedLogins, now) >= settings.failedLogins) signs |= signBits.failed_logins;
  if (trace.limited.start !== 0 && count(trace.limited, now) >= manyRefusals) signs |= signBits.ignores_limits;
  return signs;
}

function turn(window: Window, now: number): void {
  const elapsed = now - window.start;
  if (elapsed < tenMinutesMs && elapsed >= 0) return;
  window.before = elapsed < 2 * tenMinutesMs && elapsed >= 0 ? window.now : 0;
  window.now = 0;
  window.start = now;
}

function add(window: Window, now: number): void {
  turn(window, now);
  window.now += 1;
}

function count(window: Window, now: number): number {
  turn(window, now);
  return window.now + window.before * (1 - (now - window.start) / tenMinutesMs);
}

/** Remembers one of the others by the bit of its hash. */
function mark(trace: Trace, other: string, now: number): void {
  if (now - trace.othersSince > hourMs) {
    trace.others = [0, 0];
    trace.othersSince = now;
  }
  let hash = 0x811c9dc5;
  for (let at = 0; at < other.length; at += 1) hash = Math.imul(hash ^ other.charCodeAt(at), 0x01000193);
  hash ^= hash >>> 15;
  if ((hash & 32) === 0) trace.others[0] |= 1 << (hash & 31);
  else trace.others[1] |= 1 << (hash & 31);
}

function ones(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Estimates of linear counting (Whang et al. 1990) for each number of bits set of 64. */
const estimates = Float64Array.from({ length: 65 }, (_, set) => (set === 64 ? 300 : -64 * Math.log(1 - set / 64)));

/** About how many others were seen; within a few for the first fifty. */
function distinct(trace: Trace): number {
  return Math.round(estimates[ones(trace.others[0]) + ones(trace.others[1])] ?? 0);
}
