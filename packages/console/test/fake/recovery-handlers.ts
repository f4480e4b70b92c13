import * as contract from '@menshen/contract';
import { bind, type FakeHandler } from './bind.ts';
import { now } from './company.ts';
import type { World } from './world.ts';

const hour = 3_600_000;
const day = 24 * hour;

const backup = (days: number, bytes: number): contract.BackupView => ({
  file: `menshen-${new Date(now - days * day).toISOString().replace(/[-:]|\.\d{3}/g, '')}.age`,
  ...{ created: now - days * day, bytes, logSize: 1_284_000 - days * 31_000, keys: true, data: ['shop', 'contracts'] },
});
const drill = (days: number, rto: number, change: Partial<contract.DrillView> = {}): contract.DrillView => ({
  ...{ at: now - days * day, ok: true, backupAt: now - days * day - 2 * hour, rpoSeconds: 7_200, rtoSeconds: rto, rows: 218_400 },
  ...{ problems: [], ...change },
});
const run = (kind: 'backup' | 'drill', change: Partial<contract.RecoveryRunView> = {}): contract.RecoveryRunView => ({
  ...{ id: `rr_${kind}`, kind, trigger: 'schedule', by: 'menshen', started: now - 6 * hour, finished: now - 6 * hour + 90_000 },
  ...{ state: 'done', problem: null, file: backup(0, 0).file, offsite: true, ...change },
});

/** Recovery: a second place that is behind, backups with business data, and drills of which one failed. */
export function recoveryHandlers(world: () => World): readonly FakeHandler[] {
  return [
    bind(contract.getRecovery, () =>
      world().company.people.length === 0
        ? {
            ...{ at: now, store: 'sqlite' as const, shipping: null, archive: null, backups: null, drill: null },
            ...{ drills: [], restores: [], runs: [], data: [] },
          }
        : {
            ...{ at: now, store: 'sqlite' as const, archive: null },
            shipping: {
              ...{ kind: 'folder' as const, place: '/mnt/second', generation: '20261126T001500Z-5f1c9a02', segments: 4_211 },
              database: true,
              ...{ bytes: 182_000_000, shippedTo: now - 74_000, lagSeconds: 74, limitSeconds: 11, behind: true },
              ...{ problem: 'unwritable' as const, failingSince: now - 72_000 },
            },
            backups: {
              ...{ next: now + 18 * hour, last: run('backup'), running: false, missed: false, folder: '/backup', offsite: true },
              list: [backup(0.25, 412_000_000), backup(1.25, 409_000_000), backup(2.25, 405_000_000)],
            },
            drill: {
              ...{ next: now + 3 * day, running: false, missed: false },
              last: run('drill', { state: 'done' }),
            },
            drills: [
              drill(4, 41.2),
              drill(11, 44.8, { ok: false, problems: ['shop: rows of orders'] }),
              drill(18, 38.1),
              drill(25, 36.6),
            ],
            restores: [
              {
                ...{ finished: now - 2 * day, what: 'data' as const, data: 'shop', source: 'menshen-20261124T020000Z.age' },
                ...{ stateOf: now - 2.3 * day, rows: 48_213, seconds: 12.4 },
              },
            ],
            runs: [run('backup'), run('drill')],
            data: [
              { id: 'shop', kind: 'mysql' as const, last: now - 0.25 * day },
              { id: 'contracts', kind: 'folder' as const, last: now - 0.25 * day },
              { id: 'hr', kind: 'postgres' as const, last: null },
            ],
          },
    ),
    bind(contract.runBackup, () => ({ ok: true as const })),
    bind(contract.runDrill, () => ({ ok: true as const })),
  ];
}
