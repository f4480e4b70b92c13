import { Worker } from 'node:worker_threads';
import type { CreateOptions } from './create.ts';
import type { DataTarget } from './data/business-data.ts';
import type { DrillRecord } from './drill.ts';
import type { BackupLabel } from './model.ts';
import type { RunProblem } from './store.ts';

export type RunTask =
  | { readonly kind: 'backup'; readonly options: Omit<CreateOptions, 'clock'> }
  | {
      readonly kind: 'drill';
      readonly file: string;
      readonly identities: readonly string[];
      readonly vkey: string;
      readonly scratch: readonly (readonly [string, DataTarget])[];
    };

export type RunAnswer =
  | { readonly value: BackupLabel | DrillRecord }
  | { readonly problem: { readonly code: RunProblem; readonly where: string } };

/** Makes a backup or a drill on a thread of its own: it copies, packs and encrypts for minutes, and the gateway must not wait for that. */
export function runOnThread(task: RunTask): Promise<RunAnswer> {
  const file = import.meta.url.endsWith('.ts') ? './run-thread.ts' : './run-thread.js';
  const worker = new Worker(new URL(file, import.meta.url), { workerData: task, name: task.kind });
  return new Promise((resolve) => {
    const crashed: RunAnswer = { problem: { code: 'crash', where: '' } };
    worker.once('message', (answer: RunAnswer) => resolve(answer));
    worker.once('error', () => resolve(crashed));
    worker.once('exit', () => resolve(crashed));
  });
}
