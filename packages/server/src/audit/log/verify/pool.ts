import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { LogSource } from '../source.ts';
import { type BundleRun, type BundleVerdict, verifyBundles } from './bundles.ts';

/** Verifies runs of bundles, on several threads where the log lies in a folder. */
export interface VerifyPool {
  /** How many runs are worth having under way. */
  readonly width: number;
  verify(run: BundleRun): Promise<BundleVerdict>;
  close(): Promise<void>;
}

/** To a thread: a run with its number. From it: the verdict, or what kept it from one. */
export interface PoolJob {
  readonly id: number;
  readonly run: BundleRun;
}
export type PoolAnswer =
  | { readonly id: number; readonly verdict: BundleVerdict }
  | { readonly id: number; readonly error: string };

/** Opens a pool of `threads`; without a folder to read, or with one thread, everything is done here. */
export function openVerifyPool(source: LogSource, threads: number): VerifyPool {
  const { folders } = source;
  if (folders === undefined || threads < 2) {
    return { width: 1, verify: (run) => verifyBundles(source, run), close: async () => undefined };
  }
  const file = import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js';
  const waiting = new Map<number, { resolve: (verdict: BundleVerdict) => void; reject: (error: Error) => void }>();
  let last = 0;
  const workers = Array.from({ length: threads }, () => {
    const worker = new Worker(new URL(file, import.meta.url), { workerData: folders, name: 'audit verify' });
    worker.on('message', (answer: PoolAnswer) => {
      const job = waiting.get(answer.id);
      waiting.delete(answer.id);
      if ('error' in answer) job?.reject(new Error(answer.error));
      else job?.resolve(answer.verdict);
    });
    worker.on('error', (error) => {
      for (const { reject } of waiting.values()) reject(error instanceof Error ? error : new Error('a thread failed'));
      waiting.clear();
    });
    return worker;
  });
  return {
    width: threads * 2,
    verify: (run) =>
      new Promise((resolve, reject) => {
        last += 1;
        waiting.set(last, { resolve, reject });
        workers[last % workers.length]?.postMessage({ id: last, run } satisfies PoolJob);
      }),
    async close() {
      await Promise.all(
        workers.map(async (worker) => {
          const exited = once(worker, 'exit');
          await worker.terminate();
          await exited.catch(() => undefined);
        }),
      );
    },
  };
}
