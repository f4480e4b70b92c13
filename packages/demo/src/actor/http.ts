import { Agent, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import { requestIdHeader } from '@menshen/wire';

export interface OutgoingRequest {
  readonly method: string;
  /** With query. */
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  /** The body, or how many bytes of one to send as long as nobody objects. */
  readonly body?: Uint8Array | { readonly bytes: number };
}

export interface Reply {
  readonly status: number;
  /** The JSON of the answer; null when it is something else. */
  readonly body: unknown;
  /** Names the request in the audit log; null when the answer does not say. */
  readonly requestId: string | null;
}

/** No answer came: nobody listens, the connection broke, or it took too long. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
  readonly code = 'unreachable';
}

export interface HttpClient {
  send(outgoing: OutgoingRequest): Promise<Reply>;
  close(): void;
}

const timeoutMs = 15_000;
const maxAnswerBytes = 1_000_000;
const chunkBytes = 64 * 1024;

/** Sends requests to one origin. Every failure is an UnreachableError. */
export function createHttpClient(origin: URL): HttpClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const closing = new AbortController();

  const send = (outgoing: OutgoingRequest): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const { body } = outgoing;
      const length = body === undefined ? undefined : 'bytes' in body ? body.bytes : body.length;
      const sent = request({
        agent,
        host: origin.hostname.replace(/^\[|\]$/g, ''),
        port: origin.port === '' ? 80 : Number(origin.port),
        method: outgoing.method,
        path: outgoing.path,
        headers: { ...outgoing.headers, ...(length === undefined ? {} : { 'content-length': length }) },
        signal: AbortSignal.any([closing.signal, AbortSignal.timeout(timeoutMs)]),
      });
      let answered = false;
      sent.on('response', (response) => {
        answered = true;
        read(response)
          .then(resolve, () => reject(new UnreachableError('answer broken off')))
          .finally(() => {
            // Whoever answers early need not take the rest; but the answer comes first, and would be lost with the connection.
            if (!sent.writableEnded) sent.destroy();
          });
      });
      sent.on('error', () => {
        // A server that refuses early stops reading: the broken write is no failure once its answer has begun.
        if (!answered) reject(new UnreachableError('no answer'));
      });
      if (body === undefined || !('bytes' in body)) sent.end(body);
      else writeFiller(body.bytes);

      function writeFiller(left: number): void {
        for (let rest = left; rest > 0; ) {
          if (answered || sent.destroyed) return;
          const chunk = Buffer.alloc(Math.min(rest, chunkBytes), 0x20);
          rest -= chunk.length;
          if (!sent.write(chunk)) return void sent.once('drain', () => writeFiller(rest));
        }
        sent.end();
      }
    });

  return {
    send,
    close() {
      closing.abort();
      agent.destroy();
    },
  };
}

async function read(response: IncomingMessage): Promise<Reply> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    const bytes: Buffer = chunk;
    length += bytes.length;
    if (length > maxAnswerBytes) break;
    chunks.push(bytes);
  }
  const id = response.headers[requestIdHeader.toLowerCase()];
  return {
    status: response.statusCode ?? 0,
    body: parse(Buffer.concat(chunks).toString('utf8')),
    requestId: typeof id === 'string' ? id : null,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A text field of a JSON answer; null when it is not there. */
export function textField(body: unknown, name: string): string | null {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return null;
  const value: unknown = (body as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : null;
}
