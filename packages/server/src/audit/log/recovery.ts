import { closeSync, mkdirSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { type Checkpoint, equalBytes, MAX_ENTRY_BYTES, parseCheckpoint, TlogError } from '@menshen/tlog';
import { createSigner, openNote, tree } from '@menshen/tlog/node';
import { type AuditRoomOptions, WriterError } from '../../writer/protocol.ts';
import { canonicalJson } from '../events.ts';
import { plainOrNull } from '../plain.ts';
import { type LogFiles, readIfPresent } from './files.ts';
import { hasTiles, loadFrontier } from './frontier.ts';
import { parseRecords, RECORD, readMark } from './record.ts';
import { createSequencer, type Sequencer, writeCheckpoint } from './sequencer.ts';
import { createTileFiles, type TileFiles } from './tile-files.ts';
import { hasSegments, openWal, type Wal } from './wal.ts';

/** Where the record of an open intent stands. */
export interface IntentPlace {
  readonly segment: number;
  /** First byte of its event in the segment's file. */
  readonly offset: number;
  readonly length: number;
}

/** A log that has been brought to where its write-ahead log says it was. */
export interface RecoveredLog {
  readonly wal: Wal;
  readonly sequencer: Sequencer;
  readonly tiles: TileFiles;
  /** Intents without an outcome, oldest first: acts that were under way when the process died. */
  readonly intents: Map<number, IntentPlace>;
  /** The last batch of each process that writes through another's. */
  readonly marks: Map<number, MarkPlace>;
}

/** The last batch of a process that writes through another's: what it sends again is not written again. */
export interface MarkPlace {
  readonly segment: number;
  readonly sequence: number;
  /** Log index of the batch's first entry. */
  readonly firstIndex: number;
}

/** Opens a log directory that this process holds the lock of: creates it, or replays what a crash left undone. */
export function recoverLog(
  options: AuditRoomOptions,
  files: LogFiles,
  segmentBytes: number,
  fence: () => void = () => undefined,
): RecoveredLog {
  const { directory, origin, signingSeed } = options;
  const walFolder = join(directory, 'wal');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const signer = createSigner(origin, signingSeed);
  let note = readIfPresent(join(directory, 'checkpoint'));
  if (note === null) {
    if (hasSegments(walFolder) || hasTiles(directory)) throw damaged('the checkpoint is missing');
    note = new TextEncoder().encode(writeCheckpoint(files, directory, signer, 0, tree.emptyRoot));
    files.syncPath(directory);
  }
  const checkpoint = readCheckpoint(note, signer);

  const { wal, replay } = openWal(walFolder, files, segmentBytes, checkpoint.size);
  const base = replay.segments[0]?.header.firstIndex ?? checkpoint.size;
  if (replay.segments.length > 0 && replay.nextIndex < checkpoint.size) {
    throw damaged('the write-ahead log ends before the checkpoint');
  }
  const { builder, entries } = loadFrontier(directory, base);
  let recovering = true;
  const tiles = createTileFiles(directory, files, () => recovering);
  const sequencer = createSequencer({
    directory,
    origin,
    signingSeed,
    files,
    tiles,
    builder,
    edgeEntries: entries,
    published: checkpoint.size,
    checkpoint: new TextDecoder().decode(note),
    fence,
  });
  if (checkpoint.size < base) checkRoot(loadFrontier(directory, checkpoint.size).builder.root(), checkpoint);
  else if (checkpoint.size === base) checkRoot(sequencer.root(), checkpoint);

  const intents = new Map<number, IntentPlace>();
  const marks = new Map<number, MarkPlace>();
  for (const segment of replay.segments) {
    for (const frame of segment.frames) {
      for (const span of parseRecords(frame.body)) {
        if (span.kind === RECORD.intent) {
          intents.delete(span.id);
          intents.set(span.id, {
            segment: segment.header.number,
            offset: frame.start + span.start,
            length: span.end - span.start,
          });
          continue;
        }
        if (span.kind === RECORD.mark) {
          const { sequence, firstIndex } = readMark(frame.body.subarray(span.start, span.end));
          marks.set(span.id, { segment: segment.header.number, sequence, firstIndex: firstIndex ?? sequencer.size });
          continue;
        }
        if (span.kind === RECORD.outcome) intents.delete(span.id);
        sequencer.add(frame.body.subarray(span.start - 1, span.end));
        if (sequencer.size === checkpoint.size) checkRoot(sequencer.root(), checkpoint);
      }
    }
  }
  sequencer.publish();
  recovering = false;
  return { wal, sequencer, tiles, intents, marks };
}

function readCheckpoint(note: Uint8Array, signer: ReturnType<typeof createSigner>): Checkpoint {
  try {
    const checkpoint = parseCheckpoint(openNote(note, [signer.key]).text);
    if (checkpoint.origin === signer.key.name) return checkpoint;
  } catch (error) {
    if (!(error instanceof TlogError)) throw error;
    if (error.code !== 'note_unverified') throw damaged('the checkpoint is damaged');
  }
  throw new WriterError('audit_key_mismatch', 'the checkpoint is of another origin or signed with another key');
}

function checkRoot(root: Uint8Array, checkpoint: Checkpoint): void {
  if (!equalBytes(root, checkpoint.root)) throw damaged('the entries do not lead to the root of the checkpoint');
}

/**
 * The entry that an intent without an outcome becomes: its event with `unmapped.menshen.outcome` "unknown", as
 * canonical JSON. Should the event leave no room for that, or not be JSON, it stands as it was written.
 */
export function outcomeUnknown(event: Uint8Array): Uint8Array {
  try {
    const value = plainOrNull(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(event)));
    const unmapped = plainOrNull(value?.unmapped ?? {});
    const menshen = plainOrNull(unmapped?.menshen ?? {});
    if (value === null || unmapped === null || menshen === null) return event;
    const marked = { ...value, unmapped: { ...unmapped, menshen: { ...menshen, outcome: 'unknown' } } };
    const bytes = new TextEncoder().encode(canonicalJson(marked));
    return bytes.length > MAX_ENTRY_BYTES ? event : bytes;
  } catch {
    return event;
  }
}

/** Reads the event of an open intent back from its segment. */
export function readIntent(wal: Wal, place: IntentPlace): Uint8Array {
  const event = new Uint8Array(place.length);
  const fd = openSync(wal.segmentPath(place.segment), 'r');
  try {
    if (readSync(fd, event, 0, place.length, place.offset) !== place.length)
      throw damaged('a segment is shorter than its records');
  } finally {
    closeSync(fd);
  }
  return event;
}

function damaged(message: string): WriterError {
  return new WriterError('audit_damaged', message);
}
