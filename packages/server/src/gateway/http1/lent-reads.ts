import type { Socket } from 'node:net';

/** Takes what a connection sends. The bytes are only lent: who keeps them copies them. Returns whether to go on reading. */
export type TakeBytes = (bytes: Buffer) => boolean;

interface Handle {
  useUserBuffer(buffer: Uint8Array): void;
}

type Symbols = Readonly<Record<'buffer' | 'callback', symbol>>;

/** One buffer for the reads of all connections: a piece is handled, and copied where it is kept, before the next read. */
const readBuffer = Buffer.allocUnsafeSlow(65_536);

/**
 * Has a connection that was just accepted read into one buffer, as `onread` of `net.connect` does. For accepted connections Node offers no such option: each of
 * their reads makes a buffer of 64 KiB, cuts it to its size and leaves it to the collector. False, and nothing is changed, where bytes may have been
 * read already, for TLS, and where this Node is made otherwise: then the connection reads as ever. A test says so when a new Node is.
 */
export function lendReads(socket: Socket, take: TakeBytes): boolean {
  if ('encrypted' in socket || socket.readableLength > 0) return false;
  const handle = (socket as unknown as { readonly _handle?: Partial<Handle> | null })._handle;
  if (typeof handle?.useUserBuffer !== 'function') return false;
  const symbols = symbolsOf(socket);
  if (symbols === null) return false;
  const fields = socket as unknown as Record<symbol, unknown>;
  fields[symbols.buffer] = readBuffer;
  fields[symbols.callback] = (size: number): boolean => take(readBuffer.subarray(0, size));
  handle.useUserBuffer(readBuffer);
  return true;
}

let known: Symbols | null = null;

function symbolsOf(socket: Socket): Symbols | null {
  if (known !== null) return known;
  const own = Object.getOwnPropertySymbols(socket);
  const buffer = own.find(({ description }) => description === 'kBuffer');
  const callback = own.find(({ description }) => description === 'kBufferCb');
  if (buffer !== undefined && callback !== undefined) known = { buffer, callback };
  return known;
}
