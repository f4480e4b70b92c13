import { createDetectEngine } from '../engine.ts';
import type { Alert } from '../model.ts';
import { createActivityReader } from '../read-activity.ts';
import { readDirectory } from '../read-directory.ts';
import { type Score, scoreAlerts } from './score.ts';
import { synthesize, type Variant } from './variants.ts';

export interface Evaluation extends Score {
  readonly alerts: readonly Alert[];
  readonly events: number;
  readonly eventsPerSecond: number;
  /** The highest scores of ordinary work while the past was learned. */
  readonly peaks: ReadonlyMap<string, readonly number[]>;
}

/** Runs the baselines over a generated company and scores what they say. */
export function evaluate(variant: Variant, share = 1, each = 2, learn = true): Evaluation {
  const activity = synthesize(variant, share, each);
  const alerts: Alert[] = [];
  const engine = createDetectEngine({
    directory: readDirectory(activity.directory),
    learnUntil: learn ? activity.learnUntil : null,
    locate: () => null,
    alerted: (alert, opened) => {
      if (opened) alerts.push(alert);
    },
  });
  const read = createActivityReader();
  let events = 0;
  let spent = 0;
  for (const day of activity.daysOfEvents()) {
    const lines = day.map((event) => JSON.stringify(event));
    const started = performance.now();
    for (const line of lines) {
      const parsed = read(JSON.parse(line), '');
      if (parsed !== null) engine.take(parsed);
    }
    spent += performance.now() - started;
    events += lines.length;
  }
  const score = scoreAlerts(alerts, activity.attacks, learn ? activity.days : activity.days * 2);
  const peaks = new Map(
    [...engine.state.calibration.peaks].map(([name, scores]) => [name, [...scores.values()].sort((a, b) => b - a)]),
  );
  return { ...score, alerts, events, peaks, eventsPerSecond: Math.round((events / spent) * 1_000) };
}
