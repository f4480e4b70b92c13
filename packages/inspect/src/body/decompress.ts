import { brotliDecompress, brotliDecompressSync, gunzip, gunzipSync, inflate, inflateSync } from 'node:zlib';
import type { InspectionLimits } from '../profile.ts';
import { type Refusal, refuse } from '../refusal.ts';

/** What zlib gives with `info`: the output, and the engine that knows how much input it took. */
interface Inflated {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}
interface InflateOptions {
  readonly maxOutputLength: number;
  readonly info: true;
}
interface Coding {
  readonly sync: (bytes: Buffer, options: InflateOptions) => unknown;
  readonly async: (bytes: Buffer, options: InflateOptions, done: (error: Error | null, result: unknown) => void) => void;
}

/** Content codings of RFC 9110 §8.4.1 and RFC 7932; `deflate` is the zlib format alone. */
const codings: ReadonlyMap<string, Coding> = new Map([
  ['gzip', { sync: gunzipSync, async: gunzip }],
  ['x-gzip', { sync: gunzipSync, async: gunzip }],
  ['deflate', { sync: inflateSync, async: inflate }],
  ['br', { sync: brotliDecompressSync, async: brotliDecompress }],
]);

/** Output that is free of the ratio, because short repetitive bodies compress very well. */
const freeBytes = 65_536;
/** Largest possible output that is decompressed on the caller's thread: about a millisecond. */
const syncBytes = 1_048_576;

/**
 * Undoes a `Content-Encoding`. Gives bytes at once, or a promise of them when the output may be large. Refused: an unknown
 * or a second coding, a body that ends early or goes on after its end, an output larger than the body limit or than the
 * ratio allows; the output is never held beyond the limit.
 */
export function decompress(
  bytes: Buffer,
  contentEncoding: string,
  limits: InspectionLimits,
): Refusal | Buffer | Promise<Refusal | Buffer> {
  const name = contentEncoding.toLowerCase();
  if (name === 'identity') return bytes;
  const coding = codings.get(name);
  if (coding === undefined) return refuse('body_encoding_unsupported', 'header content-encoding');
  const byRatio = Math.max(freeBytes, bytes.length * limits.maxCompressionRatio);
  const maxOutputLength = Math.min(limits.maxBodyBytes, byRatio);
  const options: InflateOptions = { maxOutputLength, info: true };
  const failure = (error: unknown): Refusal => {
    const tooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    if (!tooLarge) return refuse('body_malformed', 'body');
    return refuse(maxOutputLength < limits.maxBodyBytes ? 'compression_ratio' : 'body_too_large', 'body');
  };
  const success = (result: unknown): Refusal | Buffer => {
    const { buffer, engine } = result as Inflated;
    return engine.bytesWritten === bytes.length ? buffer : refuse('body_malformed', 'body');
  };
  if (maxOutputLength > syncBytes) {
    return new Promise((resolve) => {
      coding.async(bytes, options, (error, result) => resolve(error === null ? success(result) : failure(error)));
    });
  }
  try {
    return success(coding.sync(bytes, options));
  } catch (error) {
    return failure(error);
  }
}
