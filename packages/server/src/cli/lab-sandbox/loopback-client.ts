import { request } from 'node:http';
import { requestIdHeader } from '@menshen/wire';

export interface LoopbackAnswer {
  readonly status: number;
  readonly requestId: string;
  readonly text: string;
}

const timeoutMs = 15_000;
const mostBytes = 200_000;

export type LoopbackClient = ReturnType<typeof createLoopbackClient>;

/** Sends to one origin on this machine and to nowhere else: whoever asks chooses a path, never a host. Throws TypeError for any other origin. */
export function createLoopbackClient(origin: string) {
  const { hostname, port, protocol } = new URL(origin);
  if (protocol !== 'http:' || hostname !== '127.0.0.1') throw new TypeError('a sandbox is on loopback');
  return (
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body: string | null,
  ): Promise<LoopbackAnswer> =>
    new Promise((resolve, reject) => {
      const length = body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      const signal = AbortSignal.timeout(timeoutMs);
      const sent = request({ host: '127.0.0.1', port, method, path, headers: { ...headers, ...length }, signal }, (answer) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        answer.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes <= mostBytes) chunks.push(chunk);
          else answer.destroy(new RangeError('the answer is too long'));
        });
        answer.on('error', reject);
        answer.on('end', () => {
          const id = answer.headers[requestIdHeader.toLowerCase()];
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: answer.statusCode ?? 0, requestId: typeof id === 'string' ? id : '', text });
        });
      });
      sent.on('error', reject);
      sent.end(body ?? undefined);
    });
}
