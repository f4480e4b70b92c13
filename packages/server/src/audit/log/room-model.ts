import { WriterError } from '../../writer/protocol.ts';
import type { LogFiles } from './files.ts';
import { MEMBER_INTENTS } from './record.ts';

/** What tests replace. */
export interface AuditRoomParts {
  readonly files?: LogFiles;
  readonly segmentBytes?: number;
  /** Whether the search index is kept; true when absent. */
  readonly index?: boolean;
  /** Processes that write through this one and live: their acts are still under way. None when absent. */
  readonly liveMembers?: () => ReadonlySet<number>;
}

/** Answer of the op `status`. */
export interface AuditRoomStatus {
  /** Entries that are durable, sequenced or not. */
  readonly size: number;
  /** Entries under the last checkpoint. */
  readonly published: number;
  /** Root of the sequenced tree, hexadecimal. */
  readonly root: string;
  /** Durable entries that no checkpoint covers yet. */
  readonly pending: number;
  /** The last checkpoint, a signed note. */
  readonly checkpoint: string;
  /** Intents without an outcome. */
  readonly openIntents: number;
  readonly segmentBytes: number;
  /** Entries in the search index. */
  readonly indexed: number;
  readonly state: 'ok' | 'unwritable';
  /** Whether the asking process owns the log; false where it writes through another's (see `shared/`). */
  readonly owner: boolean;
}

/** Payload of the notice `outcome_unknown` and answer of the op `recovered`. */
export interface OutcomeUnknown {
  /** Log indexes of the entries that stand for acts whose outcome the crash took. */
  readonly indexes: readonly number[];
}

/** A batch of a process that writes through another's. */
export interface MemberBatch {
  readonly member: number;
  readonly sequence: number;
  readonly bytes: Uint8Array;
}

/** Reads the payload of `append-from`. Throws `audit_batch_malformed`. */
export function memberBatchOf(payload: unknown): MemberBatch {
  const bytes = bytesOf(payload);
  const { member, sequence } = payload as { readonly member?: unknown; readonly sequence?: unknown };
  const valid = (value: unknown, below: number): value is number =>
    Number.isInteger(value) && Number(value) > 0 && Number(value) < below;
  if (!valid(member, MEMBER_INTENTS) || !valid(sequence, Number.MAX_SAFE_INTEGER))
    throw new WriterError('audit_batch_malformed', 'a batch of another process has its number');
  return { member, sequence, bytes };
}

/** Reads the payload of `append`. Throws `audit_batch_malformed`. */
export function bytesOf(payload: unknown): Uint8Array {
  const bytes = typeof payload === 'object' && payload !== null && 'bytes' in payload ? payload.bytes : null;
  if (!(bytes instanceof Uint8Array)) throw new WriterError('audit_batch_malformed', 'a batch of audit records is bytes');
  return bytes;
}

/** What the operating system says of a failure. */
export function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'EIO';
}

/** What whoever wanted to record hears. */
export function unwritable(error: unknown): WriterError {
  return new WriterError('audit_unwritable', `the audit log cannot be written (${reasonOf(error)})`);
}
