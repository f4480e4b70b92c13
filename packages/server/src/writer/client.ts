import { Worker } from 'node:worker_threads';
import { type RoomName, type WriterAnswer, WriterError, type WriterNotice, type WriterOptions } from './protocol.ts';

/** The handle that services hold: every durable write of the process goes through it. */
export interface Writer {
  /** Asks a room; rejects with {@link WriterError}. `transfer` moves buffers instead of copying them. */
  call(room: RoomName, op: string, payload: unknown, transfer?: readonly ArrayBuffer[]): Promise<unknown>;
  /** Hears the notices of a room. Returns the function that stops it. */
  listen(room: RoomName, hear: (notice: string, payload: unknown) => void): () => void;
  /** Flushes, closes files and ends the thread. Later calls reject with `writer_closed`. */
  close(): Promise<void>;
}

interface Waiter {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The writer makes few objects and is handed a buffer with every batch. Buffers die with the collection of young objects: with a larger young generation that
 * comes so late that the buffers alone call for collections of everything (21 of them in 20 s under load, 8 with this one).
 */
const YOUNG_MB = 3;

/**
 * Starts the writer thread and waits until its files are open and recovered.
 * Rejects when a file cannot be opened, is locked by another process, or is damaged.
 */
export async function startWriter(options: WriterOptions): Promise<Writer> {
  const worker = new Worker(new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js', import.meta.url), {
    workerData: options,
    name: 'writer',
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
  /**
   * Who waits, by the id of the call, which is free again when it is answered. Not a map: what a map held when it was made larger or tidied, its old table
   * goes on holding, and old tables hold each other until the slowest of collections.
   */
  const waiting: (Waiter | undefined)[] = [];
  const free: number[] = [];
  const listeners = new Set<{ room: RoomName; hear: (notice: string, payload: unknown) => void }>();
  let ended: WriterError | null = null;

  const end = (error: WriterError): void => {
    ended ??= error;
    for (const entry of waiting) entry?.reject(ended);
    waiting.length = 0;
  };

  await new Promise<void>((resolve, reject) => {
    worker.once('error', (error) => {
      const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'writer_failed';
      end(new WriterError(code, error instanceof Error ? error.message : 'the writer failed'));
      reject(ended);
    });
    worker.once('exit', () => {
      end(new WriterError('writer_closed', 'the writer has ended'));
      reject(ended);
    });
    worker.on('message', (message: WriterAnswer | WriterNotice) => {
      if ('notice' in message) {
        if (message.notice === 'ready') return resolve();
        for (const listener of listeners) if (listener.room === message.room) listener.hear(message.notice, message.payload);
        return;
      }
      const entry = waiting[message.id];
      if (entry === undefined) return;
      waiting[message.id] = undefined;
      free.push(message.id);
      if ('error' in message) entry.reject(new WriterError(message.error.code, message.error.message));
      else entry.resolve(message.value);
    });
  });

  const call: Writer['call'] = (room, op, payload, transfer) =>
    new Promise((resolve, reject) => {
      if (ended !== null) return reject(ended);
      const id = free.pop() ?? waiting.length;
      waiting[id] = { resolve, reject };
      worker.postMessage({ id, room, op, payload }, transfer ?? []);
    });

  return {
    call,
    listen(room, hear) {
      const listener = { room, hear };
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      if (ended !== null) return;
      await call('database', 'close', null);
      await worker.terminate();
    },
  };
}
