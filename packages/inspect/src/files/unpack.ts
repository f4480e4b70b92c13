import { constants, createGunzip, createInflate, createInflateRaw, inflateRawSync } from 'node:zlib';

export interface Unpacked {
  readonly bytes: Buffer;
  /** Whether this is all of it. */
  readonly whole: boolean;
  /** Bytes of the packed data that belong to it, where it is whole. */
  readonly used: number;
}

/** Small data is unpacked at once: handing it over costs more. */
const smallPacked = 16_384;
const smallPlain = 262_144;

/**
 * Unpacks data up to `limit` bytes, large data in the thread pool. What follows the packed data is left alone. Null where nothing of it can be unpacked; never
 * throws.
 */
export async function unpack(packed: Buffer, form: 'raw' | 'zlib' | 'gzip', limit: number): Promise<Unpacked | null> {
  if (limit <= 0) return { bytes: Buffer.alloc(0), whole: false, used: 0 };
  if (form === 'raw' && packed.length <= smallPacked) {
    try {
      const options = { maxOutputLength: Math.min(limit, smallPlain), info: true } as const;
      const { buffer, engine } = inflateRawSync(packed, options) as unknown as Informed;
      return { bytes: buffer, whole: true, used: engine.bytesWritten };
    } catch {
      // Broken, or larger: as far as it goes, below.
    }
  }
  return await new Promise((resolve) => {
    const options = { finishFlush: constants.Z_SYNC_FLUSH };
    const stream = form === 'raw' ? createInflateRaw(options) : form === 'zlib' ? createInflate(options) : createGunzip(options);
    const chunks: Buffer[] = [];
    let size = 0;
    let done = false;
    const end = (whole: boolean): void => {
      if (done) return;
      done = true;
      stream.destroy();
      const bytes = Buffer.concat(chunks);
      resolve(
        bytes.length === 0 && !whole
          ? null
          : { bytes: bytes.subarray(0, limit), whole: whole && size <= limit, used: stream.bytesWritten },
      );
    };
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > limit) end(false);
    });
    stream.on('end', () => end(true));
    stream.on('error', () => end(false));
    stream.end(packed);
  });
}

/** What `info: true` gives (Node.js, zlib convenience methods). */
interface Informed {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}
