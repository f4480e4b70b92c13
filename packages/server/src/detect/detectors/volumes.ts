import type { Group } from '../baseline/group.ts';
import type { Person, Volume } from '../baseline/person.ts';
import { push, quantile, since } from '../baseline/windows.ts';
import { closeHour, turnDay } from '../learn.ts';
import type { Detector, Seen } from '../seen.ts';
import type { DetectState } from '../state.ts';

const TOP = 24;
/** What a record takes in a file, where a report says only how long it was. */
const ROW_BYTES = 200;
/** Sums of days are worked out after so many events, and at once after a large one. */
const EVERY = 8;
const LARGE = 40;
const HOUR_MS = 3_600_000;
/** Records up to which an export by somebody who may not is as bad as any. */
const STRAY_ROWS = 200;

/** Records read and exported: in an hour and, little by little, over days; against the person's own past and people of like work. */
export const volumes: Detector = ({ state, report }) => {
  return (seen) => {
    const { activity, person, group, local, service } = seen;
    if (person === null || activity.outcome !== 'ok') return;
    const { kind, ts, id, user } = activity;
    if (!kind.read && !kind.export) return;
    const volume = turnDay(state, person, group, local.day);
    if (volume.hour !== local.hour) {
      closeHour(volume);
      volume.hour = local.hour;
    }
    const rows = Math.max(1, activity.rows ?? (kind.export ? Math.round((activity.bytesOut ?? 0) / ROW_BYTES) : 1));
    volume.events += 1;
    const channel = kind.export ? 'exported' : 'read';
    volume.bytes += activity.bytesOut ?? 0;
    volume[channel] += rows;
    if (kind.export) {
      push(person.exports, { ts, id, rows }, 64);
      const recent = since(person.exports, ts - HOUR_MS);
      volume.hourExported = recent.reduce((sum, item) => sum + item.rows, 0);
      volume.peakExported = Math.max(volume.peakExported, volume.hourExported);
      volume.peakExports = Math.max(volume.peakExports, recent.length);
      manyExports(state, seen, person, recent, report);
    } else volume.hourRead += rows;
    keepTop(volume, id, rows, ts);
    push(volume.recent, id, 100);
    if (kind.export) withoutPermission(seen, rows, report);
    if (service && person.history.length < 1) return;
    const hour = kind.export ? volume.hourExported : volume.hourRead;
    const moment = local.day * 24 + local.hour;
    if (volume.judged !== moment) {
      volume.judged = moment;
      volume.usualRead = hourReference(state, person, group, 'read', local.date);
      volume.usualExported = hourReference(state, person, group, 'exported', local.date);
    }
    const reference = kind.export ? volume.usualExported : volume.usualRead;
    if (hour >= reference) {
      const score = hour / reference;
      const shared = sharedExcess(group, local.day, user ?? '', score);
      if (score >= 1)
        push(person.signals, { ts, name: 'much_read', weight: 1, id, ip: activity.ip, device: activity.device }, 24);
      report(seen, {
        rule: kind.export ? 'mass_export' : 'mass_read',
        entity: `user ${user}`,
        score: score / shared,
        events: () => [...volume.top.map((item) => item.id), ...volume.recent],
        facts: {
          rows: hour,
          usual_peak: Math.round(reference),
          window_minutes: 60,
          permitted: seen.entry?.canExport ?? 'unknown',
        },
      });
    }
    if (rows >= LARGE || volume.events % EVERY === 0) slowly(state, seen, person, group, channel, report);
  };
};

type Report = Parameters<Detector>[0]['report'];

function keepTop(volume: Volume, id: string, rows: number, ts: number): void {
  const { top } = volume;
  if (top.length >= TOP) {
    const least = top.reduce((low, item, at) => (item.rows <= (top[low]?.rows ?? 0) ? at : low), 0);
    if ((top[least]?.rows ?? 0) > rows) return;
    top.splice(least, 1);
  }
  top.push({ id, rows, ts });
}

function withoutPermission(seen: Seen, rows: number, report: Report): void {
  const { entry, activity } = seen;
  if (entry === null || entry.canExport !== false || entry.isAdmin === true || seen.service) return;
  push(
    seen.person?.signals ?? [],
    { ts: activity.ts, name: 'export_without_permission', weight: 1, id: activity.id, ip: activity.ip, device: activity.device },
    24,
  );
  if (seen.person === null) return;
  push(seen.person.strayExports, { ts: activity.ts, id: activity.id, key: '' }, 32);
  const recent = since(seen.person.strayExports, activity.ts - 86_400_000);
  report(seen, {
    rule: 'export_without_permission',
    entity: `user ${activity.user}`,
    score: Math.max(1, Math.cbrt(rows / STRAY_ROWS)) * recent.length ** 2,
    events: recent.map(({ id }) => id),
    facts: { rows, exports: recent.length, action: activity.action },
  });
}

/** Exports within an hour that are many whoever exports. */
const MANY_EXPORTS = 7;

