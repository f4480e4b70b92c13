import type { IncomingMessage, ServerResponse } from 'node:http';

/** What is still read and thrown away after a refusal, in bytes and milliseconds. */
const lingerBytes = 16_777_216;
const lingerMs = 2_000;
const lookMs = 50;

/**
 * Closes the connection of a request that is refused while its body still arrives. To close at once would reset the connection, and with the reset the
 * client loses the answer that says why (RFC 9112 §9.6): our side ends first, and what arrives is thrown away for a bounded while.
 */
export function closeInStages(request: IncomingMessage): void {
  const { socket } = request;
  const began = performance.now();
  const from = socket.bytesRead;
  socket.end();
  request.resume();
  const timer = setInterval(() => {
    if (performance.now() - began > lingerMs || socket.bytesRead - from > lingerBytes) socket.destroy();
  }, lookMs);
  timer.unref();
  socket.once('close', () => clearInterval(timer));
}

/** A body up to this size is read and thrown away after a refusal, and the connection goes on. */
const drainedBytes = 65_536;

/**
 * To be called with a refusal: ends the connection in stages where a body still arrives that is not worth reading. A small body is read and thrown away by the
 * HTTP server itself, and the connection goes on: to end it would surprise a client that has sent everything and asks the next thing.
 */
export function endAfterRefusal(request: IncomingMessage, response: ServerResponse): void {
  const declared = request.headers['content-length'];
  if (request.headers['transfer-encoding'] === undefined && Number(declared ?? 0) <= drainedBytes) return;
  // Judged when the answer has left: the body may have come meanwhile.
  response.once('finish', () => {
    if (!request.complete) closeInStages(request);
  });
}
