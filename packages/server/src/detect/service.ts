import { type AlertView, type DetectionRule, MenshenError, type TuningView } from '@menshen/contract';
import { detectionEvent } from '../audit/events.ts';
import type { Audit } from '../audit/service.ts';
import type { Metrics } from '../gateway/metrics.ts';
import type { NotifyService } from '../notify/service.ts';
import { alertText, capital, factLabel, ruleTexts, said as saidIn, titleFacts, titleOf, wordedFacts } from './alert-text.ts';
import type { NamedAlert, Tuning } from './live/protocol.ts';
import type { Alert } from './model.ts';
import type { AlertFilter, DetectStore, StoredAlert, StoredTuning } from './store.ts';

const dayMs = 86_400_000;
/** No tuning of the console holds for longer. */
export const maxTuningDays = 180;
const countedDays = 90;
const keptDays = 400;
/** How long a tuning that has ended is still shown. */
const shownAfterMs = 14 * dayMs;

export interface TuningDraft {
  readonly rule: string;
  readonly factor?: number | undefined;
  readonly subject?: NonNullable<Tuning['subject']> | undefined;
  readonly reason: string;
  readonly expiresAt: number;
}

export interface DetectService {
  /** Takes alerts of the thread into the store; tells people and the audit log of new ones. Resolves when they are durable. */
  take(alerts: readonly NamedAlert[]): Promise<void>;
  list(
    filter: AlertFilter,
    limit: number,
    cursor: string | null,
  ): Promise<{ alerts: AlertView[]; next: string | null; open: number }>;
  alert(id: string): Promise<AlertView>;
  judge(id: string, verdict: 'true' | 'false' | 'expected', note: string, by: string): Promise<AlertView>;
  rules(): Promise<DetectionRule[]>;
  tunings(): TuningView[];
  tune(draft: TuningDraft, by: string): Promise<TuningView>;
  revoke(id: string, reason: string, by: string): Promise<TuningView>;
  /** Tunings that hold now, for the thread. */
  inForce(): readonly Tuning[];
  /** Alerts that nobody has judged, for Today. */
  open(): Promise<{ readonly total: number; readonly heaviest: readonly AlertView[] }>;
  /** Alerts by rule since a time, without those that a person has judged to be wrong. */
  signs(from: number): Promise<readonly { readonly rule: string; readonly count: number }[]>;
  refresh(): Promise<void>;
  maintain(): Promise<void>;
}

