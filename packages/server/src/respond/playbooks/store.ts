import { hash } from 'node:crypto';
import type { Selectable } from 'kysely';
import * as z from 'zod';
import { type AccountRef, heldPower } from '../../administrators/model.ts';
import { canonicalJson } from '../../audit/canonical-json.ts';
import type { Store } from '../../store/store.ts';
import type { Facts } from './expression/evaluate.ts';
import { type Outputs, type PlaybookMode, playbookModes, type RunState, runStates, type StepState, stepStates } from './model.ts';
import type { PlaybookTables } from './tables.ts';

export interface RunRecord {
  readonly id: string;
  readonly playbook: string;
  readonly version: number;
  /** Digest of the playbook as it was at the start. */
  readonly source: string;
  readonly cause: string;
  readonly onceKey: string | null;
  readonly state: RunState;
  readonly mode: PlaybookMode;
  readonly trigger: 'alert' | 'finding' | 'schedule' | 'manual';
  readonly alert: string | null;
  readonly uid: string | null;
  readonly facts: Facts;
  readonly started: number;
  readonly startedBy: string;
  /** The administrator who started it by hand; null where it started by itself. */
  readonly requester: Pick<AccountRef, 'id' | 'power'> | null;
  readonly ended: number | null;
  readonly due: number;
  readonly problem: string | null;
  readonly abortedBy: string | null;
  readonly lift: boolean;
}

export interface StepRecord {
  readonly step: string;
  readonly state: StepState;
  readonly attempts: number;
  readonly started: number;
  readonly ended: number | null;
  readonly due: number;
  readonly output: Outputs;
  readonly problem: string | null;
  /** Id of the request for approval that it waits for, or was approved by. */
  readonly approval: string | null;
}

/** Another node has taken the run over: whatever this one was about to write is not written. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

export interface ModeRecord {
  readonly playbook: string;
  readonly mode: PlaybookMode;
  readonly by: string;
  readonly at: number;
  readonly reason: string;
}

export interface RunFilter {
  readonly playbook?: string | undefined;
  readonly state?: 'open' | 'all' | undefined;
  /** Those that began before, epoch ms. */
  readonly before?: number | undefined;
}

const openStates: readonly RunState[] = ['running', 'waiting', 'compensating'];
const stateOf = z.enum(runStates);
const stepStateOf = z.enum(stepStates);
const modeOf = z.enum(playbookModes);
const triggerOf = z.enum(['alert', 'finding', 'schedule', 'manual']);
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const value = z.union([scalar, z.array(scalar)]);
const outputsOf = z.record(z.string(), value);
// Written by this file alone, of names and values at most three deep.
const factsOf = z.record(z.string(), z.union([value, z.record(z.string(), z.union([value, z.record(z.string(), value)]))]));

const toRun = (row: Selectable<PlaybookTables['playbook_runs']>): RunRecord => ({
  ...{ id: row.id, playbook: row.playbook, version: row.version, source: row.source, cause: row.cause, onceKey: row.once_key },
  ...{ state: stateOf.parse(row.state), mode: modeOf.parse(row.mode), trigger: triggerOf.parse(row.trigger_kind) },
  ...{ alert: row.alert, uid: row.uid, facts: factsOf.parse(JSON.parse(row.facts)), started: row.started },
  ...{ startedBy: row.started_by, ended: row.ended, due: row.due, problem: row.problem },
  requester: row.requester === null ? null : { id: row.requester, power: heldPower.parse(row.requester_power) },
  ...{ abortedBy: row.aborted_by, lift: row.lift === 1 },
});

const toStep = (row: Selectable<PlaybookTables['playbook_steps']>): StepRecord => ({
  ...{ step: row.step, state: stepStateOf.parse(row.state), attempts: row.attempts, started: row.started, ended: row.ended },
  ...{ due: row.due, output: outputsOf.parse(JSON.parse(row.output)), problem: row.problem, approval: row.approval },
});

/** Digest under which a playbook's source is kept. */
export const sourceDigest = (source: unknown): string => hash('sha256', canonicalJson(source), 'hex');

export type PlaybookStore = ReturnType<typeof createPlaybookStore>;

