import type { FileHandle } from 'node:fs/promises';
import type { FileBytes as ByteSource } from '@menshen/inspect';

export { bytesOf as bufferSource, type FileBytes as ByteSource, partOf as slice } from '@menshen/inspect';

export function fileSource(file: FileHandle, size: number): ByteSource {
  return {
    size,
    async read(offset, length) {
      const wanted = Math.max(0, Math.min(length, size - offset));
      const buffer = Buffer.allocUnsafe(wanted);
      let filled = 0;
      while (filled < wanted) {
        const { bytesRead } = await file.read(buffer, filled, wanted - filled, offset + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return buffer.subarray(0, filled);
    },
  };
}

const chunkBytes = 65_536;

/** All bytes in chunks. */
export async function* chunksOf(source: ByteSource, from = 0, to = source.size): AsyncGenerator<Buffer> {
  for (let at = from; at < to; ) {
    const chunk = await source.read(at, Math.min(chunkBytes, to - at));
    if (chunk.length === 0) return;
    yield chunk;
    at += chunk.length;
  }
}

/** Bytes to put in the place of others. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly bytes: Buffer;
}

/** The length of a source after edits that do not overlap. */
export function editedSize(source: ByteSource, edits: readonly Edit[]): number {
  return edits.reduce((size, { start, end, bytes }) => size - (end - start) + bytes.length, source.size);
}

/** A source with its edits applied, in chunks. The edits are in order and do not overlap. */
export async function* edited(source: ByteSource, edits: readonly Edit[]): AsyncGenerator<Buffer> {
  let at = 0;
  for (const { start, end, bytes } of edits) {
    yield* chunksOf(source, at, start);
    if (bytes.length > 0) yield bytes;
    at = end;
  }
  yield* chunksOf(source, at);
}
