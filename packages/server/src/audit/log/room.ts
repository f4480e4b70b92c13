import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { formatVerifierKey, TILE_WIDTH } from '@menshen/tlog';
import { createSigner } from '@menshen/tlog/node';
import { type AuditRoomOptions, type Room, WriterError } from '../../writer/protocol.ts';
import { nodeFiles } from './files.ts';
import { type IndexerHandle, startIndexer } from './index/indexer-client.ts';
import { acquireDirectory, type DirectoryLock } from './lock.ts';
import {
  encodeMark,
  encodeRecord,
  MEMBER_INTENTS,
  parseRecords,
  RECORD,
  RECORD_HEADER_BYTES,
  type RecordSpan,
  readMark,
} from './record.ts';
import { outcomeUnknown, readIntent, recoverLog } from './recovery.ts';
import {
  type AuditRoomParts,
  type AuditRoomStatus,
  bytesOf,
  type MemberBatch,
  memberBatchOf,
  type OutcomeUnknown,
  reasonOf,
  unwritable,
} from './room-model.ts';
import { directorySource } from './source.ts';
import { verifyLog } from './verify/verify.ts';

export type { AuditRoomParts, AuditRoomStatus, OutcomeUnknown } from './room-model.ts';

interface Waiting {
  readonly bytes: Uint8Array;
  readonly spans: readonly RecordSpan[];
  readonly entries: number;
  readonly resolve: (firstIndex: number) => void;
  readonly reject: (error: WriterError) => void;
}

const SEGMENT_BYTES = 16 << 20;
const GROUP_BYTES = 4 << 20;
const SETTLE_GROUP = 64;
const TURN_MS = 2;
const RETRY_MS = 1_000;
/** Shortest time between two checkpoints of full tiles: each costs four new files and an fsync. */
const CHECKPOINT_GAP_MS = 250;
/** Durable entries in bytes that may wait for their tiles before commits wait for them. */
const SLOW_BYTES = 8 << 20;
/** Durable entries in bytes that may wait while tiles cannot be written. */
const BACKLOG_BYTES = 64 << 20;

/**
 * The audit log's side of the writer thread. Ops: `append` {bytes} → log index of the batch's first entry, after the
 * fsync that all batches which arrived meanwhile share; `status`, `flush` (signs a checkpoint now), `recovered`, `verify-self`.
 * Notices: `checkpoint` {size}, `indexed` {size}, `unwritable` {reason}, `writable`, `outcome_unknown`. Throws `audit_locked`,
 * `audit_damaged`, `audit_key_mismatch`, `audit_unwritable`. For processes that write through this one: `append-from` {member, sequence,
 * bytes}, which writes a batch once however often it is sent, and `settle` {member}, when one of them has died.
 *
 * A commit is synchronous: measured on ext4 it costs half the CPU of handing fdatasync to the thread pool, and the
 * batches that arrive meanwhile wait in the port and become the next group by themselves.
 */
export function openAuditRoom(
  options: AuditRoomOptions,
  notify: (notice: string, payload: unknown) => void,
  parts: AuditRoomParts = {},
): Room {
  const files = parts.files ?? nodeFiles;
  mkdirSync(options.directory, { recursive: true, mode: 0o700 });
  const lock = acquireDirectory(options.directory);
  try {
    return openLocked(
      options,
      notify,
      {
        files,
        segmentBytes: parts.segmentBytes ?? SEGMENT_BYTES,
        index: parts.index ?? true,
        liveMembers: parts.liveMembers ?? (() => new Set()),
      },
      lock,
    );
  } catch (error) {
    lock.release();
    throw error instanceof WriterError ? error : unwritable(error);
  }
}