/** Runs, their steps, the playbooks that they run, and how playbooks are switched. */
export function createPlaybookStore(store: Store) {
  const { db } = store;
  return {
    /**
     * Adds a run with the source of its playbook. Resolves to false when its cause has a run already, or when `once` forbids it: one of the same key
     * began after `onceSince`.
     */
    async add(run: RunRecord, source: unknown, onceSince: number | null): Promise<boolean> {
      return await store.transaction(async (within) => {
        const same = await within
          .selectFrom('playbook_runs')
          .select('id')
          .where('playbook', '=', run.playbook)
          .where((where) =>
            where.or([
              where('cause', '=', run.cause),
              ...(run.onceKey === null || onceSince === null
                ? []
                : [where.and([where('once_key', '=', run.onceKey), where('started', '>', onceSince)])]),
            ]),
          )
          .limit(1)
          .executeTakeFirst();
        if (same !== undefined) return false;
        await within
          .insertInto('playbook_sources')
          .values({ digest: run.source, json: canonicalJson(source) })
          .onConflict((conflict) => conflict.column('digest').doNothing())
          .execute();
        const added = await within
          .insertInto('playbook_runs')
          .values({
            ...{ id: run.id, playbook: run.playbook, version: run.version, source: run.source, cause: run.cause },
            ...{ once_key: run.onceKey, state: run.state, mode: run.mode, trigger_kind: run.trigger, alert: run.alert },
            ...{ uid: run.uid, facts: JSON.stringify(run.facts), started: run.started, started_by: run.startedBy },
            ...{
              requester: run.requester?.id ?? null,
              requester_power: run.requester?.power ?? null,
              ended: run.ended,
              due: run.due,
              lease: null,
              lease_until: 0,
            },
            ...{ problem: run.problem, aborted_by: run.abortedBy, lift: run.lift ? 1 : 0 },
          })
          .onConflict((conflict) => conflict.columns(['playbook', 'cause']).doNothing())
          .executeTakeFirst();
        return Number(added.numInsertedOrUpdatedRows ?? 0) === 1;
      });
    },
    /** The JSON of a playbook's source. */
    async source(digest: string): Promise<unknown> {
      const row = await db.selectFrom('playbook_sources').select('json').where('digest', '=', digest).executeTakeFirst();
      return row === undefined ? null : (JSON.parse(row.json) as unknown);
    },
    async find(id: string): Promise<RunRecord | null> {
      const row = await db.selectFrom('playbook_runs').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : toRun(row);
    },
    /** Whether a cause has had its run. */
    async hasCause(playbook: string, cause: string): Promise<boolean> {
      const row = await db
        .selectFrom('playbook_runs')
        .select('id')
        .where('playbook', '=', playbook)
        .where('cause', '=', cause)
        .executeTakeFirst();
      return row !== undefined;
    },
    /** Open runs first where they are asked for, else the newest first. */
    async list(filter: RunFilter, limit: number): Promise<RunRecord[]> {
      let query = db.selectFrom('playbook_runs').selectAll();
      if (filter.playbook !== undefined) query = query.where('playbook', '=', filter.playbook);
      if (filter.state === 'open') query = query.where('state', 'in', [...openStates]);
      if (filter.before !== undefined) query = query.where('started', '<', filter.before);
      return (await query.orderBy('started', 'desc').orderBy('id').limit(limit).execute()).map(toRun);
    },
    async steps(run: string): Promise<StepRecord[]> {
      return (await db.selectFrom('playbook_steps').selectAll().where('run', '=', run).orderBy('started').execute()).map(toStep);
    },
    /** Steps of several runs that wait for a person. */
    async waiting(limit: number): Promise<{ readonly run: RunRecord; readonly step: StepRecord }[]> {
      const rows = await db
        .selectFrom('playbook_steps')
        .selectAll()
        .where('state', '=', 'approval')
        .orderBy('started')
        .limit(limit)
        .execute();
      if (rows.length === 0) return [];
      const runs = await db
        .selectFrom('playbook_runs')
        .selectAll()
        .where(
          'id',
          'in',
          rows.map(({ run }) => run),
        )
        .where('state', 'in', [...openStates])
        .execute();
      const byId = new Map(runs.map((row) => [row.id, toRun(row)]));
      return rows.flatMap((row) => {
        const run = byId.get(row.run);
        return run === undefined ? [] : [{ run, step: toStep(row) }];
      });
    },
    /** Takes a run that is due and belongs to nobody; null when there is none. */
    async claim(now: number, until: number, lease: string): Promise<RunRecord | null> {
      const candidates = await db
        .selectFrom('playbook_runs')
        .select(['id', 'lease_until'])
        .where('state', 'in', [...openStates])
        .where('due', '<=', now)
        .where('lease_until', '<=', now)
        .orderBy('due')
        .limit(10)
        .execute();
      for (const { id, lease_until } of candidates) {
        const taken = await db
          .updateTable('playbook_runs')
          .set({ lease, lease_until: until })
          .where('id', '=', id)
          .where('lease_until', '=', lease_until)
          .where('state', 'in', [...openStates])
          .executeTakeFirst();
        if (Number(taken.numUpdatedRows) === 1) return await this.find(id);
      }
      return null;
    },
    /** Keeps a run for longer. @throws LeaseLostError */
    async renew(run: string, lease: string, until: number): Promise<void> {
      const kept = await db
        .updateTable('playbook_runs')
        .set({ lease_until: until })
        .where('id', '=', run)
        .where('lease', '=', lease)
        .executeTakeFirst();
      if (Number(kept.numUpdatedRows) !== 1) throw new LeaseLostError();
    },
    /** Lets a run go: it is looked at again when it is due. @throws LeaseLostError */
    async release(
      run: string,
      lease: string,
      change: { readonly state: RunState; readonly due: number; readonly ended: number | null; readonly problem: string | null },
    ): Promise<void> {
      const done = await db
        .updateTable('playbook_runs')
        .set({ ...change, lease: null, lease_until: 0 })
        .where('id', '=', run)
        .where('lease', '=', lease)
        .executeTakeFirst();
      if (Number(done.numUpdatedRows) !== 1) throw new LeaseLostError();
    },
    /** Moves a run that is held on. @throws LeaseLostError */
    async move(run: string, lease: string, state: RunState, problem: string | null): Promise<void> {
      const done = await db
        .updateTable('playbook_runs')
        .set({ state, problem })
        .where('id', '=', run)
        .where('lease', '=', lease)
        .executeTakeFirst();
      if (Number(done.numUpdatedRows) !== 1) throw new LeaseLostError();
    },
    /** Writes the state of a step, in one statement that holds only while the lease does. @throws LeaseLostError */
    async putStep(run: string, lease: string, step: StepRecord): Promise<void> {
      const held = db.selectFrom('playbook_runs').select('id').where('id', '=', run).where('lease', '=', lease);
      const changing = {
        ...{ state: step.state, attempts: step.attempts, started: step.started, ended: step.ended, due: step.due },
        ...{ output: JSON.stringify(step.output), problem: step.problem, approval: step.approval },
      };
      const changed = await db
        .updateTable('playbook_steps')
        .set(changing)
        .where('step', '=', step.step)
        .where('run', 'in', held)
        .executeTakeFirst();
      if (Number(changed.numUpdatedRows) === 1) return;
      if ((await held.executeTakeFirst()) === undefined) throw new LeaseLostError();
      await db
        .insertInto('playbook_steps')
        .values({ run, step: step.step, ...changing })
        .execute();
    },
    /** Asks a run that is under way to stop. Resolves to false when it is over. */
    async abort(run: string, by: string, lift: boolean, now: number): Promise<boolean> {
      const changed = await db
        .updateTable('playbook_runs')
        .set({ aborted_by: by, lift: lift ? 1 : 0, due: now })
        .where('id', '=', run)
        .where('state', 'in', ['running', 'waiting'])
        .where('aborted_by', 'is', null)
        .executeTakeFirst();
      return Number(changed.numUpdatedRows) === 1;
    },
    /** Has what a run that is over applied lifted. Resolves to false when it is not over, or nothing stands. */
    async compensate(run: string, by: string, now: number): Promise<boolean> {
      const changed = await db
        .updateTable('playbook_runs')
        .set({ state: 'compensating', aborted_by: by, due: now, ended: null })
        .where('id', '=', run)
        .where('state', 'in', ['done', 'failed', 'aborted'])
        .executeTakeFirst();
      return Number(changed.numUpdatedRows) === 1;
    },
    /** Has a waiting run looked at now. */
    async wake(run: string, now: number): Promise<void> {
      await db
        .updateTable('playbook_runs')
        .set({ due: now })
        .where('id', '=', run)
        .where('state', 'in', [...openStates])
        .execute();
    },
    async modes(): Promise<ModeRecord[]> {
      const rows = await db.selectFrom('playbook_modes').selectAll().execute();
      return rows.map((row) => ({
        ...{ playbook: row.playbook, mode: modeOf.parse(row.mode), by: row.set_by, at: row.set_at, reason: row.reason },
      }));
    },
    async setMode({ playbook, mode, by, at, reason }: ModeRecord): Promise<void> {
      const changing = { mode, set_by: by, set_at: at, reason };
      await db
        .insertInto('playbook_modes')
        .values({ playbook, ...changing })
        .onConflict((conflict) => conflict.column('playbook').doUpdateSet(changing))
        .execute();
    },
    /** Removes runs that ended before a time, and sources that no run uses. */
    async removeBefore(time: number): Promise<void> {
      await db.transaction().execute(async (within) => {
        const old = within.selectFrom('playbook_runs').select('id').where('ended', '<', time);
        await within.deleteFrom('playbook_steps').where('run', 'in', old).execute();
        await within.deleteFrom('playbook_runs').where('ended', '<', time).execute();
        await within
          .deleteFrom('playbook_sources')
          .where('digest', 'not in', within.selectFrom('playbook_runs').select('source'))
          .execute();
      });
    },
  };
}
