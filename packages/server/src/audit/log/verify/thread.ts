import { parentPort, workerData } from 'node:worker_threads';
import { folderSource, type LogFolders } from '../source.ts';
import { verifyBundles } from './bundles.ts';
import type { PoolAnswer, PoolJob } from './pool.ts';

const port = parentPort;
if (port === null) throw new Error('verification runs as a worker thread');
const source = folderSource(workerData as LogFolders);

port.on('message', ({ id, run }: PoolJob) => {
  verifyBundles(source, run).then(
    (verdict) => port.postMessage({ id, verdict } satisfies PoolAnswer),
    (error: unknown) => {
      const text = error instanceof Error ? error.message : 'the log cannot be read';
      port.postMessage({ id, error: text } satisfies PoolAnswer);
    },
  );
});
