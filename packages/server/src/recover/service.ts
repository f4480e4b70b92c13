import { appendFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { MenshenError, type RecoveryConfig, type RecoveryPlace } from '@menshen/contract';
import type { Audit } from '../audit/service.ts';
import type { Metrics } from '../gateway/metrics.ts';
import { lastSlot, nextSlot } from '../scans/run/schedule.ts';
import { type DataTarget, kindOfData } from './data/business-data.ts';
import { type DrillRecord, signDrill } from './drill.ts';
import { type DrillDetail, drillEvidence } from './evidence.ts';
import { type BackupLabel, backupLabel } from './model.ts';
import { listBackups } from './restore.ts';
import { type RestoreRecord, restoreEvidence } from './restore-record.ts';
import type { RunAnswer, RunTask } from './run.ts';
import type { Schedule } from './schedule.ts';
import { commandPlace, folderPlace, type Place } from './ship/place.ts';
import type { RecoverStore, RecoveryRun, RunKind, RunProblem } from './store.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** Longer than any backup should take; a run whose node has died is free again after it. */
const leaseMs = 6 * hourMs;
/** How late a schedule may be before it counts as missed. */
const lateMs = 2 * hourMs;
const keepRunsMs = 400 * dayMs;
const system = 'menshen';

export interface RecoveryParts {
  readonly config: () => RecoveryConfig;
  readonly store: RecoverStore;
  /** What a backup of the platform itself is made of. */
  readonly data: string;
  readonly storeUrl: string;
  /** The folder of the audit log. */
  readonly log: string;
  readonly folder: () => string;
  readonly vkey: string;
  readonly drillSeed: Uint8Array;
  /** Of the key that signs records of restores. */
  readonly restoreSeed: Uint8Array;
  readonly version: string;
  readonly run: (task: RunTask) => Promise<RunAnswer>;
  readonly audit: Pick<Audit, 'act'>;
  readonly metrics: Pick<Metrics, 'add'>;
  readonly startedAt: number;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

export interface RecoveryService {
  /** @throws MenshenError `not_found` where none is configured, `conflict` while one runs */
  request(kind: RunKind, by: string): Promise<void>;
  /** Begins what is due; to be called by the maintenance of every node. Resolves at once; {@link RecoveryService.settled} waits. */
  tick(): Promise<void>;
  settled(): Promise<void>;
  schedule(kind: RunKind): Promise<Schedule | null>;
  backups(): Promise<readonly BackupLabel[]>;
  drills(): Promise<readonly DrillDetail[]>;
  /** Restores that were carried out, by records that this installation has signed, the newest first. */
  restores(): Promise<readonly RestoreRecord[]>;
  runs(): Promise<readonly RecoveryRun[]>;
}

/** Backups and drills by schedule or by hand, each on one node of all. */
export function createRecoveryService(parts: RecoveryParts): RecoveryService {
  const { config, store, audit, metrics, clock } = parts;
  let working: Promise<void> | null = null;
  const drillFile = join(parts.data, 'drills.jsonl');

  const folderOf = (): string => resolve(parts.folder(), config().backups?.folder ?? 'backups');
  const timesOf = (kind: RunKind) => (kind === 'backup' ? config().backups : config().drill) ?? null;
  const backups = async (): Promise<BackupLabel[]> =>
    (await listBackups(folderOf()))
      .flatMap((label) => backupLabel.safeParse(label).data ?? [])
      .sort((one, other) => other.created - one.created);

  type End = Pick<RecoveryRun, 'problem' | 'file' | 'offsite'>;
  const failed = (code: RunProblem, where = ''): End => ({ problem: { code, where }, file: null, offsite: null });

  const backUp = async (): Promise<End> => {
    const { backups: settings, recipients, data } = config();
    if (settings === undefined) return failed('no_data');
    const answer = await parts.run({
      kind: 'backup',
      options: {
        ...{ data: parts.data, log: parts.log, store: parts.storeUrl, out: folderOf(), to: { recipients: [...recipients] } },
        ...{ keys: settings.keys, version: parts.version, business: { data, folder: parts.folder() } },
      },
    });
    if ('problem' in answer) return { problem: answer.problem, file: null, offsite: null };
    const { file } = answer.value as BackupLabel;
    await retain(settings);
    if (settings.offsite === undefined) return { problem: null, file, offsite: null };
    try {
      const place = placeOf(settings.offsite, parts.folder());
      for (const name of [file, `${file}.json`]) await place.put(join(folderOf(), name), name);
      return { problem: null, file, offsite: true };
    } catch {
      return { problem: { code: 'place', where: 'offsite' }, file, offsite: false };
    }
  };

  /** The newest stay by number, whatever their age. */
  const retain = async ({ keepCount, keepDays }: NonNullable<RecoveryConfig['backups']>): Promise<void> => {
    const before = clock() - keepDays * dayMs;
    for (const { file, created } of (await backups()).slice(keepCount)) {
      if (created >= before) continue;
      // The label first: what has one is whole.
      await rm(join(folderOf(), `${file}.json`), { force: true });
      await rm(join(folderOf(), file), { force: true });
    }
  };

  const drill = async (): Promise<End> => {
    const { drill: settings, data } = config();
    const [newest] = await backups();
    if (settings === undefined || newest === undefined) return failed('no_data', 'backup');
    const identities = settings.identity
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line.startsWith('AGE-SECRET-KEY-'));
    const scratch = data.flatMap((one): [string, DataTarget][] => {
      const kind = kindOfData(one);
      if (!('scratch' in one) || one.scratch === undefined || kind === 'sqlite' || kind === 'folder') return [];
      return [[one.id, { kind, url: one.scratch, password: one.secret ?? null }]];
    });
    const answer = await parts.run({
      ...{ kind: 'drill', file: join(folderOf(), newest.file), identities, vkey: parts.vkey, scratch },
    });
    if ('problem' in answer) return { problem: answer.problem, file: newest.file, offsite: null };
    const record = answer.value as DrillRecord;
    await appendFile(drillFile, `${JSON.stringify(signDrill(record, parts.drillSeed))}\n`, { mode: 0o600 });
    const problem = record.ok ? null : { code: 'damaged' as const, where: record.problems.join('; ') };
    return { problem, file: newest.file, offsite: null };
  };

  /** Begins a run, by schedule that of `slot`; false when one is under way somewhere, or the slot has had its run. */
  const begin = async (kind: RunKind, trigger: RecoveryRun['trigger'], by: string, slot: number | null): Promise<boolean> => {
    const started = clock();
    const id = `rr_${Buffer.from(parts.random(16)).toString('base64url')}`;
    if (!(await store.begin({ id, kind, trigger, by, started, leaseUntil: started + leaseMs }, slot))) return false;
    const work = async (): Promise<void> => {
      let end: End = failed('crash');
      try {
        const entity = kind === 'backup' ? 'backup' : 'restore drill';
        await audit.act(by, { activity: 'create', entity, detail: { run: id, trigger } }, async () => {
          end = await (kind === 'backup' ? backUp() : drill());
        });
      } finally {
        if (end.problem !== null) metrics.add('menshen_recovery_failures_total', `kind="${kind}"`);
        await store.finish(id, { ...end, finished: clock() });
      }
    };
    const before = working ?? Promise.resolve();
    working = before
      .then(work)
      .catch(() => metrics.add('menshen_maintenance_failures_total'))
      .finally(() => {
        working = null;
      });
    return true;
  };

  /** The time of the schedule that has had no run yet; null where nothing is due. */
  const dueSlot = async (kind: RunKind, now: number): Promise<number | null> => {
    const times = timesOf(kind);
    const slot = times === null ? null : lastSlot(times, config().timeZone, now);
    if (slot === null) return null;
    const last = await store.last(kind);
    // The very first waits for its time; a server that was away at its time makes up for it.
    return (last === null ? slot > parts.startedAt : last.started < slot) ? slot : null;
  };

  return {
    async request(kind, by) {
      if (timesOf(kind) === null) throw new MenshenError('not_found');
      if (!(await begin(kind, 'manual', by, null))) throw new MenshenError('conflict');
    },
    async tick() {
      const now = clock();
      for (const kind of ['backup', 'drill'] as const) {
        const slot = await dueSlot(kind, now);
        if (slot !== null) await begin(kind, 'schedule', system, slot);
      }
      await store.removeBefore(now - keepRunsMs);
    },
    async settled() {
      while (working !== null) await working;
    },
    async schedule(kind) {
      const times = timesOf(kind);
      if (times === null) return null;
      const now = clock();
      const { timeZone } = config();
      const last = await store.last(kind);
      const slot = lastSlot(times, timeZone, now) ?? now;
      return {
        next: nextSlot(times, timeZone, now) ?? now,
        last,
        running: last?.state === 'running' && last.leaseUntil > now,
        missed: now - Math.max(slot, parts.startedAt) > lateMs && (last === null ? slot > parts.startedAt : last.started < slot),
      };
    },
    backups: async () => (config().backups === undefined ? [] : await backups()),
    drills: () => drillEvidence(drillFile, parts.drillSeed),
    restores: () => restoreEvidence(parts.data, parts.restoreSeed),
    runs: () => store.list(50),
  };
}

function placeOf(to: RecoveryPlace, folder: string): Place {
  return 'folder' in to ? folderPlace(resolve(folder, to.folder)) : commandPlace(to.command);
}
