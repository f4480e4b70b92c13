import { Worker } from 'node:worker_threads';
import { isStoreErrorCode, StoreError } from '../errors.ts';
import type { Row } from '../values.ts';
import type { ReaderAnswer, ReaderCall, Statement } from './protocol.ts';

const largestQueue = 20_000;

/** The handle of the reader thread. Each select sees everything that was acknowledged before it was asked. */
export interface Reader {
  select(statement: Statement): Promise<Row[]>;
  /** Rows in chunks, from one snapshot; ending the loop early frees it. */
  stream(statement: Statement, chunkSize: number): AsyncGenerator<Row[], void, undefined>;
  close(): Promise<void>;
}

type Unnumbered<T> = T extends ReaderCall ? Omit<T, 'id'> : never;

/** Starts the reader thread over a file that the writer has already opened. */
export async function startReader(file: string): Promise<Reader> {
  const worker = new Worker(
    new URL(import.meta.url.endsWith('.ts') ? './reader-thread.ts' : './reader-thread.js', import.meta.url),
    {
      workerData: { file },
      name: 'reader',
    },
  );
  const waiting = new Map<number, { resolve: (rows: Row[]) => void; reject: (error: StoreError) => void }>();
  let last = 0;
  let ended: StoreError | null = null;

  const end = (error: StoreError): void => {
    ended ??= error;
    for (const entry of waiting.values()) entry.reject(ended);
    waiting.clear();
  };
  const settle = (answer: ReaderAnswer): void => {
    const entry = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (entry === undefined) return;
    if ('rows' in answer) {
      entry.resolve(answer.rows);
      return;
    }
    const { code, message } = answer.error;
    entry.reject(new StoreError(isStoreErrorCode(code) ? code : 'store_unavailable', message));
  };

  const started = new Promise<void>((resolve, reject) => {
    waiting.set(0, { resolve: () => resolve(), reject });
  });
  worker.on('message', settle);
  worker.on('error', (error) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    end(new StoreError(isStoreErrorCode(code) ? code : 'store_unavailable', 'the reader of the store failed'));
  });
  worker.on('exit', () => end(new StoreError('store_unavailable', 'the store is closed')));
  await started;

  const call = (request: Unnumbered<ReaderCall>): { id: number; rows: Promise<Row[]> } => {
    last += 1;
    const id = last;
    const rows = new Promise<Row[]>((resolve, reject) => {
      if (ended !== null) return reject(ended);
      if (waiting.size >= largestQueue) return reject(new StoreError('store_busy', 'too many reads are waiting'));
      waiting.set(id, { resolve, reject });
      worker.postMessage({ ...request, id } as ReaderCall);
    });
    return { id, rows };
  };

  return {
    select: (statement) => call({ op: 'select', statement }).rows,
    async *stream(statement, chunkSize) {
      const opened = call({ op: 'open', statement });
      await opened.rows;
      try {
        for (;;) {
          const rows = await call({ op: 'next', stream: opened.id, count: chunkSize }).rows;
          if (rows.length > 0) yield rows;
          if (rows.length < chunkSize) return;
        }
      } finally {
        await call({ op: 'end', stream: opened.id }).rows;
      }
    },
    async close() {
      if (ended !== null) return;
      await call({ op: 'close' }).rows;
      await worker.terminate();
    },
  };
}
