import { hash } from 'node:crypto';
import { attackClass, inspectedPlace, inspectionMode } from '@menshen/contract';
import { type Selectable, sql } from 'kysely';
import * as z from 'zod';
import type { Store } from '../store/store.ts';
import type { ExceptionRow } from './tables.ts';

/** A managed exception, as it stands in the store. */
export interface StoredException {
  readonly id: string;
  readonly app: string;
  readonly route: string | null;
  readonly class: z.output<typeof attackClass> | null;
  readonly rule: string | null;
  readonly where: { readonly place: z.output<typeof inspectedPlace>; readonly name: string };
  readonly owner: string;
  readonly reason: string;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
  readonly revokedBy: string | null;
  readonly requestId: string | null;
  readonly uses: number;
  readonly lastUsed: number | null;
}

const routeSetting = z.strictObject({ mode: inspectionMode.optional(), threshold: z.number().optional() });
export type RouteSetting = z.output<typeof routeSetting>;

/** What the console set above the configuration. */
export interface InspectionSettings {
  /** By {@link routeKey}. */
  readonly routes: ReadonlyMap<string, RouteSetting>;
  readonly weights: ReadonlyMap<string, number>;
  /** Digest of it all. */
  readonly version: string;
}

/** A step of a change: the value, or null to remove what was set. */
export interface SettingChange {
  readonly kind: 'route' | 'rule';
  readonly key: string;
  readonly value: RouteSetting | number | null;
}

export interface Feedback {
  readonly requestId: string;
  readonly rule: string;
  readonly app: string;
  readonly route: string;
  readonly verdict: 'false_positive' | 'attack';
  readonly note: string;
  readonly by: string;
  readonly at: number;
}

const toException = (row: Selectable<ExceptionRow>): StoredException => ({
  id: row.id,
  app: row.app,
  route: row.route,
  class: row.class === null ? null : attackClass.parse(row.class),
  rule: row.rule,
  where: { place: inspectedPlace.parse(row.place), name: row.name },
  owner: row.owner,
  reason: row.reason,
  createdAt: row.created_at,
  createdBy: row.created_by,
  expiresAt: row.expires_at,
  revokedAt: row.revoked_at,
  revokedBy: row.revoked_by,
  requestId: row.request_id,
  uses: row.uses,
  lastUsed: row.last_used,
});

/** Exceptions older than their end by this are no longer listed. */
const keepMs = 400 * 86_400_000;
const maxListed = 5_000;

/** The tables of inspection. */
export function createInspectionStore(store: Store) {
  const { db } = store;
  const settings = async (from: typeof db): Promise<InspectionSettings> => {
    const rows = await from.selectFrom('inspection_settings').select(['kind', 'key', 'value']).execute();
    rows.sort((a, b) => (`${a.kind} ${a.key}` < `${b.kind} ${b.key}` ? -1 : 1));
    const routes = new Map<string, RouteSetting>();
    const weights = new Map<string, number>();
    for (const { kind, key, value } of rows) {
      if (kind === 'route') routes.set(key, routeSetting.parse(JSON.parse(value)));
      else weights.set(key, z.number().parse(JSON.parse(value)));
    }
    return { routes, weights, version: hash('sha256', JSON.stringify(rows), 'base64url').slice(0, 22) };
  };
  return {
    async exceptions(now: number): Promise<StoredException[]> {
      const rows = await db
        .selectFrom('inspection_exceptions')
        .selectAll()
        .where('expires_at', '>', now - keepMs)
        .orderBy('expires_at', 'desc')
        .limit(maxListed)
        .execute();
      return rows.map(toException);
    },
    async exception(id: string): Promise<StoredException | null> {
      const row = await db.selectFrom('inspection_exceptions').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : toException(row);
    },
    async addException(given: StoredException): Promise<void> {
      await db
        .insertInto('inspection_exceptions')
        .values({
          id: given.id,
          app: given.app,
          route: given.route,
          class: given.class,
          rule: given.rule,
          place: given.where.place,
          name: given.where.name,
          owner: given.owner,
          reason: given.reason,
          created_at: given.createdAt,
          created_by: given.createdBy,
          expires_at: given.expiresAt,
          revoked_at: null,
          revoked_by: null,
          request_id: given.requestId,
          uses: 0,
          last_used: null,
        })
        .execute();
    },
    /** False when it was revoked before. */
    async extendException(id: string, expiresAt: number): Promise<boolean> {
      const done = await db
        .updateTable('inspection_exceptions')
        .set({ expires_at: expiresAt })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .executeTakeFirst();
      return Number(done.numUpdatedRows) > 0;
    },
    async revokeException(id: string, by: string, at: number): Promise<boolean> {
      const done = await db
        .updateTable('inspection_exceptions')
        .set({ revoked_at: at, revoked_by: by })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .executeTakeFirst();
      return Number(done.numUpdatedRows) > 0;
    },
    async addUses(id: string, uses: number, at: number): Promise<void> {
      await db
        .updateTable('inspection_exceptions')
        .set({ uses: sql`uses + ${uses}`, last_used: at })
        .where('id', '=', id)
        .execute();
    },
    settings: () => settings(db),
    /** Applies a change when the settings are still those that it started from. False: somebody else was first. */
    async change(changes: readonly SettingChange[], from: string, by: string, at: number): Promise<boolean> {
      return await store.transaction(async (transaction) => {
        if ((await settings(transaction)).version !== from) return false;
        for (const { kind, key, value } of changes) {
          if (value === null) {
            await transaction.deleteFrom('inspection_settings').where('kind', '=', kind).where('key', '=', key).execute();
            continue;
          }
          const row = { value: JSON.stringify(value), at, by };
          await transaction
            .insertInto('inspection_settings')
            .values({ kind, key, ...row })
            .onConflict((conflict) => conflict.columns(['kind', 'key']).doUpdateSet(row))
            .execute();
        }
        return true;
      });
    },
    /** One report for each request and rule: the last word counts. */
    async report(feedback: Feedback): Promise<void> {
      const row = {
        app: feedback.app,
        route: feedback.route,
        verdict: feedback.verdict,
        note: feedback.note,
        by: feedback.by,
        at: feedback.at,
      };
      await db
        .insertInto('inspection_feedback')
        .values({ request_id: feedback.requestId, rule: feedback.rule, ...row })
        .onConflict((conflict) => conflict.columns(['request_id', 'rule']).doUpdateSet(row))
        .execute();
    },
    async feedback(): Promise<{ rule: string; falsePositives: number; attacks: number }[]> {
      const rows = await db
        .selectFrom('inspection_feedback')
        .select(['rule', 'verdict', (select) => select.fn.countAll().as('count')])
        .groupBy(['rule', 'verdict'])
        .execute();
      const byRule = new Map<string, { rule: string; falsePositives: number; attacks: number }>();
      for (const { rule, verdict, count } of rows) {
        const entry = byRule.get(rule) ?? { rule, falsePositives: 0, attacks: 0 };
        if (verdict === 'false_positive') entry.falsePositives = Number(count);
        else entry.attacks = Number(count);
        byRule.set(rule, entry);
      }
      return [...byRule.values()];
    },
  };
}

export type InspectionStore = ReturnType<typeof createInspectionStore>;
