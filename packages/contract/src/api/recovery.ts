import * as z from 'zod';
import { defineEndpoint, freshSeconds } from '../endpoint.ts';
import { ok, time } from './common.ts';

export const shipProblems = ['unwritable', 'no_program', 'refused', 'timeout', 'unreadable', 'ended'] as const;
export const recoveryProblems = [
  ...(['not_opened', 'not_a_backup', 'foreign', 'gap', 'damaged', 'not_empty', 'database_unreachable', 'tool_missing'] as const),
  ...(['no_space', 'no_data', 'nested', 'place', 'crash'] as const),
] as const;

const problem = z.object({ code: z.enum(recoveryProblems), where: z.string() });

export const shippingView = z.object({
  kind: z.enum(['folder', 'command']),
  place: z.string(),
  generation: z.string().nullable(),
  /** Whether the store travels with log and files. */
  database: z.boolean(),
  segments: z.int(),
  bytes: z.int(),
  /** What was durable then is in the second place; null before the first round. */
  shippedTo: time.nullable(),
  lagSeconds: z.int(),
  limitSeconds: z.int(),
  behind: z.boolean(),
  problem: z.enum(shipProblems).nullable(),
  failingSince: time.nullable(),
});
export type ShippingView = z.output<typeof shippingView>;

export const backupView = z.object({
  file: z.string(),
  created: time,
  bytes: z.int(),
  logSize: z.int().nullable(),
  keys: z.boolean(),
  /** Ids of the business data in it. */
  data: z.array(z.string()),
});
export type BackupView = z.output<typeof backupView>;

export const drillView = z.object({
  at: time,
  ok: z.boolean(),
  backupAt: time,
  rpoSeconds: z.number(),
  rtoSeconds: z.number(),
  rows: z.int(),
  problems: z.array(z.string()),
});
export type DrillView = z.output<typeof drillView>;

/** A restore that was carried out, by its signed record. */
export const restoreView = z.object({
  finished: time,
  what: z.enum(['state', 'data']),
  /** Id of the business data; null for Menshen's own state. */
  data: z.string().nullable(),
  source: z.string(),
  stateOf: time,
  rows: z.int(),
  seconds: z.number(),
});
export type RestoreView = z.output<typeof restoreView>;

export const recoveryRunView = z.object({
  id: z.string(),
  kind: z.enum(['backup', 'drill']),
  trigger: z.enum(['manual', 'schedule']),
  by: z.string(),
  started: time,
  finished: time.nullable(),
  state: z.enum(['running', 'done', 'failed']),
  problem: problem.nullable(),
  file: z.string().nullable(),
  /** Whether the copy elsewhere has it; null where none is configured. */
  offsite: z.boolean().nullable(),
});
export type RecoveryRunView = z.output<typeof recoveryRunView>;

const scheduleView = z.object({ next: time, last: recoveryRunView.nullable(), running: z.boolean(), missed: z.boolean() });

const onRecovery = { group: 'recovery', access: 'admin' } as const;

export const getRecovery = defineEndpoint({
  ...onRecovery,
  id: 'getRecovery',
  method: 'GET',
  path: '/api/v1/recovery',
  summary: { zh: '备份、异地传送与恢复演练的现状', en: 'Where backups, shipping and drills stand' },
  powers: ['system', 'security', 'audit'],
  response: z.object({
    at: time,
    store: z.enum(['sqlite', 'postgres']),
    shipping: shippingView.nullable(),
    /** What PostgreSQL says of the archive of its own write-ahead log; null for the embedded store. */
    archive: z
      .object({
        mode: z.enum(['on', 'off', 'always', 'unknown']),
        archived: z.int(),
        lastArchived: time.nullable(),
        failed: z.int(),
        lastFailed: time.nullable(),
        failing: z.boolean(),
      })
      .nullable(),
    backups: scheduleView.extend({ folder: z.string(), offsite: z.boolean(), list: z.array(backupView) }).nullable(),
    drill: scheduleView.nullable(),
    drills: z.array(drillView),
    restores: z.array(restoreView),
    runs: z.array(recoveryRunView),
    data: z.array(z.object({ id: z.string(), kind: z.enum(['postgres', 'mysql', 'sqlite', 'folder']), last: time.nullable() })),
  }),
  errors: [],
});

export const runBackup = defineEndpoint({
  ...onRecovery,
  id: 'runBackup',
  method: 'POST',
  path: '/api/v1/recovery/backups',
  summary: { zh: '立即备份', en: 'Make a backup now' },
  powers: ['system'],
  stepUpSeconds: freshSeconds,
  response: ok,
  errors: ['not_found', 'conflict', 'audit_unwritable'],
});

export const runDrill = defineEndpoint({
  ...onRecovery,
  id: 'runDrill',
  method: 'POST',
  path: '/api/v1/recovery/drills',
  summary: { zh: '立即演练', en: 'Drill now' },
  powers: ['system'],
  stepUpSeconds: freshSeconds,
  response: ok,
  errors: ['not_found', 'conflict', 'audit_unwritable'],
});
