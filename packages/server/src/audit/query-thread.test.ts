import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { scratchLog, TEST_VKEY } from './testing.ts';

/** Tells of every module that the thread loads. */
const telling = `
import { registerHooks } from 'node:module';
import { parentPort } from 'node:worker_threads';
registerHooks({
  load(url, context, next) {
    parentPort.postMessage({ loaded: url });
    return next(url, context);
  },
});`;

it('loads of the contract only the schemas that it reads with', async () => {
  const { directory, remove } = scratchLog();
  const worker = new Worker(new URL('./query-thread.ts', import.meta.url), {
    workerData: { directory, vkey: TEST_VKEY },
    execArgv: ['--import', `data:text/javascript,${encodeURIComponent(telling)}`],
  });
  const loaded: string[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      worker.on('error', reject);
      worker.on('message', (said: { readonly loaded?: string }) => {
        if (said.loaded === undefined) resolve();
        else loaded.push(said.loaded);
      });
      worker.postMessage({ id: 1, op: 'head' });
    });
  } finally {
    await worker.terminate();
    remove();
  }
  expect(loaded.some((url) => url.endsWith('/inspection/summary.ts'))).toBe(true);
  const ofContract = loaded.flatMap((url) => url.split('/contract/src/')[1] ?? []);
  expect(ofContract.toSorted()).toEqual(['campaign-facts.ts', 'config/inspection.ts', 'inspection.ts']);
});
