import type { ProposedField, RouteProfile } from '@menshen/inspect';
import { type Selectable, sql } from 'kysely';
import type { Store } from '../../store/store.ts';
import { routeSchemas, type SchemaRefusals, type SchemaState, type SchemaVersion, schemasText } from './model.ts';
import type { SchemaRow } from './tables.ts';

/** What is kept of a route. */
export interface RouteRef {
  readonly app: string;
  readonly route: string;
}

export interface Refused extends RouteRef, SchemaRefusals {
  readonly version: number;
  /** Epoch ms, the beginning of the hour. */
  readonly hour: number;
}

const toVersion = (row: Selectable<SchemaRow>): SchemaVersion => ({
  app: row.app,
  route: row.route,
  version: row.version,
  state: row.state as SchemaState,
  schemas: routeSchemas.parse(JSON.parse(row.schemas)),
  fields: JSON.parse(row.fields) as readonly ProposedField[],
  requests: row.requests,
  madeAt: row.made_at,
  decidedAt: row.decided_at,
  by: row.decided_by,
  reason: row.reason,
});

export type ProfileKind = 'accepted' | 'refused';

/** The tables of learned schemas. */
export function createLearnedStore(store: Store) {
  const { db } = store;
  return {
    async profiles(
      node: string | null,
      of: RouteRef | null,
    ): Promise<(RouteRef & { kind: ProfileKind; profile: RouteProfile })[]> {
      let query = db.selectFrom('learned_profiles').selectAll();
      if (node !== null) query = query.where('node', '=', node);
      if (of !== null) query = query.where('app', '=', of.app).where('route', '=', of.route);
      const rows = await query.execute();
      return rows.map(({ app, route, kind, profile }) => ({
        app,
        route,
        kind: kind === 'refused' ? 'refused' : 'accepted',
        profile: JSON.parse(profile) as RouteProfile,
      }));
    },
    async saveProfile(
      { app, route }: RouteRef,
      node: string,
      kind: ProfileKind,
      profile: RouteProfile,
      now: number,
    ): Promise<void> {
      const row = { profile: JSON.stringify(profile), updated_at: now };
      await db
        .insertInto('learned_profiles')
        .values({ app, route, node, kind, ...row })
        .onConflict((conflict) => conflict.columns(['app', 'route', 'node', 'kind']).doUpdateSet(row))
        .execute();
    },
    /** Forgets what all nodes have learned of a route, or one kind of it. */
    async forget({ app, route }: RouteRef, kind: ProfileKind | null): Promise<void> {
      let query = db.deleteFrom('learned_profiles').where('app', '=', app).where('route', '=', route);
      if (kind !== null) query = query.where('kind', '=', kind);
      await query.execute();
    },
    async versions(of: RouteRef): Promise<SchemaVersion[]> {
      const rows = await db
        .selectFrom('learned_schemas')
        .selectAll()
        .where('app', '=', of.app)
        .where('route', '=', of.route)
        .orderBy('version', 'desc')
        .limit(100)
        .execute();
      return rows.map(toVersion);
    },
    /** Every version that is in force or waits for a decision. */
    async live(): Promise<SchemaVersion[]> {
      const rows = await db.selectFrom('learned_schemas').selectAll().where('state', 'in', ['approved', 'proposed']).execute();
      return rows.map(toVersion);
    },
    /**
     * Puts a proposal in the place of one that is open. False when the same was rejected before and nobody asks for it, is in force, or is open already.
     * `author` is who wrote it, null where it was learned.
     */
    async propose(
      proposal: Omit<SchemaVersion, 'version' | 'state' | 'decidedAt' | 'by' | 'reason'>,
      { author, asked }: { readonly author: string | null; readonly asked: boolean },
    ): Promise<boolean> {
      return await store.transaction(async (transaction) => {
        const rows = await transaction
          .selectFrom('learned_schemas')
          .selectAll()
          .where('app', '=', proposal.app)
          .where('route', '=', proposal.route)
          .execute();
        const text = schemasText(proposal.schemas);
        const same = rows.map(toVersion).filter((version) => schemasText(version.schemas) === text);
        if (same.some(({ state }) => state === 'proposed' || state === 'approved' || (state === 'rejected' && !asked)))
          return false;
        // A draft that a person has edited gives way only to what a person asks for.
        if (!asked && rows.some((row) => row.state === 'proposed' && row.decided_by !== null)) return false;
        await transaction
          .deleteFrom('learned_schemas')
          .where('app', '=', proposal.app)
          .where('route', '=', proposal.route)
          .where('state', '=', 'proposed')
          .execute();
        const kept = rows.filter(({ state }) => state !== 'proposed');
        // A number is used once, also by a proposal that nobody decided on: counts are kept by it.
        const version = Math.max(0, ...rows.map((row) => row.version)) + 1;
        if (kept.length > maxVersions) await removeOldest(transaction, kept);
        await transaction
          .insertInto('learned_schemas')
          .values({
            app: proposal.app,
            route: proposal.route,
            version,
            state: 'proposed',
            schemas: JSON.stringify(proposal.schemas),
            fields: JSON.stringify(proposal.fields),
            requests: proposal.requests,
            made_at: proposal.madeAt,
            decided_at: null,
            decided_by: author,
            reason: null,
          })
          .execute();
        return true;
      });
    },
    /**
     * Moves a version into a state; one that becomes approved takes the place of the one in force. False when the version is not there or its state
     * does not allow it.
     */
    async decide(
      { app, route }: RouteRef,
      version: number,
      from: readonly SchemaState[],
      to: SchemaState,
      decision: { by: string; reason: string; at: number },
    ): Promise<boolean> {
      return await store.transaction(async (transaction) => {
        const row = await transaction
          .selectFrom('learned_schemas')
          .select('state')
          .where('app', '=', app)
          .where('route', '=', route)
          .where('version', '=', version)
          .executeTakeFirst();
        if (row === undefined || !from.includes(row.state as SchemaState)) return false;
        if (to === 'approved') {
          await transaction
            .updateTable('learned_schemas')
            .set({ state: 'replaced' })
            .where('app', '=', app)
            .where('route', '=', route)
            .where('state', '=', 'approved')
            .execute();
        }
        await transaction
          .updateTable('learned_schemas')
          .set({ state: to, decided_at: decision.at, decided_by: decision.by, reason: decision.reason })
          .where('app', '=', app)
          .where('route', '=', route)
          .where('version', '=', version)
          .execute();
        return true;
      });
    },
    async addRefusals(rows: readonly Refused[]): Promise<void> {
      for (const { app, route, version, hour, place, keyword, count } of rows) {
        await db
          .insertInto('learned_refusals')
          .values({ app, route, version, hour, place, keyword, count })
          .onConflict((conflict) =>
            conflict
              .columns(['app', 'route', 'version', 'hour', 'place', 'keyword'])
              .doUpdateSet({ count: sql`learned_refusals.count + ${count}` }),
          )
          .execute();
      }
    },
    async refusals(of: RouteRef, version: number, from: number): Promise<SchemaRefusals[]> {
      const rows = await db
        .selectFrom('learned_refusals')
        .select(['place', 'keyword', (select) => select.fn.sum<number | string>('count').as('count')])
        .where('app', '=', of.app)
        .where('route', '=', of.route)
        .where('version', '=', version)
        .where('hour', '>=', from)
        .groupBy(['place', 'keyword'])
        .orderBy('count', 'desc')
        .limit(100)
        .execute();
      return rows.map(({ place, keyword, count }) => ({ place, keyword, count: Number(count) }));
    },
    /** Refusals by route and version since a time. */
    async refusalCounts(from: number): Promise<(RouteRef & { version: number; count: number })[]> {
      const rows = await db
        .selectFrom('learned_refusals')
        .select(['app', 'route', 'version', (select) => select.fn.sum<number | string>('count').as('count')])
        .where('hour', '>=', from)
        .where('keyword', '!=', checkedKeyword)
        .groupBy(['app', 'route', 'version'])
        .execute();
      return rows.map(({ app, route, version, count }) => ({ app, route, version, count: Number(count) }));
    },
    async removeRefusalsBefore(hour: number): Promise<void> {
      await db.deleteFrom('learned_refusals').where('hour', '<', hour).execute();
    },
  };

  async function removeOldest(transaction: typeof db, rows: readonly Selectable<SchemaRow>[]): Promise<void> {
    const [oldest] = rows.filter(({ state }) => state !== 'approved').sort((a, b) => a.version - b.version);
    if (oldest === undefined) return;
    await transaction
      .deleteFrom('learned_schemas')
      .where('app', '=', oldest.app)
      .where('route', '=', oldest.route)
      .where('version', '=', oldest.version)
      .execute();
  }
}

const maxVersions = 50;
/** Under this keyword stand the requests that were checked, so that a share can be told. */
export const checkedKeyword = '*checked';

export type LearnedStore = ReturnType<typeof createLearnedStore>;
