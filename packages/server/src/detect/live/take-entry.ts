import { type Plain, parsePlain, plain, text } from '../../audit/plain.ts';
import type { Activity } from '../model.ts';
import { createActivityReader } from '../read-activity.ts';
import { activityOfEntry, activityOfRequest, createRequestReader } from './from-audit.ts';
import { type Found, isAlertOfDetection, type RuleWatch } from './sigma.ts';

/** What is made of the entries of a log, in their order. */
export interface EntryHearer<Taken extends Found> {
  /** Whether an entry of this time, epoch ms, is to be looked at; all where it is absent. */
  readonly wants?: (time: number) => boolean;
  readonly activity: (activity: Activity) => void;
  readonly found: (found: Taken, ts: number, activity: Activity | null, app: string | null) => void;
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
      if (!wants(time)) return;
      const activity = activityOfRequest(request, index, read);
      if (activity !== null) hear.activity(activity);
      if (takeRequest !== null) hear.found(takeRequest(request, index), time, activity, app);
      return;
    }
    const event = parsePlain(entry);
    if (event === null) return;
    const time = typeof event['time'] === 'number' ? event['time'] : 0;
    if (!wants(time)) return;
    const activity = activityOfEntry(event, index, read);
    if (activity !== null) hear.activity(activity);
    // Alerts are no news to what made them; alarms of the platform are.
    if (rules.usable > 0 && !isAlertOfDetection(event)) hear.found(rules.take(event, index), time, activity, appOf(event));
  };
}

/** The app that an entry of the log is about; null where it names none. */
const appOf = (event: Readonly<Plain>): string | null => text(plain(plain(event['unmapped'])['menshen'])['app']);
