import { type Measured, type MeasureKindId, measureKindIds, measureState, measureTargets } from '@menshen/contract';
import type { Selectable } from 'kysely';
import type { Store } from '../../store/store.ts';
import type { Measure, MeasureFilter } from './model.ts';
import type { MeasureRow } from './tables.ts';

const isKind = (kind: string): kind is MeasureKindId => (measureKindIds as readonly string[]).includes(kind);

/** Throws where the row is of a kind that this program does not know: a node that cannot read a measure must not serve as if there were none. */
function measuredOf(kind: string, target: string): Measured {
  if (!isKind(kind)) throw new TypeError('a measure of an unknown kind');
  return { kind, target: measureTargets[kind].parse(JSON.parse(target)) } as Measured;
}

const toMeasure = (row: Selectable<MeasureRow>): Measure => ({
  ...measuredOf(row.kind, row.target),
  ...{ id: row.id, reason: row.reason, incident: row.incident, state: measureState.parse(row.state) },
  ...{ since: row.since, until: row.until, by: row.by, approval: row.approval },
  ...{ approvedBy: row.approved_by, forced: row.forced === 1 },
  ...{ endedAt: row.ended_at, endedBy: row.ended_by, endReason: row.end_reason },
  ...{ done: row.done, stopped: row.stopped, lastStopped: row.last_stopped },
});

