import { Worker } from 'node:worker_threads';

/** The indexer as the log's room sees it. */
export interface IndexerHandle {
  /** Entries in the index. */
  readonly size: number;
  /** Tells of a new checkpoint. */
  published(size: number): void;
  close(): Promise<void>;
}

/**
 * Starts the indexer in a thread of its own: parsing events and keeping eight B-trees costs more than making them
 * durable, and SQLite's own checkpoints stall for milliseconds, so acknowledgements must not wait behind it.
 * `indexed` hears how far it is. When the thread dies the log goes on, and the index's lag shows it.
 */
export function startIndexer(directory: string, indexed: (size: number) => void): IndexerHandle {
  const file = import.meta.url.endsWith('.ts') ? './indexer-thread.ts' : './indexer-thread.js';
  const worker = new Worker(new URL(file, import.meta.url), { workerData: { directory }, name: 'audit index' });
  let size = 0;
  const exited = new Promise<void>((resolve) => {
    worker.once('exit', () => resolve());
  });
  worker.on('error', () => undefined);
  worker.on('message', (message: number) => {
    size = message;
    indexed(message);
  });
  return {
    get size() {
      return size;
    },
    published: (published) => worker.postMessage(published),
    async close() {
      worker.postMessage(null);
      await exited;
    },
  };
}
