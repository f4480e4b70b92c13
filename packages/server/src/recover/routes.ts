import * as contract from '@menshen/contract';
import { type Bound, bind } from '../api/bind.ts';
import { kindOfData } from './data/business-data.ts';
import type { Recovery } from './recovery.ts';
import type { RecoveryRun } from './store.ts';

/** Backups, shipping and drills: where they stand, and run now. */
export function recoveryHandlers(recovery: Recovery): readonly Bound[] {
  return [
    bind(contract.getRecovery, async () => {
      const { config, clock, service } = recovery;
      const { backups: settings, data } = config();
      const [standing, backups, drills, restores, runs] = await Promise.all([
        recovery.standing(),
        service.backups(),
        service.drills(),
        service.restores(),
        service.runs(),
      ]);
      const { backup, drill, shipping, archive } = standing;
      const view = (schedule: NonNullable<typeof backup>) => ({
        ...schedule,
        last: schedule.last === null ? null : runView(schedule.last),
      });
      return {
        ...{ at: clock(), store: recovery.storeKind, shipping, archive },
        backups:
          backup === null || settings === undefined
            ? null
            : {
                ...view(backup),
                ...{ folder: settings.folder, offsite: settings.offsite !== undefined },
                list: backups.slice(0, 100).map(({ file, created, bytes, log, keys, data: ids }) => ({
                  ...{ file, created, bytes, logSize: log?.size ?? null, keys, data: ids },
                })),
              },
        drill: drill === null ? null : view(drill),
        drills: drills.map((one) => ({ ...one, problems: [...one.problems] })),
        restores: restores.map(({ finished, what, data: id, source, stateOf, rows, seconds }) => ({
          ...{ finished, what, data: id, source, stateOf, rows, seconds },
        })),
        runs: runs.map(runView),
        data: data.map((one) => ({
          id: one.id,
          kind: kindOfData(one),
          last: backups.find((backed) => backed.data.includes(one.id))?.created ?? null,
        })),
      };
    }),
    bind(contract.runBackup, async ({ by }) => {
      await recovery.service.request('backup', by);
      return { ok: true as const };
    }),
    bind(contract.runDrill, async ({ by }) => {
      await recovery.service.request('drill', by);
      return { ok: true as const };
    }),
  ];
}

function runView({ leaseUntil: _lease, ...run }: RecoveryRun): contract.RecoveryRunView {
  return run;
}