/** Measures and what waits for approval: the only file that touches their tables. */
export function createContainmentStore(store: Store) {
  const { db } = store;
  const inForce = ['active', 'working'] as const;
  type Handle = Store['db'];

  const add = async (within: Handle, measure: Measure, idempotencyKey: string, digest: string): Promise<boolean> => {
    const result = await within
      .insertInto('containment_measures')
      .values({
        ...{ id: measure.id, kind: measure.kind, target: JSON.stringify(measure.target), reason: measure.reason },
        ...{ incident: measure.incident, state: measure.state, since: measure.since, until: measure.until, by: measure.by },
        ...{ approval: measure.approval, approved_by: measure.approvedBy, forced: measure.forced },
        ...{ idempotency_key: idempotencyKey, digest },
        ...{ ended_at: null, ended_by: null, end_reason: null, done: 0, stopped: 0, last_stopped: null },
      })
      .onConflict((conflict) => conflict.column('idempotency_key').doNothing())
      .executeTakeFirst();
    return Number(result.numInsertedOrUpdatedRows ?? 0) > 0;
  };

  const stoodAt = async (within: Handle, digest: string, at: number, until: number): Promise<Measure | null> => {
    const row = await within
      .selectFrom('containment_measures')
      .selectAll()
      .where('digest', '=', digest)
      .where('until', '>=', until)
      .where((where) => where.or([where('ended_at', 'is', null), where('ended_at', '>', at)]))
      .orderBy('until', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row === undefined ? null : toMeasure(row);
  };

  return {
    /** False when the key was used before. */
    add: (measure: Measure, idempotencyKey: string, digest: string): Promise<boolean> => add(db, measure, idempotencyKey, digest),
    /** As `add`, but where one of the same digest stands until a moment or longer, resolves to that one: of any number at once one is added. */
    addUnlessStanding: (measure: Measure, idempotencyKey: string, digest: string, until: number): Promise<boolean | Measure> =>
      store.transaction(
        async (within) =>
          (await stoodAt(within, digest, measure.since, until)) ?? (await add(within, measure, idempotencyKey, digest)),
      ),
    /** Of those of a digest that stood at a moment, the one with the latest end, not before `until`. */
    stoodAt: (digest: string, at: number, until: number): Promise<Measure | null> => stoodAt(db, digest, at, until),
    async find(id: string): Promise<Measure | null> {
      const row = await db.selectFrom('containment_measures').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : toMeasure(row);
    },
    async byKey(idempotencyKey: string): Promise<{ readonly measure: Measure; readonly digest: string } | null> {
      const row = await db
        .selectFrom('containment_measures')
        .selectAll()
        .where('idempotency_key', '=', idempotencyKey)
        .executeTakeFirst();
      return row === undefined ? null : { measure: toMeasure(row), digest: row.digest };
    },
    async byApproval(approval: string): Promise<Measure | null> {
      const row = await db.selectFrom('containment_measures').selectAll().where('approval', '=', approval).executeTakeFirst();
      return row === undefined ? null : toMeasure(row);
    },
    /** Everything that is in force at a time. */
    async standing(now: number): Promise<Measure[]> {
      const rows = await db
        .selectFrom('containment_measures')
        .selectAll()
        .where('state', 'in', inForce)
        .where('until', '>', now)
        .orderBy('since')
        .execute();
      return rows.map(toMeasure);
    },
    async countInForce(now: number): Promise<number> {
      const { count } = await db
        .selectFrom('containment_measures')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('state', 'in', inForce)
        .where('until', '>', now)
        .executeTakeFirstOrThrow();
      return Number(count);
    },
    async list({ show, incident, before, limit }: MeasureFilter, now: number): Promise<Measure[]> {
      let query = db.selectFrom('containment_measures').selectAll().orderBy('since', 'desc').orderBy('id').limit(limit);
      if (show === 'active') query = query.where('state', 'in', inForce).where('until', '>', now);
      if (show === 'ended')
        query = query.where((where) => where.or([where('state', 'not in', inForce), where('until', '<=', now)]));
      if (incident !== undefined) query = query.where('incident', '=', incident);
      if (before !== undefined) query = query.where('since', '<', before);
      return (await query.execute()).map(toMeasure);
    },
    /** Ends a measure by hand; false when it had ended. */
    async lift(id: string, by: string, reason: string, now: number): Promise<boolean> {
      const result = await db
        .updateTable('containment_measures')
        .set({ state: 'lifted', ended_at: now, ended_by: by, end_reason: reason })
        .where('id', '=', id)
        .where('state', 'in', inForce)
        .where('until', '>', now)
        .executeTakeFirstOrThrow();
      return Number(result.numUpdatedRows) > 0;
    },
    /** Lets a measure that stands end no earlier than a moment. */
    async prolong(id: string, until: number): Promise<void> {
      await db
        .updateTable('containment_measures')
        .set({ until })
        .where('id', '=', id)
        .where('state', 'in', inForce)
        .where('until', '<', until)
        .execute();
    },
    /** Writes down what the clock has ended; of several nodes one gets each. */
    async takeExpired(now: number): Promise<Measure[]> {
      const rows = await db
        .updateTable('containment_measures')
        .set((value) => ({ state: 'expired', ended_at: value.ref('until'), ended_by: 'clock' }))
        .where('state', 'in', inForce)
        .where('until', '<=', now)
        .returningAll()
        .execute();
      return rows.map(toMeasure);
    },
    /** How far an act has come. */
    async progress(id: string, done: number, over: boolean, now: number): Promise<void> {
      await db
        .updateTable('containment_measures')
        .set({ done, ...(over ? { state: 'done', ended_at: now } : {}) })
        .where('id', '=', id)
        .where('state', 'in', inForce)
        .execute();
    },
    /** Adds to what an act has done, whatever its state. */
    async addDone(id: string, more: number): Promise<void> {
      await db
        .updateTable('containment_measures')
        .set((value) => ({ done: value('done', '+', more) }))
        .where('id', '=', id)
        .execute();
    },
    async hit(id: string, more: number, last: number): Promise<void> {
      await db
        .updateTable('containment_measures')
        .set((value) => ({ stopped: value('stopped', '+', more), last_stopped: last }))
        .where('id', '=', id)
        .execute();
    },
    /** Notes which request for approval stands for a key. */
    async ask(idempotencyKey: string, approval: string, digest: string, now: number): Promise<void> {
      const values = { approval, digest, asked_at: now };
      await db
        .insertInto('containment_asked')
        .values({ idempotency_key: idempotencyKey, ...values })
        .onConflict((conflict) => conflict.column('idempotency_key').doUpdateSet(values))
        .execute();
    },
    async asked(idempotencyKey: string): Promise<{ readonly approval: string; readonly digest: string } | null> {
      const row = await db
        .selectFrom('containment_asked')
        .select(['approval', 'digest'])
        .where('idempotency_key', '=', idempotencyKey)
        .executeTakeFirst();
      return row ?? null;
    },
    async forgetBefore(at: number): Promise<void> {
      await db.deleteFrom('containment_asked').where('asked_at', '<', at).execute();
      await db
        .deleteFrom('containment_measures')
        .where('state', 'not in', inForce)
        .where('until', '<', at)
        .where('since', '<', at)
        .execute();
    },
  };
}

export type ContainmentStore = ReturnType<typeof createContainmentStore>;
