/** A call from any thread to the writer thread; `room` names the owner of the state that the call touches. */
export interface WriterCall {
  readonly id: number;
  readonly room: RoomName;
  readonly op: string;
  readonly payload: unknown;
}

/** The writer's answer; exactly one of `value` and `error` is set. */
export type WriterAnswer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: { readonly code: string; readonly message: string } };

/** A message that the writer sends unasked (a new checkpoint, a failing disk). */
export interface WriterNotice {
  readonly notice: string;
  readonly room: RoomName;
  readonly payload: unknown;
}

export type RoomName = 'database' | 'audit';

/** What the writer thread owns: one room for the embedded database, one for the audit log. */
export interface Room {
  /** Answers a call; may answer later, so that several calls share one fsync. Throws {@link WriterError} for a stable code. */
  handle(op: string, payload: unknown): unknown | Promise<unknown>;
  /** Makes everything acknowledged durable and releases files. */
  close(): void | Promise<void>;
}

/** Start parameters of the writer thread. */
export interface WriterOptions {
  /** SQLite file of the embedded store; absent when the store is PostgreSQL. */
  readonly databaseFile?: string;
  /** Folder and identity of the audit log; absent in tools that only need the database. */
  readonly audit?: AuditRoomOptions;
}

export interface AuditRoomOptions {
  /** Folder of this log: write-ahead segments, tiles, index, lock. */
  readonly directory: string;
  /** C2SP origin, also the name of the signing key. */
  readonly origin: string;
  /** Ed25519 seed, 32 bytes. */
  readonly signingSeed: Uint8Array;
  /** Longest time between an accepted entry and the checkpoint that covers it, in milliseconds. */
  readonly checkpointIntervalMs: number;
  /** Number of this process among those that share the log, 1 to 2^24 - 1; absent where the log is this process's alone. */
  readonly member?: number;
}

/** An error with a code that survives the way between threads. */
export class WriterError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = 'WriterError';
    this.code = code;
  }
}