export interface DetectParts {
  readonly store: DetectStore;
  /** Origin of the log that this node follows. */
  readonly origin: string;
  readonly audit: Pick<Audit, 'record' | 'act'>;
  readonly metrics: Pick<Metrics, 'add'>;
  readonly notify: Pick<NotifyService, 'send'>;
  /** Hears of every new alert that was told to people: it may become an incident. What fails here is made up for later. */
  readonly raised?: (alert: AlertView) => Promise<unknown>;
  /** Tells open pages that there is news of alerts. */
  readonly changed: (news: { readonly id: string; readonly rule: string; readonly severity: string }) => void;
  /** Makes the thread, and the other nodes, take other tunings. */
  readonly tuned: () => void;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

const invalid = (field: string): MenshenError => new MenshenError('validation_failed', { fields: [field] });

/** Alerts: kept, told, judged; and how the rules that raise them are tuned. */
export async function createDetectService(parts: DetectParts): Promise<DetectService> {
  const { store, origin, audit, metrics, clock } = parts;
  const viewOf = (alert: StoredAlert): AlertView => alertView(alert, origin);
  let known: readonly StoredTuning[] = await store.tunings(clock() - shownAfterMs);

  const refresh = async (): Promise<void> => {
    known = await store.tunings(clock() - shownAfterMs);
    parts.tuned();
  };
  const inForce = (): StoredTuning[] => known.filter(({ revokedAt, expiresAt }) => revokedAt === null && expiresAt > clock());
  const find = async (id: string): Promise<StoredAlert> => {
    const alert = await store.find(id);
    if (alert === null) throw new MenshenError('not_found');
    return alert;
  };
  const tuningOf = (id: string): StoredTuning => {
    const tuning = known.find((one) => one.id === id);
    if (tuning === undefined) throw new MenshenError('not_found');
    return tuning;
  };

  return {
    async take(alerts) {
      for (const alert of alerts) {
        // A record comes first: an alert that is shown was recorded. Told twice after a crash, it is recorded twice, with one id.
        const isNew = (await store.find(alert.id)) === null;
        if (isNew) await audit.record(findingOf(alert));
        await store.put(alert, origin);
        parts.changed({ id: alert.id, rule: alert.rule, severity: alert.severity });
        if (!isNew) continue;
        metrics.add('menshen_alerts_total', `rule="${alert.rule}",severity="${alert.severity}"`);
        if (alert.severity === 'high' || alert.severity === 'critical') await parts.notify.send(noticeOf(alert));
        if (parts.raised !== undefined)
          await parts.raised(viewOf(await find(alert.id))).catch(() => metrics.add('menshen_incident_failures_total'));
      }
    },
    async list(filter, limit, cursor) {
      const offset = cursor === null ? 0 : Number(cursor);
      if (!Number.isSafeInteger(offset) || offset < 0 || offset > 100_000) throw invalid('cursor');
      const [found, open] = await Promise.all([store.list(filter, limit + 1, offset), store.countOpen()]);
      const next = found.length > limit ? String(offset + limit) : null;
      return { alerts: found.slice(0, limit).map(viewOf), next, open };
    },
    alert: async (id) => viewOf(await find(id)),
    async judge(id, verdict, note, by) {
      const { rule } = await find(id);
      const detail = { alert: id, rule, verdict, note };
      await audit.act(by, { activity: 'update', entity: 'alert', detail }, async () => {
        if (!(await store.judge(id, verdict, note, by, clock()))) throw new MenshenError('not_found');
      });
      metrics.add('menshen_alert_verdicts_total', `rule="${rule}",verdict="${verdict}"`);
      const judged = await find(id);
      parts.changed({ id, rule, severity: judged.severity });
      return viewOf(judged);
    },
    async rules() {
      const counts = await store.counts(clock() - countedDays * dayMs);
      const names = new Set([...Object.keys(ruleTexts), ...counts.map(({ rule }) => rule)]);
      return [...names].map((rule): DetectionRule => {
        const own = counts.filter((one) => one.rule === rule);
        const of = (verdict: string): number => own.find((one) => one.verdict === verdict)?.count ?? 0;
        const [right, wrong, expected] = [of('true'), of('false'), of('expected')];
        const judged = right + wrong + expected;
        return {
          rule,
          title: titleOf(rule),
          alerts: own.reduce((sum, { count }) => sum + count, 0),
          ...{ true: right, false: wrong, expected },
          precision: judged === 0 ? null : (right + expected) / judged,
          factor: inForce().reduce((product, tuning) => (tuning.rule === rule ? product * (tuning.factor ?? 1) : product), 1),
        };
      });
    },
    tunings: () => known.map((tuning) => tuningView(tuning, clock())),
    async tune({ rule, factor, subject, reason, expiresAt }, by) {
      const now = clock();
      if (expiresAt <= now || expiresAt > now + maxTuningDays * dayMs) throw invalid('expiresAt');
      const ours = Object.hasOwn(ruleTexts, rule);
      const known = ours || (await store.list({ show: 'all', rule }, 1, 0)).length > 0;
      // Only the baselines have a threshold to change.
      if (!known || (!ours && subject === undefined)) throw new MenshenError('not_found');
      const tuning: StoredTuning = {
        id: `t_${Buffer.from(parts.random(12)).toString('base64url')}`,
        rule,
        factor: factor ?? null,
        subject: subject ?? null,
        ...{ reason, expiresAt, createdAt: now, createdBy: by, revokedAt: null },
      };
      const detail = {
        ...{ tuning: tuning.id, rule, reason, expires: expiresAt, factor: factor ?? 1 },
        subject: subject === undefined ? '' : `${subject.kind} ${subject.value}`,
      };
      await audit.act(by, { activity: 'create', entity: 'detection tuning', detail }, () => store.addTuning(tuning));
      await refresh();
      return tuningView(tuning, clock());
    },
    async revoke(id, reason, by) {
      const { rule } = tuningOf(id);
      await audit.act(by, { activity: 'delete', entity: 'detection tuning', detail: { tuning: id, rule, reason } }, async () => {
        if (!(await store.revokeTuning(id, by, clock()))) throw new MenshenError('not_found');
      });
      await refresh();
      return tuningView(tuningOf(id), clock());
    },
    inForce,
    async open() {
      const [total, heaviest] = await Promise.all([store.countOpen(), store.list({ show: 'open' }, 5, 0)]);
      return { total, heaviest: heaviest.map(viewOf) };
    },
    async signs(from) {
      const counts = (await store.counts(from)).filter(({ verdict }) => verdict !== 'false');
      return [...Map.groupBy(counts, ({ rule }) => rule)].map(([rule, own]) => ({
        rule,
        count: own.reduce((sum, { count }) => sum + count, 0),
      }));
    },
    refresh,
    maintain: () => store.removeBefore(clock() - keptDays * dayMs),
  };
}

/** OCSF Detection Finding (2004) of an alert. */
function findingOf(alert: NamedAlert): string {
  const { user, ip, device, session, severity, rule } = alert;
  const facts = Object.fromEntries(
    Object.entries(alert.facts)
      .filter(([name]) => !name.startsWith('description'))
      .map(([name, value]) => [name, typeof value === 'boolean' ? String(value) : value]),
  );
  return detectionEvent({
    time: alert.ts,
    rule,
    severity,
    title: titleOf(rule, alert.facts).en,
    detail: {
      ...facts,
      alert: alert.id,
      ...(user === null ? {} : { uid: user }),
      ...(ip === null ? {} : { address: ip }),
      ...(device === null ? {} : { device }),
      ...(session === null ? {} : { session }),
      events: alert.events.slice(0, 50).join(' '),
    },
  });
}

function noticeOf(alert: NamedAlert): Parameters<NotifyService['send']>[0] {
  return {
    kind: 'alert',
    severity: alert.severity === 'critical' ? 'critical' : 'high',
    app: null,
    matter: `alert ${alert.rule} ${alert.entity}`,
    title: titleOf(alert.rule, alert.facts),
    happened: { zh: alertText(alert, 'zh'), en: alertText(alert, 'en') },
    done: null,
    asked: { zh: '查看告警并判定', en: 'Look at the alert and judge it' },
    path: `/alerts/${alert.id}`,
  };
}

function alertView(alert: StoredAlert, own: string): AlertView {
  const said: Pick<Alert, 'rule' | 'facts'> = alert;
  return {
    ...alert,
    title: titleOf(alert.rule, alert.facts),
    text: { zh: alertText(said, 'zh'), en: alertText(said, 'en') },
    // Signs are words of the text, and no number.
    facts: Object.entries(alert.facts)
      .filter(([name]) => name !== 'signs' && !titleFacts.has(name))
      .map(([name, value]) => {
        const { zh, en } = factLabel(name);
        const words = wordedFacts.has(name) ? { words: { zh: saidIn(value, 'zh', name), en: saidIn(value, 'en', name) } } : {};
        return { name, label: { zh, en: capital(en) }, value, ...words };
      }),
    events: [...alert.events],
    log: alert.log === null ? null : { origin: alert.log, own: alert.log === own },
  };
}

function tuningView(tuning: StoredTuning, now: number): TuningView {
  const { id, rule, factor, subject, reason, createdAt, createdBy, expiresAt, revokedAt } = tuning;
  return {
    ...{ id, rule, factor, subject, reason, createdAt, createdBy, expiresAt },
    state: revokedAt !== null ? 'revoked' : expiresAt <= now ? 'expired' : 'active',
  };
}