/** Many exports in a row, each of a size that is usual: how often people export differs less than how much. */
function manyExports(
  state: DetectState,
  seen: Seen,
  person: Person,
  recent: readonly { readonly id: string; readonly rows: number }[],
  report: Report,
): void {
  if (seen.service || recent.length < MANY_EXPORTS) return;
  const { group } = seen;
  const own = person.history.reduce((most, day) => Math.max(most, day.peakExports), 0);
  const everybody = state.groups.get('exporters')?.peakExports ?? null;
  const peers = group !== null && group.peakExports.total >= 60 ? group.peakExports : everybody;
  const usual = peers === null || peers.total < 60 ? 0 : quantile(peers, 0.99);
  const reference = Math.max(MANY_EXPORTS, own * 1.4, usual * 1.2);
  report(seen, {
    rule: 'mass_export',
    entity: `exporter ${person.uid}`,
    score: recent.length / reference,
    events: recent.map(({ id }) => id),
    facts: {
      exports: recent.length,
      rows: recent.reduce((sum, { rows }) => sum + rows, 0),
      usual_peak: Math.round(Math.max(own, usual)),
      window_minutes: 60,
      permitted: seen.entry?.canExport ?? 'unknown',
    },
  });
}

type Channel = 'read' | 'exported';

/** Records in an hour that are still usual. Reports are due around the turn of the month. */
function hourReference(state: DetectState, person: Person, group: Group | null, channel: Channel, date: number): number {
  const exported = channel === 'exported';
  const own = person.history.reduce((most, day) => Math.max(most, exported ? day.peakExported : day.peakRead), 0);
  const peers = group === null ? null : exported ? group.peakExported : group.peakRead;
  const all = exported ? state.groups.get('exporters')?.peakExported : state.groups.get('everybody')?.peakRead;
  const like = peers !== null && peers.total >= 60 ? peers : all !== undefined && all.total >= 60 ? all : null;
  const usual = like === null ? 0 : quantile(like, 0.99);
  const unknown = person.history.length < 3 ? 2 : 1;
  const turn = exported && (date >= 27 || date <= 3) ? 2 : 1;
  // Until colleagues show what is usual, only what is a lot anywhere counts.
  const floor = like === null && person.history.length < 4 ? (exported ? 4_000 : 1_000) : exported ? 400 : 200;
  return Math.max(floor, own * 2.5 * turn, usual * 1.6 * unknown * turn);
}

/** Where several colleagues exceed their own usual volume on the same day, the work did that: what they share is taken off. */
function sharedExcess(group: Group | null, day: number, user: string, score: number): number {
  if (group === null) return 1;
  const { exceeding } = group;
  if (exceeding.day !== day) {
    exceeding.day = day;
    exceeding.factors.clear();
  }
  exceeding.factors.set(user, Math.max(score, exceeding.factors.get(user) ?? 0));
  if (exceeding.factors.size - 1 < Math.max(3, group.members.size * 0.05)) return 1;
  const others = [...exceeding.factors].filter(([uid]) => uid !== user).map(([, factor]) => factor);
  others.sort((a, b) => a - b);
  return Math.min(2, Math.max(1, others[Math.floor(others.length * 0.8)] ?? 1));
}

const CUSUM_DAYS = 8;

/** Sum of what each day lay above the usual, as logarithms: a little every day adds up. */
function slowly(state: DetectState, seen: Seen, person: Person, group: Group | null, channel: Channel, report: Report): void {
  const { history, volume } = person;
  if (history.length < 3 || volume[channel] < (channel === 'read' ? 60 : 150)) return;
  // Exports are rare: the days without one say nothing about the size of one.
  const usualDays = history
    .map((day) => day[channel])
    .filter((rows) => channel === 'read' || rows > 0)
    .sort((a, b) => a - b);
  const own = usualDays[Math.floor((usualDays.length - 1) * (channel === 'read' ? 0.65 : 0.75))] ?? 0;
  const peers = group === null ? null : channel === 'read' ? group.read : group.exported;
  const wide = channel === 'read' ? null : (state.groups.get('exporters')?.exported ?? null);
  const known = peers !== null && peers.total >= 40 ? peers : wide !== null && wide.total >= 40 ? wide : null;
  const floor = channel === 'read' ? (known === null ? 40 : quantile(known, 0.5)) : known === null ? 500 : quantile(known, 0.85);
  const reference = Math.max(own * 1.5, floor);
  let sum = 0;
  let days = 0;
  const ids: string[] = [];
  for (const day of [...history.slice(-CUSUM_DAYS + 1), volume]) {
    if (day.day < volume.day - CUSUM_DAYS) continue;
    const excess = Math.log((day[channel] + 20) / (reference + 20));
    sum = Math.max(0, sum + Math.max(-0.4, excess));
    if (excess > 0.25) {
      days += 1;
      for (const item of day.top) ids.push(item.id);
      if (day === volume) ids.push(...volume.recent);
    }
  }
  if (days < 2) return;
  const score = sum / (channel === 'read' ? 2.9 : 3.4);
  if (score < 1) return;
  const shared = sharedExcess(group, seen.local.day, `slow ${person.uid}`, 1);
  report(seen, {
    rule: 'slow_exfiltration',
    entity: `${channel === 'read' ? 'user' : 'exporter'} ${person.uid}`,
    score: score / Math.max(1, shared),
    events: ids,
    facts: {
      days,
      rows_today: volume[channel],
      usual_rows: Math.round(own),
      channel,
      sum_above_usual: Math.round(sum * 100) / 100,
    },
  });
}
