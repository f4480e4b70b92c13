import { type AlertSeverity, type AlertVerdict, alertSeverity, alertVerdict } from '@menshen/contract';
import type { Selectable } from 'kysely';
import * as z from 'zod';
import type { Store } from '../store/store.ts';
import type { NamedAlert, Tuning } from './live/protocol.ts';
import type { Fact } from './model.ts';
import type { DetectTables } from './tables.ts';

export interface StoredAlert {
  readonly id: string;
  readonly rule: string;
  readonly severity: AlertSeverity;
  readonly found: number;
  readonly last: number;
  readonly uid: string | null;
  readonly address: string | null;
  readonly device: string | null;
  readonly session: string | null;
  readonly events: readonly number[];
  /** Origin of the log that `events` are indexes of; null where it was not noted. */
  readonly log: string | null;
  readonly facts: Readonly<Record<string, Fact>>;
  readonly repeats: number;
  readonly verdict: AlertVerdict | null;
  readonly note: string;
  readonly judgedBy: string | null;
  readonly judgedAt: number | null;
}

export interface StoredTuning extends Tuning {
  readonly reason: string;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly revokedAt: number | null;
}

export interface AlertFilter {
  readonly show: 'open' | 'all';
  readonly rule?: string | undefined;
  readonly uid?: string | undefined;
  readonly address?: string | undefined;
}

const ranks: readonly AlertSeverity[] = ['low', 'medium', 'high', 'critical'];
const factsOf = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const eventsOf = z.array(z.number());
const subjectKind = z.enum(['user', 'ip', 'device']);

const toAlert = (row: Selectable<DetectTables['alerts']>): StoredAlert => ({
  id: row.id,
  rule: row.rule,
  severity: alertSeverity.parse(row.severity),
  found: row.found,
  last: row.last,
  uid: row.uid,
  address: row.address,
  device: row.device,
  session: row.session,
  events: eventsOf.parse(JSON.parse(row.events)),
  log: row.log,
  facts: factsOf.parse(JSON.parse(row.facts)),
  repeats: row.repeats,
  verdict: row.verdict === null ? null : alertVerdict.parse(row.verdict),
  note: row.note,
  judgedBy: row.judged_by,
  judgedAt: row.judged_at,
});

const toTuning = (row: Selectable<DetectTables['detection_tunings']>): StoredTuning => ({
  id: row.id,
  rule: row.rule,
  factor: row.factor_percent === null ? null : row.factor_percent / 100,
  subject: row.subject === null ? null : { kind: subjectKind.parse(row.subject_kind), value: row.subject },
  reason: row.reason,
  createdAt: row.created_at,
  createdBy: row.created_by,
  expiresAt: row.expires_at,
  revokedAt: row.revoked_at,
});

/** Alerts, what people said of them, and how rules are tuned. */
export function createDetectStore(store: Store) {
  const { db } = store;
  const find = async (id: string): Promise<StoredAlert | null> => {
    const row = await db.selectFrom('alerts').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined ? null : toAlert(row);
  };
  return {
    find,
    /** Adds an alert over entries of a log, or what was folded into one. Returns true when it is new. What another log's node found stays as it is. */
    async put(alert: NamedAlert, log: string): Promise<boolean> {
      const events = JSON.stringify(alert.events.map(Number).filter((index) => Number.isSafeInteger(index)));
      const moving = {
        severity: alert.severity,
        rank: ranks.indexOf(alert.severity),
        last: Math.floor(alert.last),
        events,
        ...{ log, facts: JSON.stringify(alert.facts), repeats: alert.repeats },
      };
      const changed = await db
        .updateTable('alerts')
        .set(moving)
        .where('id', '=', alert.id)
        .where((where) => where.or([where('log', '=', log), where('log', 'is', null)]))
        .executeTakeFirst();
      if (Number(changed.numUpdatedRows) > 0) return false;
      const { id, rule, entity, user, ip, device, session } = alert;
      const added = await db
        .insertInto('alerts')
        .values({
          ...{ id, rule, entity, uid: user, address: ip, device, session, found: Math.floor(alert.ts) },
          ...moving,
          ...{ verdict: null, note: '', judged_by: null, judged_at: null },
        })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .executeTakeFirst();
      return Number(added.numInsertedOrUpdatedRows ?? 0) > 0;
    },
    /** Open alerts by weight and then newest first; all alerts newest first. */
    async list(filter: AlertFilter, limit: number, offset: number): Promise<StoredAlert[]> {
      let query = db.selectFrom('alerts').selectAll();
      if (filter.show === 'open') query = query.where('verdict', 'is', null).orderBy('rank', 'desc');
      if (filter.rule !== undefined) query = query.where('rule', '=', filter.rule);
      if (filter.uid !== undefined) query = query.where('uid', '=', filter.uid);
      if (filter.address !== undefined) query = query.where('address', '=', filter.address);
      const rows = await query.orderBy('last', 'desc').orderBy('id').limit(limit).offset(offset).execute();
      return rows.map(toAlert);
    },
    async countOpen(): Promise<number> {
      const row = await db
        .selectFrom('alerts')
        .select(({ fn }) => fn.countAll().as('count'))
        .where('verdict', 'is', null)
        .executeTakeFirst();
      return Number(row?.count ?? 0);
    },
    async judge(id: string, verdict: AlertVerdict, note: string, by: string, at: number): Promise<boolean> {
      const changed = await db
        .updateTable('alerts')
        .set({ verdict, note, judged_by: by, judged_at: at })
        .where('id', '=', id)
        .executeTakeFirst();
      return Number(changed.numUpdatedRows) > 0;
    },
    /** Alerts by rule and verdict since a time. */
    async counts(from: number): Promise<{ rule: string; verdict: string | null; count: number }[]> {
      const rows = await db
        .selectFrom('alerts')
        .select(['rule', 'verdict'])
        .select(({ fn }) => fn.countAll().as('count'))
        .where('found', '>=', from)
        .groupBy(['rule', 'verdict'])
        .execute();
      return rows.map(({ rule, verdict, count }) => ({ rule, verdict, count: Number(count) }));
    },
    /** Newest first. */
    async tunings(since: number): Promise<StoredTuning[]> {
      const rows = await db
        .selectFrom('detection_tunings')
        .selectAll()
        .where('expires_at', '>=', since)
        .orderBy('created_at', 'desc')
        .limit(1_000)
        .execute();
      return rows.map(toTuning);
    },
    async addTuning(tuning: StoredTuning): Promise<void> {
      await db
        .insertInto('detection_tunings')
        .values({
          id: tuning.id,
          rule: tuning.rule,
          factor_percent: tuning.factor === null ? null : Math.round(tuning.factor * 100),
          subject_kind: tuning.subject?.kind ?? null,
          subject: tuning.subject?.value ?? null,
          reason: tuning.reason,
          created_at: tuning.createdAt,
          created_by: tuning.createdBy,
          expires_at: tuning.expiresAt,
          revoked_at: null,
          revoked_by: null,
        })
        .execute();
    },
    async revokeTuning(id: string, by: string, at: number): Promise<boolean> {
      const changed = await db
        .updateTable('detection_tunings')
        .set({ revoked_at: at, revoked_by: by })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .executeTakeFirst();
      return Number(changed.numUpdatedRows) > 0;
    },
    async removeBefore(found: number): Promise<void> {
      await db.deleteFrom('alerts').where('last', '<', found).execute();
    },
  };
}

export type DetectStore = ReturnType<typeof createDetectStore>;
