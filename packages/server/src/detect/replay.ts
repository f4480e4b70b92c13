import { createDetectEngine } from './engine.ts';
import type { Activity, Alert, Directory, Place } from './model.ts';
import { createActivityReader } from './read-activity.ts';

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

export interface ReplayOptions {
  readonly directory: Directory;
  readonly learnUntil: number | null;
  readonly locate?: (ip: string) => Place | null;
  /** Events were sorted: an older one is taken as it comes. */
  readonly sorted: boolean;
}

export interface ReplayResult {
  readonly alerts: readonly Alert[];
  readonly events: number;
  /** Lines that are no events. */
  readonly unusable: number;
}

/**
 * Runs the baselines over past activity without waiting. Lines come as text, or null where a line was too long; memory does not grow with their number.
 * @throws OutOfOrderError
 */
export async function replayActivity(
  lines: AsyncIterable<readonly (string | null)[]> | Iterable<readonly (string | null)[]>,
  options: ReplayOptions,
): Promise<ReplayResult> {
  const alerts: Alert[] = [];
  const engine = createDetectEngine({
    directory: options.directory,
    learnUntil: options.learnUntil,
    locate: options.locate ?? (() => null),
    alerted: (alert, opened) => {
      if (opened && alerts.length < MAX_ALERTS) alerts.push(alert);
    },
  });
  const read = createActivityReader();
  const held = createOrder((activity) => engine.take(activity));
  let number = -1;
  let unusable = 0;
  let events = 0;
  let newest = Number.NEGATIVE_INFINITY;
  for await (const batch of lines) {
    for (const line of batch) {
      number += 1;
      if (line === '') continue;
      const activity = line === null ? null : parse(line, read, number);
      if (activity === null) {
        unusable += 1;
        continue;
      }
      events += 1;
      if (activity.ts > newest) newest = activity.ts;
      else if (!options.sorted && activity.ts < newest - TOLERANCE_MS * 20) throw new OutOfOrderError();
      held.add(activity);
    }
  }
  held.flush();
  alerts.sort((a, b) => a.ts - b.ts);
  return { alerts, events, unusable };
}

function parse(line: string, read: ReturnType<typeof createActivityReader>, number: number): Activity | null {
  try {
    return read(JSON.parse(line), String(number));
  } catch {
    return null;
  }
}

/** Holds events for a moment, so that those which come a little late are taken in order. */
function createOrder(take: (activity: Activity) => void) {
  let held: Activity[] = [];
  let newest = Number.NEGATIVE_INFINITY;
  let sorted = true;
  const release = (until: number): void => {
    if (!sorted) held.sort((a, b) => a.ts - b.ts);
    sorted = true;
    let at = 0;
    for (; at < held.length; at += 1) {
      const activity = held[at];
      if (activity === undefined || activity.ts > until) break;
      take(activity);
    }
    held = held.slice(at);
  };
  return {
    add(activity: Activity): void {
      if (activity.ts < (held.at(-1)?.ts ?? Number.NEGATIVE_INFINITY)) sorted = false;
      held.push(activity);
      newest = Math.max(newest, activity.ts);
      if (held.length >= HELD) {
        release(newest - TOLERANCE_MS);
        if (held.length >= HELD) release(newest - TOLERANCE_MS / 6);
        if (held.length >= HELD) release(Number.POSITIVE_INFINITY);
      }
    },
    flush: (): void => release(Number.POSITIVE_INFINITY),
  };
}
