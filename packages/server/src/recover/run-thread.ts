import { parentPort, workerData } from 'node:worker_threads';
import { createBackup } from './create.ts';
import { drillBackup } from './drill.ts';
import { BackupError } from './model.ts';
import type { RunAnswer, RunTask } from './run.ts';

const port = parentPort;
if (port === null) throw new Error('backups run as a worker thread');

const task = workerData as RunTask;
try {
  const value =
    task.kind === 'backup'
      ? await createBackup({ ...task.options, clock: Date.now })
      : await drillBackup(
          task.file,
          { identities: task.identities },
          {
            ...{ clock: Date.now, monotonic: () => performance.now(), postgres: null, vkey: task.vkey },
            scratch: new Map(task.scratch),
          },
        );
  port.postMessage({ value } satisfies RunAnswer);
} catch (error) {
  const problem =
    error instanceof BackupError ? { code: error.problem, where: error.where } : { code: 'crash' as const, where: '' };
  port.postMessage({ problem } satisfies RunAnswer);
}
port.close();
