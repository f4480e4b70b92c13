import { MAX_ENTRY_BYTES } from '@menshen/tlog';
import { RECORD, RECORD_HEADER_BYTES, writeRecordHeader } from './log/record.ts';

/** Who waits for a record: hears its log index once it is durable (for an intent: that of the entry after it), or why it is not. */
export interface RecordWaiter {
  resolve(index: number): void;
  reject(error: Error): void;
}

/** Records on their way to the writer, each written once into the one buffer in which they travel. */
export class RecordBatch {
  readonly #kinds: number[] = [];
  /** By place; null where nobody waits for the one record. */
  readonly #waiters: (RecordWaiter | null)[] = [];
  #together: {
    readonly promise: Promise<unknown>;
    readonly resolve: () => void;
    readonly reject: (error: Error) => void;
  } | null = null;
  #buffer: Buffer;
  #length = 0;
  /** Whether an intent or an outcome is among them: somebody's request stands still for it. */
  urgent = false;

  /** `room` is the size in bytes that the batch will probably have. */
  constructor(room: number) {
    this.#buffer = Buffer.allocUnsafeSlow(room);
  }

  /** Bytes so far, headers included. */
  get bytes(): number {
    return this.#length;
  }

  get records(): number {
    return this.#kinds.length;
  }

  /** Writes a record at the end. Returns its size in bytes, or -1 and keeps nothing when the event is longer than an entry may be. */
  add(kind: number, id: number, event: string): number {
    if (event.length > MAX_ENTRY_BYTES) return -1;
    // A UTF-16 unit is at most three bytes of UTF-8.
    this.#makeRoom(RECORD_HEADER_BYTES + event.length * 3);
    const start = this.#length + RECORD_HEADER_BYTES;
    const length = this.#buffer.write(event, start, 'utf8');
    if (length > MAX_ENTRY_BYTES) return -1;
    writeRecordHeader(this.#buffer, this.#length, kind, id, length);
    this.#length = start + length;
    this.#kinds.push(kind);
    this.urgent ||= kind !== RECORD.entry;
    return RECORD_HEADER_BYTES + length;
  }

  /** Adds who waits for the record that was added last; null for one that nobody waits for by itself. */
  await(waiter: RecordWaiter | null): void {
    this.#waiters.push(waiter);
  }

  /** Settles with the whole batch: one promise for all who need no index. */
  durable(): Promise<unknown> {
    if (this.#together === null) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      // Whoever needs to know listens; that nobody does is no fault of the process.
      promise.catch(() => undefined);
      this.#together = { promise, resolve, reject };
      return promise;
    }
    return this.#together.promise;
  }

  /** The records as bytes. Their buffer may be moved to another thread; nothing is added afterwards. */
  encoded(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#buffer.buffer as ArrayBuffer, this.#buffer.byteOffset, this.#length);
  }

  /** All are durable; `first` is the log index of the first entry among them. */
  resolve(first: number): void {
    this.#together?.resolve();
    let index = first;
    for (let at = 0; at < this.#waiters.length; at += 1) {
      this.#waiters[at]?.resolve(index);
      if (this.#kinds[at] !== RECORD.intent) index += 1;
    }
  }

  reject(error: Error): void {
    this.#together?.reject(error);
    for (const waiter of this.#waiters) waiter?.reject(error);
  }

  #makeRoom(more: number): void {
    if (this.#length + more <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, this.#length + more));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
