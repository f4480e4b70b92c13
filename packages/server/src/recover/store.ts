import { recoveryProblems } from '@menshen/contract';
import type { Selectable } from 'kysely';
import type { Store } from '../store/store.ts';
import type { RunRow } from './tables.ts';

export type RunKind = 'backup' | 'drill';
export type RunProblem = (typeof recoveryProblems)[number];

/** A backup or a drill that the server made, or makes. */
export interface RecoveryRun {
  readonly id: string;
  readonly kind: RunKind;
  readonly trigger: 'manual' | 'schedule';
  readonly by: string;
  readonly started: number;
  readonly finished: number | null;
  readonly leaseUntil: number;
  readonly state: 'running' | 'done' | 'failed';
  readonly problem: { readonly code: RunProblem; readonly where: string } | null;
  readonly file: string | null;
  readonly offsite: boolean | null;
}

const asRun = (row: Selectable<RunRow>): RecoveryRun => ({
  id: row.id,
  kind: row.kind === 'drill' ? 'drill' : 'backup',
  trigger: row.trigger === 'manual' ? 'manual' : 'schedule',
  by: row.by,
  started: row.started,
  finished: row.finished,
  leaseUntil: row.lease_until,
  state: row.state === 'done' ? 'done' : row.state === 'running' ? 'running' : 'failed',
  problem:
    row.problem === null
      ? null
      : { code: recoveryProblems.find((code) => code === row.problem) ?? 'crash', where: row.problem_where ?? '' },
  file: row.file,
  offsite: row.offsite === null ? null : row.offsite === 1,
});

export type RecoverStore = ReturnType<typeof createRecoverStore>;

export function createRecoverStore(store: Store) {
  const { db } = store;
  return {
    /**
     * Begins a run unless one of its kind is under way on any node, or has begun at `dueSince` or later: another node may have made it since this one read
     * what is due. False then.
     */
    begin: (
      run: Pick<RecoveryRun, 'id' | 'kind' | 'trigger' | 'by' | 'started' | 'leaseUntil'>,
      dueSince: number | null,
    ): Promise<boolean> =>
      store.transaction(async (trx) => {
        if (dueSince !== null) {
          const query = trx
            .selectFrom('recovery_runs')
            .select('id')
            .where('kind', '=', run.kind)
            .where('started', '>=', dueSince);
          if ((await query.limit(1).executeTakeFirst()) !== undefined) return false;
        }
        const busy = await trx
          .selectFrom('recovery_runs')
          .select('id')
          .where('kind', '=', run.kind)
          .where('state', '=', 'running')
          .where('lease_until', '>', run.started)
          .executeTakeFirst();
        if (busy !== undefined) return false;
        // What a node left behind when it died.
        await trx
          .updateTable('recovery_runs')
          .set({ state: 'failed', finished: run.started, problem: 'crash', problem_where: '' })
          .where('kind', '=', run.kind)
          .where('state', '=', 'running')
          .execute();
        const { id, kind, trigger, by, started, leaseUntil } = run;
        await trx
          .insertInto('recovery_runs')
          .values({
            ...{ id, kind, trigger, by, started, finished: null, lease_until: leaseUntil, state: 'running' },
            ...{ problem: null, problem_where: null, file: null, offsite: null },
          })
          .execute();
        return true;
      }),
    async finish(
      id: string,
      end: Pick<RecoveryRun, 'problem' | 'file' | 'offsite'> & { readonly finished: number },
    ): Promise<void> {
      await db
        .updateTable('recovery_runs')
        .set({
          ...{ finished: end.finished, state: end.problem === null ? 'done' : 'failed', file: end.file },
          ...{ problem: end.problem?.code ?? null, problem_where: end.problem?.where.slice(0, 300) ?? null },
          offsite: end.offsite === null ? null : end.offsite ? 1 : 0,
        })
        .where('id', '=', id)
        .execute();
    },
    /** The newest first. */
    async list(limit: number): Promise<RecoveryRun[]> {
      const rows = await db
        .selectFrom('recovery_runs')
        .selectAll()
        .orderBy('started', 'desc')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(asRun);
    },
    async last(kind: RunKind): Promise<RecoveryRun | null> {
      const row = await db
        .selectFrom('recovery_runs')
        .selectAll()
        .where('kind', '=', kind)
        .orderBy('started', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row === undefined ? null : asRun(row);
    },
    async removeBefore(time: number): Promise<void> {
      await db.deleteFrom('recovery_runs').where('started', '<', time).execute();
    },
  };
}
