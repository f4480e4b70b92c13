import type { scanTriggers } from '@menshen/contract';
import type { Store } from '../../store/store.ts';

export const runFailures = ['folder', 'time', 'memory', 'output', 'crash'] as const;
/** Why a scan came to nothing: the folder is not there or lies outside, the deadline, its memory, what it said, or it ended. */
export type RunFailure = (typeof runFailures)[number];
export type RunTrigger = Exclude<(typeof scanTriggers)[number], 'upload' | 'probe'>;

export interface SourceRequest {
  readonly at: number;
  readonly by: string;
  readonly trigger: RunTrigger;
  readonly version: string | null;
}

export interface SourceState {
  readonly app: string;
  readonly project: string;
  readonly lastStarted: number | null;
  readonly lastFinished: number | null;
  readonly failure: RunFailure | null;
  readonly request: SourceRequest | null;
  readonly leaseUntil: number;
}

export type SourceStore = ReturnType<typeof createSourceStore>;

/** When source folders were scanned, who waits for a scan, and which node has it. */
export function createSourceStore(store: Store) {
  const { db } = store;
  const ensure = async (app: string, project: string): Promise<void> => {
    await db
      .insertInto('scan_sources')
      .values({
        ...{ app, project, last_started: null, last_finished: null, failure: null, lease_until: 0 },
        ...{ requested: null, requested_by: null, requested_trigger: null, requested_version: null },
      })
      .onConflict((conflict) => conflict.columns(['app', 'project']).doNothing())
      .execute();
  };
  return {
    async all(): Promise<SourceState[]> {
      const rows = await db.selectFrom('scan_sources').selectAll().execute();
      return rows.map((row) => ({
        ...{ app: row.app, project: row.project, lastStarted: row.last_started, lastFinished: row.last_finished },
        failure: runFailures.find((word) => word === row.failure) ?? null,
        request:
          row.requested === null
            ? null
            : {
                ...{ at: row.requested, by: row.requested_by ?? '', version: row.requested_version },
                trigger: (['manual', 'release', 'schedule'] as const).find((word) => word === row.requested_trigger) ?? 'manual',
              },
        leaseUntil: row.lease_until,
      }));
    },
    /** Asks for a run; one that is asked for already stands. */
    async request(app: string, project: string, { at, by, trigger, version }: SourceRequest): Promise<void> {
      await ensure(app, project);
      await db
        .updateTable('scan_sources')
        .set({ requested: at, requested_by: by, requested_trigger: trigger, requested_version: version })
        .where('app', '=', app)
        .where('project', '=', project)
        .where('requested', 'is', null)
        .execute();
    },
    /**
     * Takes a run for this node; false when another has it, or has had it since its start was read as `lastStarted`. What was
     * asked for is answered with it.
     */
    async claim(app: string, project: string, lastStarted: number | null, now: number, leaseUntil: number): Promise<boolean> {
      await ensure(app, project);
      const taken = await db
        .updateTable('scan_sources')
        .set({
          ...{ last_started: now, lease_until: leaseUntil },
          ...{ requested: null, requested_by: null, requested_trigger: null, requested_version: null },
        })
        .where('app', '=', app)
        .where('project', '=', project)
        .where('lease_until', '<=', now)
        .where('last_started', lastStarted === null ? 'is' : '=', lastStarted)
        .executeTakeFirst();
      return Number(taken.numUpdatedRows) === 1;
    },
    async finish(app: string, project: string, now: number, failure: RunFailure | null): Promise<void> {
      await db
        .updateTable('scan_sources')
        .set({ last_finished: now, failure, lease_until: 0 })
        .where('app', '=', app)
        .where('project', '=', project)
        .execute();
    },
  };
}
