import { guardDifference } from '../../audit/guard-difference.ts';
import { type Plain, parsePlain, plain, text } from '../../audit/plain.ts';
import type { Activity } from '../model.ts';
import { createActivityReader } from '../read-activity.ts';
import { activityOfEntry, activityOfRequest, createRequestReader } from './from-audit.ts';
import type { HitPlace } from './rule-finding.ts';
import { type Found, isAlertOfDetection, type RuleWatch } from './sigma.ts';

/** What is made of the entries of a log, in their order. */
export interface EntryHearer<Taken extends Found> {
  /** Whether an entry of this time, epoch ms, is to be looked at; all where it is absent. */
  readonly wants?: (time: number) => boolean;
  readonly activity: (activity: Activity) => void;
  readonly found: (found: Taken, ts: number, at: HitPlace) => void;
}

/** Reads entries of the audit log for the baselines and the rules: what detection sees of a log, while it grows and afterwards. */
export function createEntryTaker<Taken extends Found>(
  rules: Pick<RuleWatch<Taken>, 'usable' | 'take' | 'takeRequest'>,
  hear: EntryHearer<Taken>,
): (entry: string, index: number) => void {
  const read = createActivityReader();
  const readRequest = createRequestReader();
  const { takeRequest } = rules;
  const { wants = () => true } = hear;
  /** Without rules nothing but the activity is asked for. */
  const parses = rules.usable > 0 && takeRequest === null;
  return (entry, index) => {
    const request = parses ? null : readRequest(entry);
    if (request !== null) {
      const { time, app } = request.row;
      const { difference } = request;
      if (!wants(time)) return;
      const activity = activityOfRequest(request, index, read);
      if (activity !== null) hear.activity(activity);
      if (takeRequest !== null) hear.found(takeRequest(request, index), time, { activity, app, difference });
      return;
    }
    const event = parsePlain(entry);
    if (event === null) return;
    const time = typeof event['time'] === 'number' ? event['time'] : 0;
    if (!wants(time)) return;
    const activity = activityOfEntry(event, index, read);
    if (activity !== null) hear.activity(activity);
    // Alerts are no news to what made them; alarms of the platform are.
    if (rules.usable > 0 && !isAlertOfDetection(event))
      hear.found(rules.take(event, index), time, { activity, ...placeOf(event) });
  };
}

/** The app that an entry of the log is about, and what its guard saw; null where it names none. */
function placeOf(event: Readonly<Plain>): Pick<HitPlace, 'app' | 'difference'> {
  const { app, stages } = plain(plain(event['unmapped'])['menshen']);
  const last: unknown = Array.isArray(stages) ? stages.at(-1) : null;
  return { app: text(app), difference: typeof last === 'string' ? guardDifference(last) : null };
}
