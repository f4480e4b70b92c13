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
  readonly #waiters: RecordWaiter[] = [];
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

  /** Adds who waits for the record that was added last. */
  await(waiter: RecordWaiter): void {
    this.#waiters.push(waiter);
  }

  /** The records as bytes. Their buffer may be moved to another thread; nothing is added afterwards. */
  encoded(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#buffer.buffer as ArrayBuffer, this.#buffer.byteOffset, this.#length);
  }

  /** All are durable; `first` is the log index of the first entry among them. */
  resolve(first: number): void {
    let index = first;
    this.#waiters.forEach((waiter, at) => {
      waiter.resolve(this.#kinds[at] === RECORD.intent ? index : index++);
    });
  }

  reject(error: Error): void {
    for (const waiter of this.#waiters) waiter.reject(error);
  }

  #makeRoom(more: number): void {
    if (this.#length + more <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, this.#length + more));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
