import type { FileBounds, FileBytes, FileFinding } from './model.ts';

/** What one reading shares over a file and all that is in it: what was found, and what may still be spent. */
export interface ReadingState {
  readonly bounds: FileBounds;
  /** Bytes that may still be unpacked. */
  unpackable: number;
  /** Looks at places that only seemed to hold something. */
  looks: number;
  readonly found: Map<string, FileFinding>;
  /** Lets others have their turn; asked every megabyte. */
  readonly pause: (() => Promise<void>) | null;
  bytesSincePause: number;
}

/** Where in a file the reading is. */
export interface Place {
  readonly state: ReadingState;
  readonly entries: readonly number[];
}

/** A numbered entry of what is read, such as one of an archive. */
export function within({ state, entries }: Place, number: number): Place {
  return { state, entries: [...entries, number] };
}

/** Places that may be looked at more closely before a file counts as too complex. */
export const maxLooks = 400_000;
const maxFindings = 64;
const pauseEvery = 1_048_576;

/** A small file unpacks to little, or it is no honest one. */
const unpackedAtLeast = 4_194_304;
const unpackedRatio = 64;

export function startReading(bounds: FileBounds, size: number, pause: (() => Promise<void>) | null = null): ReadingState {
  const unpackable = Math.min(bounds.readBytes, Math.max(unpackedAtLeast, size * unpackedRatio));
  return { bounds, unpackable, looks: maxLooks, found: new Map(), pause, bytesSincePause: 0 };
}

/** Takes a finding, the first of its rule. */
export function report({ state, entries }: Place, rule: string, at: number | null = null): void {
  if (state.found.has(rule) || state.found.size >= maxFindings) return;
  state.found.set(rule, { rule, at, entries });
}

/** Whether one more place may be looked at; where not, the file is told as not read to its end. */
export function mayLook(place: Place, cost = 1): boolean {
  const { state } = place;
  if (state.looks <= 0) {
    report(place, 'upload.too_much');
    return false;
  }
  state.looks -= cost;
  return true;
}

/** Counts bytes that were read, and pauses now and then. */
export async function spend(state: ReadingState, bytes: number): Promise<void> {
  state.bytesSincePause += bytes;
  if (state.bytesSincePause < pauseEvery || state.pause === null) return;
  state.bytesSincePause = 0;
  await state.pause();
}

/** Bytes in memory, without a copy. */
export function bytesOf(bytes: Buffer): FileBytes {
  return { size: bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length) };
}

/** A part of other bytes. */
export function partOf(source: FileBytes, start: number, end: number): FileBytes {
  const size = Math.max(0, Math.min(end, source.size) - start);
  return { size, read: (offset, length) => source.read(start + offset, Math.max(0, Math.min(length, size - offset))) };
}

const windowBytes = 65_536;

export interface Window {
  /** Bytes from `start`; the first `seen` of them stood in the window before. */
  readonly bytes: Buffer;
  readonly start: number;
  readonly seen: number;
  /** Whether nothing follows. */
  readonly last: boolean;
}

/** All bytes in windows that overlap, so that what stands across an edge is seen whole. */
export async function* windowsOf(source: FileBytes, state: ReadingState, overlap: number): AsyncGenerator<Window> {
  for (let at = 0; at < source.size; ) {
    const start = Math.max(0, at - overlap);
    const bytes = await source.read(start, at - start + windowBytes);
    if (start + bytes.length <= at) return;
    const end = start + bytes.length;
    await spend(state, end - at);
    yield { bytes, start, seen: at - start, last: end >= source.size };
    at = end;
  }
}
