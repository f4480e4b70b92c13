import { brotliDecompressSync, constants, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';

/** What the text of an answer may come to when it is unpacked, in bytes. */
const maxBytes = 4 << 20;

type Decode = (bytes: Buffer) => Buffer;

// Of an answer that streams the beginning is held: it is unpacked as far as it goes.
const plain = { maxOutputLength: maxBytes, finishFlush: constants.Z_SYNC_FLUSH };
const decoders: Readonly<Record<string, Decode>> = {
  identity: (bytes) => bytes,
  gzip: (bytes) => gunzipSync(bytes, plain),
  'x-gzip': (bytes) => gunzipSync(bytes, plain),
  deflate: (bytes) => inflateSync(bytes, plain),
  br: (bytes) => brotliDecompressSync(bytes, { maxOutputLength: maxBytes, finishFlush: constants.BROTLI_OPERATION_FLUSH }),
  zstd: (bytes) => zstdDecompressSync(bytes, { maxOutputLength: maxBytes, finishFlush: constants.ZSTD_e_flush }),
};

/** The plain bytes of what is held of an answer with this `Content-Encoding`; null for a coding that is not read, and for what is too large or broken. */
export function decodeHeld(bytes: Buffer, coding: string): Buffer | null {
  const decode = Object.hasOwn(decoders, coding.trim().toLowerCase()) ? decoders[coding.trim().toLowerCase()] : undefined;
  try {
    return decode?.(bytes) ?? null;
  } catch {
    return null;
  }
}
