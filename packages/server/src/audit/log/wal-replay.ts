import { readFileSync } from 'node:fs';
import { WriterError } from '../../writer/protocol.ts';
import { type Frame, hasLaterFrame, readFrame, readSegmentHeader, SEGMENT_HEADER_BYTES, type SegmentHeader } from './frame.ts';

/** A segment file as it was found at start. */
export interface ReplayedSegment {
  readonly path: string;
  readonly header: SegmentHeader;
  readonly frames: readonly Frame[];
  /** First byte after the last whole frame. */
  readonly end: number;
}

/** What the write-ahead log holds: where it goes on. */
export interface Replay {
  readonly segments: readonly ReplayedSegment[];
  /** Files whose creation a crash cut short; they hold nothing. */
  readonly unfinished: readonly string[];
  readonly nextFrame: number;
  readonly nextIndex: number;
}

/**
 * Reads all segments, oldest first. A tail that was being written when the process died was never acknowledged: it is
 * left out. Anything missing or broken before a whole frame is damage: throws `audit_damaged` rather than start a log
 * that has lost what it promised to keep.
 */
export function replaySegments(files: readonly { readonly number: number; readonly path: string }[]): Replay {
  const unfinished: string[] = [];
  const found: { path: string; header: SegmentHeader; bytes: Buffer }[] = [];
  for (const [at, { number, path }] of files.entries()) {
    const bytes = readFileSync(path);
    const header = readSegmentHeader(bytes);
    if (header?.number === number) found.push({ path, header, bytes });
    else if (at === files.length - 1 && !hasLaterFrame(bytes, 0, found.at(-1)?.header.firstFrame ?? 0)) unfinished.push(path);
    else throw damaged('a segment of the write-ahead log has no valid header');
  }
  const segments: ReplayedSegment[] = [];
  let nextFrame = found[0]?.header.firstFrame ?? 0;
  let nextIndex = found[0]?.header.firstIndex ?? 0;
  for (const [at, { path, header, bytes }] of found.entries()) {
    const limit = found[at + 1]?.header.firstFrame ?? Number.POSITIVE_INFINITY;
    if (header.firstFrame !== nextFrame || header.firstIndex !== nextIndex)
      throw damaged('a segment of the write-ahead log is missing');
    const frames: Frame[] = [];
    let end = SEGMENT_HEADER_BYTES;
    // A frame that a later segment numbers again was refused when its write failed.
    while (nextFrame < limit) {
      const frame = readFrame(bytes, end);
      if (frame === null || frame.number !== nextFrame || frame.firstIndex !== nextIndex) break;
      frames.push(frame);
      end = frame.start + frame.body.length;
      nextFrame += 1;
      nextIndex += frame.entries;
    }
    if (nextFrame < limit && (limit !== Number.POSITIVE_INFINITY || hasLaterFrame(bytes, end, nextFrame))) {
      throw damaged('the write-ahead log is damaged in the middle');
    }
    segments.push({ path, header, frames, end });
  }
  return { segments, unfinished, nextFrame, nextIndex };
}

function damaged(message: string): WriterError {
  return new WriterError('audit_damaged', message);
}
