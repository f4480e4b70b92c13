import { lookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import type { StagingConfig } from '@menshen/contract';
import { type ProbeAnswer, ProbeRefused, type ProbeSend } from '../../scans/probe/model.ts';
import { addressesAllowed } from '../../scans/probe/target.ts';
import type { TlsFacts } from '../../scans/probe/tls.ts';

const timeoutMs = 15_000;
const mostBytes = 262_144;
const dayMs = 86_400_000;

export interface ProbeTransport {
  readonly send: ProbeSend;
  /** Null for clear HTTP on this machine, where there is nothing to look at. */
  inspectTls(): Promise<TlsFacts | null>;
}

export interface TransportOptions {
  /** Certificates that do not hold are a finding and no obstacle. */
  readonly insecure: boolean;
  /** Resolves a name to all of its addresses; the system's resolver when absent. */
  readonly resolve?: (name: string) => Promise<readonly string[]>;
  readonly now: () => number;
}

const systemResolve = async (name: string): Promise<readonly string[]> =>
  (await lookup(name, { all: true, verbatim: true })).map(({ address }) => address);

/**
 * The way to one staging host and to no other: each connection goes to an address that was resolved and checked for it, so that a name which changes its
 * answer between check and connection leads nowhere, and redirects are answers like all others. No proxy of the environment is used.
 */
export function createTransport(
  staging: StagingConfig,
  { insecure, resolve = systemResolve, now }: TransportOptions,
): ProbeTransport {
  const target = new URL(staging.url);
  const secure = target.protocol === 'https:';
  const host = target.hostname.replace(/^\[|\]$/g, '');
  const port = Number(target.port || (secure ? 443 : 80));

  const checked = async (): Promise<string> => {
    const found = isIP(host) === 0 ? await resolve(host) : [host];
    const [first] = found;
    if (first === undefined || !addressesAllowed(staging, found))
      throw new ProbeRefused('address', 'the name leads to an address that the configuration does not allow');
    return first;
  };
  const pinned =
    (address: string): LookupFunction =>
    (_name, options, done) => {
      const family = isIP(address);
      if (options.all === true) done(null, [{ address, family }]);
      else done(null, address, family);
    };

  return {
    async send({ method, path, headers, body }) {
      const address = await checked();
      const named = { ...headers, host: target.host, 'user-agent': 'menshen-probe' };
      const options = { host, port, method, path, headers: named, lookup: pinned(address), timeout: timeoutMs, agent: false };
      return await new Promise<ProbeAnswer>((done, fail) => {
        const asked = secure
          ? httpsRequest({ ...options, rejectUnauthorized: !insecure, ...(isIP(host) === 0 ? { servername: host } : {}) })
          : httpRequest(options);
        const timer = setTimeout(() => asked.destroy(new Error('no answer in time')), timeoutMs);
        asked.on('error', (error) => {
          clearTimeout(timer);
          fail(error);
        });
        asked.on('timeout', () => asked.destroy(new Error('no answer in time')));
        asked.on('response', (response) => {
          collect(response).then(
            (text) => {
              clearTimeout(timer);
              done({ status: response.statusCode ?? 0, headers: headersOf(response), body: text });
              asked.destroy();
            },
            (error: unknown) => {
              clearTimeout(timer);
              fail(error);
            },
          );
        });
        asked.end(body ?? undefined);
      });
    },

    async inspectTls() {
      const address = await checked();
      if (!secure) return isLoopback(address) ? null : { kind: 'clear' };
      const at = { host: address, port, ...(isIP(host) === 0 ? { servername: host } : {}) };
      const { problem, daysLeft } = await handshake(at, now());
      // Old versions: does it take part in one?
      const old = await accepts({ ...at, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' });
      return { kind: 'tls', problem, daysLeft, old };
    },
  };
}

const isLoopback = (address: string): boolean => address === '::1' || address.startsWith('127.');

async function collect(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk.subarray(0, mostBytes - bytes));
    bytes += chunk.length;
    if (bytes >= mostBytes) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

const headersOf = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );

async function handshake(
  at: { host: string; port: number; servername?: string },
  now: number,
): Promise<{ problem: string | null; daysLeft: number }> {
  return await new Promise((done, fail) => {
    const socket = connect({ ...at, rejectUnauthorized: false, timeout: timeoutMs }, () => {
      const certificate = socket.getPeerCertificate();
      const problem = socket.authorized ? null : problemOf(socket);
      done({ problem, daysLeft: Math.floor((Date.parse(certificate.valid_to) - now) / dayMs) });
      socket.destroy();
    });
    socket.on('error', fail);
    socket.on('timeout', () => socket.destroy(new Error('no answer in time')));
  });
}

/** The code of what is wrong, a word of ours and not text of the other side. */
function problemOf(socket: TLSSocket): string {
  const error: unknown = socket.authorizationError;
  const code = typeof error === 'string' ? error : error instanceof Error && 'code' in error ? String(error.code) : 'UNTRUSTED';
  return code.replaceAll(/[^A-Z0-9_]/g, '').slice(0, 60) || 'UNTRUSTED';
}

async function accepts(options: ConnectionOptions): Promise<string | null> {
  return await new Promise((done) => {
    const socket = connect({ ...options, rejectUnauthorized: false, timeout: timeoutMs }, () => {
      done(socket.getProtocol());
      socket.destroy();
    });
    socket.on('error', () => done(null));
    socket.on('timeout', () => {
      socket.destroy();
      done(null);
    });
  });
}
