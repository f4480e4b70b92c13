import type { Group } from '../baseline/group.ts';
import { push } from '../baseline/windows.ts';
import type { Detector, Seen } from '../seen.ts';

const GAP_MS = 3 * 3_600_000;
/** Reads, exports and changes within one such night. */
const ACTS = 11;

/** Work at hours at which neither the person nor people of the same shift work. */
export const hours: Detector = ({ state, report }) => {
  return (seen) => {
    const { activity, person, shift } = seen;
    if (person === null || shift === null || seen.service || activity.outcome !== 'ok') return;
    const weight = unusual(seen, shift, state.fleet.days);
    if (weight <= 0.25) return;
    const { ts, id, ip, device, kind } = activity;
    const { night } = person;
    if (ts - night.last > GAP_MS) {
      Object.assign(night, { start: ts, weight: 0, rows: 0, ids: [] });
      if (weight >= 0.5) push(person.signals, { ts, name: 'off_hours', weight: Math.min(1, weight), id, ip, device }, 24);
    }
    night.last = ts;
    push(night.ids, id, 96);
    const acts = kind.export ? 3 : kind.read || kind.write || kind.admin ? 1 : 0.2;
    night.weight += acts * weight;
    night.rows += activity.rows ?? 0;
    report(seen, {
      rule: 'off_hours',
      entity: `user ${activity.user}`,
      score: night.weight / ACTS,
      events: night.ids,
      facts: {
        hour: seen.local.hour,
        weekend: seen.local.weekend,
        acts: night.ids.length,
        rows: night.rows,
        days_known: person.days,
        minutes: Math.round((ts - night.start) / 60_000),
      },
    });
  };
};

/** 0 for hours that are usual, up to 1.5 for hours at which nobody of the shift ever works. */
function unusual({ local, person }: Seen, shift: Group, days: readonly [number, number]): number {
  if (person === null) return 0;
  // Few weekends are known at first, and shifts turn: then all days are one.
  const merged = days[1] < 6 || days[0] < 15;
  const count = (hoursOf: readonly number[], hour: number): number => {
    const at = (hour + 24) % 24;
    if (merged) return (hoursOf[at] ?? 0) + (hoursOf[at + 24] ?? 0);
    return hoursOf[at + (local.weekend ? 24 : 0)] ?? 0;
  };
  const today = person.hourSeen >= 0 ? Math.floor(person.hourSeen / 24) : -1;
  let once = 1;
  for (const hour of [local.hour - 1, local.hour, local.hour + 1]) {
    const seen = count(person.hours, hour);
    // What was counted in the same night is no habit.
    const tonight = today === local.day || (today === local.day - 1 && person.hourSeen >= local.day * 24 - 6) ? 1 : 0;
    // One night of many is no habit yet.
    if (seen > tonight + 1 || (seen > tonight && person.days < 6)) return 0;
    if (seen > tonight) once = 0.5;
  }
  const members = shift.members.size;
  // A whole shift that works tonight does so because it was told to.
  const { present } = shift;
  const moment = local.day * 24 + local.hour;
  const others = present.moment === moment ? present.members.size - (present.members.has(person.uid) ? 1 : 0) : 0;
  if (others >= Math.max(4, members * 0.04)) return 0;
  const elapsed = merged ? days[0] + days[1] : days[local.weekend ? 1 : 0];
  if (members * elapsed < 100 || elapsed < 3 || person.days < 3) return 0;
  const share = count(shift.hours, local.hour) / (members * elapsed);
  return once * Math.min(1.5, Math.log10(0.05 / Math.max(share, 1e-4)) / 1.4);
}
