import type { Migration } from '../../store/migration.ts';

export interface PlaybookTables {
  playbook_runs: {
    id: string;
    playbook: string;
    version: number;
    /** Of the playbook as it was at the start: see `playbook_sources`. */
    source: string;
    /** With the playbook unique: one alert starts one run. */
    cause: string;
    /** Value of `once`; null where the playbook has none. */
    once_key: string | null;
    state: string;
    mode: string;
    trigger_kind: string;
    alert: string | null;
    uid: string | null;
    /** JSON: facts of alert and person as they were, and inputs. */
    facts: string;
    started: number;
    started_by: string;
    /** Id of the administrator who started it by hand, who may not approve its steps. */
    requester: string | null;
    /** Power of the requester, as the store of administrators has it. */
    requester_power: string | null;
    ended: number | null;
    /** When it is to be looked at again. */
    due: number;
    /** Of the node that works on it; changes with each claim. */
    lease: string | null;
    lease_until: number;
    problem: string | null;
    aborted_by: string | null;
    /** 1: what it applied is lifted when it ends before its time. */
    lift: number;
  };
  playbook_steps: {
    run: string;
    step: string;
    state: string;
    attempts: number;
    started: number;
    ended: number | null;
    due: number;
    /** JSON. */
    output: string;
    problem: string | null;
    approval: string | null;
  };
  /** Playbooks as runs use them, by SHA-256 of the JSON. */
  playbook_sources: { digest: string; json: string };
  playbook_modes: { playbook: string; mode: string; set_by: string; set_at: number; reason: string };
}

export const playbookMigrations: readonly Migration[] = [
  {
    id: '0072_playbooks',
    async up(db, types) {
      await types
        .table(db, 'playbook_runs')
        .addColumn('id', types.text, (column) => column.primaryKey())
        .addColumn('playbook', types.text, (column) => column.notNull())
        .addColumn('version', types.integer, (column) => column.notNull())
        .addColumn('source', types.text, (column) => column.notNull())
        .addColumn('cause', types.text, (column) => column.notNull())
        .addColumn('once_key', types.text)
        .addColumn('state', types.text, (column) => column.notNull())
        .addColumn('mode', types.text, (column) => column.notNull())
        .addColumn('trigger_kind', types.text, (column) => column.notNull())
        .addColumn('alert', types.text)
        .addColumn('uid', types.text)
        .addColumn('facts', types.text, (column) => column.notNull())
        .addColumn('started', types.integer, (column) => column.notNull())
        .addColumn('started_by', types.text, (column) => column.notNull())
        .addColumn('requester', types.text)
        .addColumn('requester_power', types.text)
        .addColumn('ended', types.integer)
        .addColumn('due', types.integer, (column) => column.notNull())
        .addColumn('lease', types.text)
        .addColumn('lease_until', types.integer, (column) => column.notNull())
        .addColumn('problem', types.text)
        .addColumn('aborted_by', types.text)
        .addColumn('lift', types.flag, (column) => column.notNull())
        .addUniqueConstraint('playbook_runs_cause', ['playbook', 'cause'])
        .execute();
      await db.schema.createIndex('playbook_runs_due').on('playbook_runs').columns(['state', 'due']).execute();
      await db.schema.createIndex('playbook_runs_started').on('playbook_runs').columns(['playbook', 'started']).execute();
      await db.schema.createIndex('playbook_runs_uid').on('playbook_runs').column('uid').execute();
      await types
        .table(db, 'playbook_steps')
        .addColumn('run', types.text, (column) => column.notNull())
        .addColumn('step', types.text, (column) => column.notNull())
        .addColumn('state', types.text, (column) => column.notNull())
        .addColumn('attempts', types.integer, (column) => column.notNull())
        .addColumn('started', types.integer, (column) => column.notNull())
        .addColumn('ended', types.integer)
        .addColumn('due', types.integer, (column) => column.notNull())
        .addColumn('output', types.text, (column) => column.notNull())
        .addColumn('problem', types.text)
        .addColumn('approval', types.text)
        .addPrimaryKeyConstraint('playbook_steps_key', ['run', 'step'])
        .execute();
      await types
        .table(db, 'playbook_sources')
        .addColumn('digest', types.text, (column) => column.primaryKey())
        .addColumn('json', types.text, (column) => column.notNull())
        .execute();
      await types
        .table(db, 'playbook_modes')
        .addColumn('playbook', types.text, (column) => column.primaryKey())
        .addColumn('mode', types.text, (column) => column.notNull())
        .addColumn('set_by', types.text, (column) => column.notNull())
        .addColumn('set_at', types.integer, (column) => column.notNull())
        .addColumn('reason', types.text, (column) => column.notNull())
        .execute();
    },
  },
];
