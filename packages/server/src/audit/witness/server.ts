import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { decodeBase64, encodeBase64, formatVerifierKey, MAX_ADD_CHECKPOINT_BYTES, SIZE_MEDIA_TYPE } from '@menshen/tlog';
import { createCosigner, parseVerifierKey } from '@menshen/tlog/node';
import { createWitness } from '@menshen/tlog/witness';
import { WriterError } from '../../writer/protocol.ts';
import { nodeFiles, readIfPresent } from '../log/files.ts';
import { lockDirectory } from '../log/lock.ts';
import { openWitnessStore } from './store.ts';

export interface WitnessServerOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Folder of the witness's key and of what it has seen. */
  readonly state: string;
  /** Name of the witness's key. */
  readonly name: string;
  /** Verifier keys of the logs that it witnesses. */
  readonly logs: readonly string[];
  readonly clock: () => number;
}

export interface WitnessServer {
  readonly url: string;
  /** Verifier key of its cosignatures, for `audit.witnesses`. */
  readonly vkey: string;
  close(): Promise<void>;
}

const REQUEST_MS = 10_000;

/** The witness's secret, made at the first start. Throws `witness_state_damaged` when the file holds something else. */
function seedOf(folder: string): Uint8Array {
  const path = join(folder, 'witness.key');
  const stored = readIfPresent(path);
  if (stored === null) {
    const seed = randomBytes(32);
    nodeFiles.create(`${path}.new`, `${encodeBase64(seed)}\n`);
    nodeFiles.syncPath(`${path}.new`);
    nodeFiles.rename(`${path}.new`, path);
    nodeFiles.syncPath(folder);
    return seed;
  }
  const seed = decodeBase64(new TextDecoder().decode(stored).trim());
  if (seed?.length !== 32) throw new WriterError('witness_state_damaged', 'the key of the witness is damaged');
  return seed;
}

/**
 * Serves a witness: `POST /add-checkpoint` (C2SP tlog-witness) and `GET /vkey`. Whoever asks needs no right to: a checkpoint
 * that the log's key has not signed changes nothing. Throws `audit_locked` when another process has the folder,
 * `key_malformed` for a key that is none.
 */
export async function startWitness(options: WitnessServerOptions): Promise<WitnessServer> {
  mkdirSync(options.state, { recursive: true, mode: 0o700 });
  const logs = options.logs.map(parseVerifierKey);
  const unlock = lockDirectory(options.state);
  try {
    const cosigner = createCosigner(options.name, seedOf(options.state), options.clock);
    const witness = createWitness({ logs, cosigner, store: openWitnessStore(options.state) });
    const vkey = formatVerifierKey(cosigner.key);
    const server = createServer({ requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS, maxHeaderSize: 8_192 });
    server.maxConnections = 100;
    server.on('request', (request, response) => void serve(request, response, witness, vkey));
    await listen(server, options.host, options.port);
    const { port } = server.address() as AddressInfo;
    const host = options.host.includes(':') ? `[${options.host}]` : options.host;
    return {
      url: `http://${host}:${port}`,
      vkey,
      async close() {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  witness: ReturnType<typeof createWitness>,
  vkey: string,
): Promise<void> {
  const send = (status: number, body = '', type = 'text/plain; charset=utf-8'): void => {
    response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store' });
    response.end(body);
  };
  try {
    if (request.url === '/vkey' && request.method === 'GET') return send(200, `${vkey}\n`);
    if (request.url !== '/add-checkpoint') return send(404);
    if (request.method !== 'POST') return send(405);
    const body = await readBody(request);
    if (body === null) {
      response.setHeader('connection', 'close');
      return send(413);
    }
    const { status, body: answer } = witness(body);
    send(status, answer, status === 409 ? SIZE_MEDIA_TYPE : 'text/plain; charset=utf-8');
  } catch {
    // The disk does not take what was seen, or what is on it is damaged: nothing was signed.
    if (!response.headersSent) send(500);
    else response.destroy();
  }
}

/** The body as text; null when it is too long. Bytes that are no UTF-8 become U+FFFD, which no request may hold in any place that counts. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_ADD_CHECKPOINT_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
