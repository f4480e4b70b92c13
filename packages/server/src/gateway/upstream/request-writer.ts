import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';

/** A body up to this size travels in one write with the head. */
const joinedBytes = 16_384;

export interface UpstreamRequest {
  readonly method: string;
  readonly path: string;
  /** Flat list of names and values, as `backendHeaders` makes it. */
  readonly headers: readonly string[];
  readonly body: Buffer | Readable | null;
  /** Longest silence of the backend, until its answer begins and between two pieces of it, in milliseconds. */
  readonly timeoutMs: number;
  /** How much of the answer is held before it streams, in bytes; 64 KiB when absent. */
  readonly holdBytes?: number;
  /** Is given the function that gives the exchange up; for a request whose caller may leave. */
  readonly onStart?: (abandon: () => void) => void;
}

const withPayload = new Set(['POST', 'PUT', 'PATCH']);
/** What would end a header early. The HTTP parser has refused it already; here it is the last line of defence. */
const splitting = /[\r\n\0]/;

/** The request's head in bytes, as Latin-1 text. Throws TypeError for a method, path or header that would split it. */
export function requestHead(request: UpstreamRequest, host: string): string {
  const { headers, body } = request;
  if (!/^[A-Z]+$/.test(request.method) || !/^[\x21-\x7e\x80-\xff]+$/.test(request.path)) throw new TypeError('request line');
  let head = `${request.method} ${request.path} HTTP/1.1\r\nhost: ${host}\r\n`;
  let sized = false;
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] ?? '';
    const value = headers[at + 1] ?? '';
    if (splitting.test(value) || splitting.test(name)) throw new TypeError('header');
    if (name === 'content-length') sized = true;
    head += `${name}: ${value}\r\n`;
  }
  if (!sized) {
    if (Buffer.isBuffer(body)) head += `content-length: ${body.length}\r\n`;
    else if (body !== null) head += 'transfer-encoding: chunked\r\n';
    else if (withPayload.has(request.method)) head += 'content-length: 0\r\n';
  }
  return `${head}\r\n`;
}

/**
 * Writes a request on a socket. A held body is sent at once; a stream at the backend's pace, and `failed` is called when it breaks off or does not
 * have the length that its head declares. Returns the function that stops a stream.
 */
export function writeRequest(socket: Socket, head: string, request: UpstreamRequest, failed: (error: Error) => void): () => void {
  const { body } = request;
  if (body === null) {
    socket.write(head, 'latin1');
    return nothing;
  }
  if (Buffer.isBuffer(body)) {
    if (body.length <= joinedBytes) socket.write(head + body.toString('latin1'), 'latin1');
    else {
      socket.cork();
      socket.write(head, 'latin1');
      socket.write(body);
      socket.uncork();
    }
    return nothing;
  }
  socket.write(head, 'latin1');
  return writeStream(socket, body, declaredLength(request.headers), failed);
}

/** The client broke off, kept others waiting, or sent what its head had not declared: it says nothing of the backend. */
export class CallerFault extends Error {
  override readonly name = 'CallerFault';
}

const nothing = (): void => undefined;

function declaredLength(headers: readonly string[]): number | null {
  for (let at = 0; at < headers.length; at += 2) if (headers[at] === 'content-length') return Number(headers[at + 1]);
  return null;
}

function writeStream(socket: Socket, body: Readable, length: number | null, failed: (error: Error) => void): () => void {
  let sent = 0;
  const onData = (piece: Buffer): void => {
    sent += piece.length;
    if (length !== null && sent > length) return end(new CallerFault('body longer than declared'));
    if (length === null) socket.write(`${piece.length.toString(16)}\r\n`, 'latin1');
    const room = socket.write(piece);
    if (length === null) socket.write('\r\n', 'latin1');
    if (!room) body.pause();
  };
  const onDrain = (): void => void body.resume();
  const onEnd = (): void => {
    if (length === null) socket.write('0\r\n\r\n', 'latin1');
    end(length !== null && sent < length ? new CallerFault('body shorter than declared') : null);
  };
  const onError = (error: Error): void => end(new CallerFault('body broken', { cause: error }));
  const onClose = (): void => end(new CallerFault('body cut off'));
  const end = (error: Error | null): void => {
    body.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose);
    socket.off('drain', onDrain);
    body.on('error', nothing);
    if (error !== null) failed(error);
  };
  socket.on('drain', onDrain);
  body.on('end', onEnd).on('error', onError).on('close', onClose).on('data', onData);
  return () => {
    end(null);
    body.resume();
  };
}
