import type { Alert, BaselineRule, Finding, Severity } from './model.ts';

const HOUR_MS = 3_600_000;
const FOLD_MS = 24 * HOUR_MS;
const SHORTEST_FOLD_MS = HOUR_MS / 2;
const MAX_EVENTS = 256;
/**
 * Of an alert that has all the events it can, the newest are taken in at every so many repeats; of a flood, which has thousands, at every so many more; and
 * always when something comes after a pause, so that the end of one wave and the beginning of the next are seen.
 */
const FRESHENED = 16;
const FLOOD = 4_096;
const FLOOD_FRESHENED = 256;
const PAUSE_MS = 1_000;
const MAX_OPEN = 20_000;

const severities: Readonly<Record<BaselineRule, Severity>> = {
  account_takeover: 'high',
  amount_tampering: 'high',
  brute_force: 'medium',
  brute_force_slow: 'medium',
  coupon_farming: 'medium',
  credential_stuffing: 'high',
  dormant_account: 'high',
  export_without_permission: 'high',
  id_enumeration: 'high',
  impossible_travel: 'high',
  mass_export: 'high',
  mass_read: 'medium',
  new_device_new_city: 'medium',
  off_hours: 'medium',
  ownership_probing: 'high',
  password_spray: 'high',
  privilege_escalation: 'critical',
  rate_spike: 'medium',
  replay: 'high',
  scanner: 'medium',
  service_account_anomaly: 'high',
  session_hijack: 'critical',
  shared_account: 'low',
  signature_forgery: 'high',
  slow_exfiltration: 'high',
};
const order: readonly Severity[] = ['low', 'medium', 'high', 'critical'];

/** Alerts that are still being added to, by rule and entity. */
export type OpenAlerts = Map<string, Alert>;

export function severityOf(rule: string, score: number): Severity {
  const base = severities[rule as BaselineRule] ?? 'medium';
  return score >= 3 ? (order[Math.min(order.length - 1, order.indexOf(base) + 1)] ?? base) : base;
}

const foldFor = (entity: string): number =>
  /^(fleet|campaign )/.test(entity) ? SHORTEST_FOLD_MS : /^(objects|newest|endpoint) /.test(entity) ? 2 * HOUR_MS : FOLD_MS;

/** Whether what comes so long after the last belongs to the same incident. */
const goesOn = (entity: string, afterMs: number): boolean => afterMs < SHORTEST_FOLD_MS || afterMs < foldFor(entity);

const eventsOf = (events: Finding['events'] | (() => Finding['events'])): Finding['events'] =>
  typeof events === 'function' ? events() : events;

/**
 * Adds a finding to the alert of its incident, or opens one. An incident ends when nothing was added for a day; one that names nobody, sooner.
 */
export function fold(
  open: OpenAlerts,
  finding: Omit<Finding, 'rule' | 'events'> & {
    readonly rule: string;
    readonly severity?: Severity;
    readonly events: Finding['events'] | (() => Finding['events']);
  },
  ts: number,
): { readonly alert: Alert; readonly opened: boolean } {
  const key = `${finding.rule}\n${finding.entity}`;
  const known = open.get(key);
  if (known !== undefined && goesOn(finding.entity, ts - known.last)) {
    const paused = ts - known.last >= PAUSE_MS;
    known.last = Math.max(known.last, ts);
    known.repeats += 1;
    // The first and the newest are kept, so that what goes on for long shows how it began and where it stands.
    const freshened = known.repeats < FLOOD ? FRESHENED : FLOOD_FRESHENED;
    if (known.events.length < MAX_EVENTS || paused || known.repeats % freshened === 0) {
      const there = new Set(known.events);
      for (const id of eventsOf(finding.events)) {
        if (there.has(id)) continue;
        there.add(id);
        if (known.events.length >= MAX_EVENTS) known.events.splice(MAX_EVENTS / 2, 1);
        known.events.push(id);
      }
    }
    if (finding.score > known.score) {
      known.score = finding.score;
      known.facts = finding.facts;
      known.severity = finding.severity ?? severityOf(finding.rule, finding.score);
    }
    return { alert: known, opened: false };
  }
  const { rule, entity, user, ip, device, session, facts, score } = finding;
  const alert: Alert = {
    ...{ rule, ts, last: ts, severity: finding.severity ?? severityOf(rule, score), entity, user, ip, device, session },
    events: [...new Set(eventsOf(finding.events))].slice(-MAX_EVENTS),
    facts,
    score,
    repeats: 0,
  };
  open.delete(key);
  open.set(key, alert);
  if (open.size > MAX_OPEN) {
    const first = open.keys().next();
    if (first.done !== true) open.delete(first.value);
  }
  return { alert, opened: true };
}
