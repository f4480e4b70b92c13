import { createDetectEngine } from './engine.ts';
import type { RuleHit, RuleWatch } from './live/sigma.ts';
import { createEntryTaker } from './live/take-entry.ts';
import type { Activity, Alert, Directory, Place } from './model.ts';
import { createActivityReader } from './read-activity.ts';
import { createRuleTally, type RuleTally } from './replay-rules.ts';

/** Events of a file that come later than this after newer ones are put in order first. */
const TOLERANCE_MS = 30_000;
const HELD = 4_096;
const MAX_ALERTS = 200_000;

/** Thrown where events lie too far out of order to be put right on the way; the caller sorts the file and begins again. */
export class OutOfOrderError extends Error {
  constructor() {
    super('events are far out of order');
    this.name = 'OutOfOrderError';
  }
}

/** What is run over the past, and over which of it. */
export interface ReplayOptions {
  readonly directory: Directory;
  /** Until then activity is only learned from and windows are only filled, epoch ms. */
  readonly learnUntil: number | null;
  readonly locate?: (ip: string) => Place | null;
  /** Sigma rules, with windows in memory; null for none. */
  readonly rules: RuleWatch | null;
  /** Only what happened from then on, and before then, epoch ms; null without a bound. */
  readonly from: number | null;
  readonly to: number | null;
}

export interface ReplayResult {
  readonly alerts: readonly Alert[];
  /** Alerts beyond the most that are kept: they are counted and not told. */
  readonly dropped: number;
  /** Events, or entries of the log, that lie within the bounds. */
  readonly events: number;
  /** Lines that are no events. */
  readonly unusable: number;
  readonly rules: readonly RuleTally[];
}

/**
 * Runs baselines and rules over past activity without waiting. Lines come as text, or null where a line was too long; memory does not grow with their number.
 * `sorted`: events were put in order, and an older one is taken as it comes.
 * @throws OutOfOrderError
 */
export async function replayActivity(
  lines: AsyncIterable<readonly (string | null)[]> | Iterable<readonly (string | null)[]>,
  options: ReplayOptions & { readonly sorted: boolean },
): Promise<ReplayResult> {
  const past = createReplay(options);
  const { rules } = options;
  const read = createActivityReader();
  const held = createOrder(({ activity, event }) => {
    past.activity(activity);
    if (rules !== null) past.found(rules.take(event, activity.id), activity.ts, { activity, app: null, difference: null });
  });
  let number = -1;
  let unusable = 0;
  let newest = Number.NEGATIVE_INFINITY;
  for await (const batch of lines) {
    for (const line of batch) {
      number += 1;
      if (line === '') continue;
      const found = line === null ? null : parse(line, read, number);
      if (found === null) {
        unusable += 1;
        continue;
      }
      const { ts } = found.activity;
      if (ts > newest) newest = ts;
      else if (!options.sorted && ts < newest - TOLERANCE_MS * 20) throw new OutOfOrderError();
      if (past.wants(ts)) held.add(found);
    }
  }
  held.flush();
  return past.result(unusable);
}

/** The same over entries of an audit log, in the order of the log. */
export async function replayLog(
  entries: AsyncIterable<{ readonly index: number; readonly bytes: Uint8Array }>,
  options: ReplayOptions,
): Promise<ReplayResult> {
  const past = createReplay(options);
  const take = createEntryTaker<readonly RuleHit[]>(options.rules ?? noRules, past);
  const decoder = new TextDecoder();
  for await (const { index, bytes } of entries) take(decoder.decode(bytes), index);
  return past.result(0);
}

const noRules: Pick<RuleWatch, 'rules' | 'usable' | 'take' | 'takeRequest'> = {
  ...{ rules: [], usable: 0 },
  take: () => [],
  takeRequest: null,
};

/** The engine, the rules, and what they found so far. */
function createReplay({ directory, learnUntil, locate, rules, from, to }: ReplayOptions) {
  const alerts: Alert[] = [];
  let dropped = 0;
  let events = 0;
  const open = (alert: Alert): void => {
    if (alerts.length < MAX_ALERTS) alerts.push(alert);
    else dropped += 1;
  };
  rules?.keepTime(directory.timeZone);
  const engine = createDetectEngine({
    ...{ directory, learnUntil, locate: locate ?? (() => null) },
    alerted: (alert, opened) => {
      if (opened) open(alert);
    },
  });
  const tally = createRuleTally(
    rules ?? noRules,
    { open: engine.state.open, claimRoutes: directory.claimRoutes, learnUntil },
    open,
  );
  return {
    wants(time: number): boolean {
      if ((from !== null && time < from) || (to !== null && time >= to)) return false;
      events += 1;
      return true;
    },
    activity: (activity: Activity) => engine.take(activity),
    found: tally.take,
    result(unusable: number): ReplayResult {
      alerts.sort((a, b) => a.ts - b.ts);
      return { alerts, dropped, events, unusable, rules: tally.tallies() };
    },
  };
}

/** An activity, and all that its line says: rules may ask for what the baselines do not. */
interface Line {
  readonly activity: Activity;
  readonly event: Readonly<Record<string, unknown>>;
}

function parse(line: string, read: ReturnType<typeof createActivityReader>, number: number): Line | null {
  try {
    const event: unknown = JSON.parse(line);
    const activity = read(event, String(number));
    if (activity === null) return null;
    // What can be read is an object; its time may be a text.
    const own = event as Line['event'];
    return { activity, event: typeof own['ts'] === 'number' ? own : { ...own, ts: activity.ts } };
  } catch {
    return null;
  }
}

/** Holds events for a moment, so that those which come a little late are taken in order. */
function createOrder(take: (line: Line) => void) {
  let held: Line[] = [];
  let newest = Number.NEGATIVE_INFINITY;
  let sorted = true;
  const release = (until: number): void => {
    if (!sorted) held.sort((a, b) => a.activity.ts - b.activity.ts);
    sorted = true;
    let at = 0;
    for (; at < held.length; at += 1) {
      const line = held[at];
      if (line === undefined || line.activity.ts > until) break;
      take(line);
    }
    held = held.slice(at);
  };
  return {
    add(line: Line): void {
      const { ts } = line.activity;
      if (ts < (held.at(-1)?.activity.ts ?? Number.NEGATIVE_INFINITY)) sorted = false;
      held.push(line);
      newest = Math.max(newest, ts);
      if (held.length >= HELD) {
        release(newest - TOLERANCE_MS);
        if (held.length >= HELD) release(newest - TOLERANCE_MS / 6);
        if (held.length >= HELD) release(Number.POSITIVE_INFINITY);
      }
    },
    flush: (): void => release(Number.POSITIVE_INFINITY),
  };
}
