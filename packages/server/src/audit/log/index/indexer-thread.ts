import { parentPort, workerData } from 'node:worker_threads';
import { discardIndex, openIndexer } from './indexer.ts';
import { isDamage } from './schema.ts';

/** To the thread: a newly published size, or null to end. From the thread: entries indexed so far. */
export type IndexerMessage = number | null;

const RETRY_MS = 5_000;

const port = parentPort;
if (port === null) throw new Error('the indexer runs as a worker thread');
const { directory } = workerData as { readonly directory: string };

let indexer: ReturnType<typeof openIndexer> | null = null;
let published = 0;
let scheduled = false;
let reported = -1;

function work(): void {
  scheduled = false;
  try {
    indexer ??= openIndexer(directory);
    const more = indexer.step(published);
    if (indexer.size !== reported) port?.postMessage(indexer.size);
    reported = indexer.size;
    if (more) schedule();
  } catch (error) {
    // A full disk or a damaged file: the index falls behind, which its lag shows; the log itself is not touched.
    try {
      indexer?.close();
    } catch {
      // It is opened anew below.
    }
    indexer = null;
    if (isDamage(error)) discardIndex(directory);
    scheduled = true;
    setTimeout(work, RETRY_MS);
  }
}

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  setImmediate(work);
}

port.on('message', (message: IndexerMessage) => {
  if (message === null) {
    indexer?.close();
    indexer = null;
    process.exit(0);
  }
  published = message;
  schedule();
});