function openLocked(
  options: AuditRoomOptions,
  notify: (notice: string, payload: unknown) => void,
  { files, segmentBytes, index, liveMembers }: Required<AuditRoomParts>,
  lock: DirectoryLock,
): Room {
  let fenced = false;
  const fence = (): void => {
    fenced ||= !lock.holds();
    if (fenced) throw new WriterError('audit_locked', 'another process has become the writer of this audit log');
  };
  const { wal, sequencer, tiles, intents, marks } = recoverLog(options, files, segmentBytes, fence);
  /** Batches of other processes that are on their way into the segment. */
  const accepting = new Map<number, { readonly sequence: number; readonly durable: Promise<number> }>();
  let waiting: Waiting[] = [];
  /** Durable entries on their way into the tree: views of 0x00 and the entry. */
  let queue: Uint8Array[] = [];
  let queueHead = 0;
  let queueBytes = 0;
  let scheduled = false;
  let closed = false;
  let failure: { readonly source: 'segment' | 'tiles'; readonly reason: string } | null = null;
  let lastPublished = 0;
  let checkpointTimer: NodeJS.Timeout | null = null;
  let retryTimer: NodeJS.Timeout | null = null;
  let retiring: Promise<void> | null = null;
  let indexer: IndexerHandle | null = null;

  const fail = (source: 'segment' | 'tiles', error: unknown): void => {
    const first = failure === null;
    failure = { source, reason: reasonOf(error) };
    if (first) notify('unwritable', { reason: failure.reason });
    if (retryTimer !== null || closed) return;
    retryTimer = setTimeout(() => {
      retryTimer = null;
      if (failure?.source === 'segment') commit([]);
      else integrate();
    }, RETRY_MS);
  };
  const recovered = (source: 'segment' | 'tiles'): void => {
    if (failure?.source !== source) return;
    failure = null;
    notify('writable', null);
  };

  const schedule = (): void => {
    if (scheduled || closed) return;
    scheduled = true;
    setImmediate(turn);
  };
  const turn = (): void => {
    scheduled = false;
    if (waiting.length > 0) commitWaiting();
    integrate();
    if (waiting.length > 0 || (queueHead < queue.length && failure === null)) schedule();
  };

  const commitWaiting = (): void => {
    const all = waiting;
    waiting = [];
    for (let at = 0; at < all.length; ) {
      const group: Waiting[] = [];
      for (let bytes = 0; at < all.length && (group.length === 0 || bytes < GROUP_BYTES); at += 1) {
        const next = all[at];
        if (next === undefined) break;
        group.push(next);
        bytes += next.bytes.length;
      }
      commit(group);
    }
  };

  /** Writes a group; an empty one tries whether the disk takes writes again. */
  const commit = (group: readonly Waiting[]): void => {
    try {
      const { segment, offsets, firstIndex } = wal.append(
        group.map(({ bytes, spans, entries }) => ({ bytes, records: spans.length, entries })),
      );
      let index = firstIndex;
      group.forEach((batch, at) => {
        for (const { kind, id, start, end } of batch.spans) {
          if (kind === RECORD.intent) {
            intents.set(id, { segment, offset: (offsets[at] ?? 0) + start, length: end - start });
            continue;
          }
          if (kind === RECORD.mark) {
            const mark = readMark(batch.bytes.subarray(start, end));
            marks.set(id, { segment, sequence: mark.sequence, firstIndex: mark.firstIndex ?? index });
            continue;
          }
          if (kind === RECORD.outcome) intents.delete(id);
          queue.push(batch.bytes.subarray(start - 1, end));
          queueBytes += end - start;
        }
        batch.resolve(index);
        index += batch.entries;
      });
      recovered('segment');
      if (index > firstIndex) armCheckpoint();
    } catch (error) {
      fail('segment', error);
      for (const batch of group) batch.reject(unwritable(error));
    }
    if (wal.closed.length > 0) retire();
  };

  /**
   * Moves durable entries into the tree for at most {@link TURN_MS}, so that the next commit does not wait; for as long
   * as it takes when too many have gathered, which slows whoever sends them.
   */
  const integrate = (): void => {
    try {
      const until = performance.now() + TURN_MS;
      for (let count = 0; queueHead < queue.length; count += 1) {
        if (count % 16 === 15 && queueBytes < SLOW_BYTES && performance.now() > until) break;
        const entry = queue[queueHead];
        if (entry === undefined) break;
        sequencer.add(entry);
        queueBytes -= entry.length - 1;
        queueHead += 1;
      }
      if (queueHead === queue.length || queueHead > 4096) {
        queue = queue.slice(queueHead);
        queueHead = 0;
      }
      if (performance.now() - lastPublished >= CHECKPOINT_GAP_MS && sequencer.publishFull()) published();
      recovered('tiles');
      if (queueHead < queue.length) schedule();
    } catch (error) {
      fail('tiles', error);
    }
  };

  const armCheckpoint = (): void => {
    if (checkpointTimer !== null || closed) return;
    checkpointTimer = setTimeout(() => {
      checkpointTimer = null;
      integrate();
      publish();
      if (sequencer.published < wal.nextIndex) armCheckpoint();
    }, options.checkpointIntervalMs);
  };
  const publish = (): void => {
    try {
      if (sequencer.publish()) published();
    } catch (error) {
      fail('tiles', error);
    }
  };
  const published = (): void => {
    lastPublished = performance.now();
    notify('checkpoint', { size: sequencer.published });
    indexer?.published(sequencer.published);
    if (wal.closed.length > 0) retire();
  };
  const drain = (): void => {
    if (waiting.length > 0) commitWaiting();
    while (queueHead < queue.length && failure?.source !== 'tiles') integrate();
    publish();
  };

  /** Gives up the segments whose entries stand in full tiles that are on the disk for good. */
  const retire = (): void => {
    if (retiring !== null || closed) return;
    retiring = retireAll()
      .catch((error: unknown) => fail('tiles', error))
      .finally(() => {
        retiring = null;
      });
  };
  /**
   * Writes the intents that are still open in a segment again, and the last marks. All in one turn: an outcome that came between would be
   * replayed before its intent, and the act would look unfinished.
   */
  const carryIntents = (segment: number): void => {
    commitWaiting();
    const open = [...intents].filter(([, place]) => place.segment === segment);
    const nobody = () => undefined;
    for (const [member, mark] of marks) {
      if (mark.segment !== segment) continue;
      const bytes = encodeMark(member, mark);
      commit([{ bytes, spans: parseRecords(bytes), entries: 0, resolve: nobody, reject: nobody }]);
    }
    const group = open.map(([id, place]) => {
      const bytes = encodeRecord(RECORD.intent, id, readIntent(wal, place));
      return { bytes, spans: parseRecords(bytes), entries: 0, resolve: nobody, reject: nobody };
    });
    if (group.length > 0) commit(group);
  };
  const retireAll = async (): Promise<void> => {
    for (;;) {
      const [oldest] = wal.closed;
      if (oldest === undefined || Math.floor(sequencer.size / TILE_WIDTH) * TILE_WIDTH < oldest.endIndex) break;
      await tiles.makeDurable(Math.ceil(oldest.endIndex / TILE_WIDTH) * TILE_WIDTH);
      // Until the checkpoint itself is on the disk, a power failure could leave one from before this segment.
      await files.syncPathLater(join(options.directory, 'checkpoint'));
      await files.syncPathLater(options.directory);
      if (closed) return;
      carryIntents(oldest.number);
      if ([...intents.values(), ...marks.values()].some((place) => place.segment === oldest.number)) break;
      wal.retire(oldest);
    }
    await wal.prepare();
  };

  const append = (bytes: Uint8Array): Promise<number> => {
    const spans = parseRecords(bytes);
    if (bytes.length > GROUP_BYTES) throw new WriterError('audit_batch_malformed', 'a batch of audit records is too large');
    if (closed || fenced || queueBytes > BACKLOG_BYTES) throw unwritable(failure);
    const entries = spans.reduce((sum, { kind }) => sum + (kind === RECORD.intent || kind === RECORD.mark ? 0 : 1), 0);
    return new Promise((resolve, reject) => {
      waiting.push({ bytes, spans, entries, resolve, reject });
      schedule();
    });
  };

  /** Writes a batch of another process, unless it is the one that it has sent before: then only its answer was lost. */
  const appendFrom = async ({ member, sequence, bytes }: MemberBatch): Promise<number> => {
    const known = accepting.get(member);
    if (known?.sequence === sequence) return await known.durable;
    const mark = marks.get(member);
    if (mark?.sequence === sequence) return mark.firstIndex;
    if (mark !== undefined && sequence < mark.sequence)
      throw new WriterError('audit_batch_malformed', 'this batch is an old one');
    const durable = append(Buffer.concat([encodeMark(member, { sequence, firstIndex: null }), bytes]));
    accepting.set(member, { sequence, durable });
    try {
      return await durable;
    } finally {
      if (accepting.get(member)?.durable === durable) accepting.delete(member);
    }
  };

  /** Acts that a crash cut short, of all processes that `theirs` holds for: each becomes one entry, as durable as the rest before any new record is taken. */
  const settleIntents = (theirs: (member: number) => boolean): OutcomeUnknown => {
    const indexes: number[] = [];
    const lost = [...intents].filter(([id]) => theirs(Math.floor(id / MEMBER_INTENTS)));
    const open = lost.map(([id, place]) => encodeRecord(RECORD.outcome, id, outcomeUnknown(readIntent(wal, place))));
    while (indexes.length < open.length) {
      const group = open.slice(indexes.length, indexes.length + SETTLE_GROUP);
      const { firstIndex } = wal.append(group.map((bytes) => ({ bytes, records: 1, entries: 1 })));
      group.forEach((bytes, at) => {
        queue.push(bytes.subarray(RECORD_HEADER_BYTES - 1));
        indexes.push(firstIndex + at);
      });
    }
    for (const [id] of lost) intents.delete(id);
    if (indexes.length > 0) armCheckpoint();
    return { indexes };
  };
  const alive = liveMembers();
  const unknown = settleIntents((member) => !alive.has(member));
  drain();
  if (failure !== null) throw unwritable(failure);
  retire();
  if (index) {
    indexer = startIndexer(options.directory, (size) => notify('indexed', { size }));
    indexer.published(sequencer.published);
  }
  if (unknown.indexes.length > 0) setImmediate(() => notify('outcome_unknown', unknown));

  const status = (): AuditRoomStatus => ({
    size: wal.nextIndex,
    published: sequencer.published,
    root: Buffer.from(sequencer.root()).toString('hex'),
    pending: wal.nextIndex - sequencer.published,
    checkpoint: sequencer.checkpoint,
    openIntents: intents.size,
    segmentBytes: wal.bytes,
    indexed: indexer?.size ?? 0,
    state: failure === null && !fenced ? 'ok' : 'unwritable',
    owner: true,
  });

  const vkey = formatVerifierKey(createSigner(options.origin, options.signingSeed).key);

  return {
    handle(op, payload) {
      switch (op) {
        case 'append':
          return append(bytesOf(payload));
        case 'append-from':
          return appendFrom(memberBatchOf(payload));
        case 'settle': {
          const { member } = payload as { readonly member: number };
          marks.delete(member);
          return settleIntents((other) => other === member);
        }
        case 'status':
          return status();
        case 'flush':
          drain();
          return status();
        case 'verify-self':
          drain();
          return verifyLog(directorySource(options.directory), { vkey, live: true });
        case 'recovered':
          return unknown;
        default:
          throw new WriterError('audit_operation_unknown', 'the audit log has no such operation');
      }
    },
    async close() {
      drain();
      closed = true;
      if (checkpointTimer !== null) clearTimeout(checkpointTimer);
      if (retryTimer !== null) clearTimeout(retryTimer);
      await retiring;
      await indexer?.close();
      wal.close();
      lock.release();
    },
  };
}
