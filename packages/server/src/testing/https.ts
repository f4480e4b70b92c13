import { Agent, request } from 'node:https';
import type { TLSSocket } from 'node:tls';

export interface SecureAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** SHA-256 fingerprint of the certificate that the server showed on this connection. */
  readonly fingerprint: string;
  /** Local port: the same for two requests of one connection. */
  readonly localPort: number;
}

/** An agent that trusts these certificates and no others, and keeps one connection. */
export function secureAgent(...ca: string[]): Agent {
  return new Agent({ ca, keepAlive: true, maxSockets: 1 });
}

export const getSecurely = (agent: Agent, url: string): Promise<SecureAnswer> => sendSecurely(agent, url, { method: 'GET' });

/** Sends a request; a body travels as JSON. */
export function sendSecurely(
  agent: Agent,
  url: string,
  given: { readonly method: string; readonly headers?: Record<string, string>; readonly body?: object | undefined },
): Promise<SecureAnswer> {
  const { method, body } = given;
  const headers = { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...given.headers };
  return new Promise((resolve, reject) => {
    request(url, { agent, method, headers }, (response) => {
      const socket = response.socket as TLSSocket;
      const { fingerprint256 } = socket.getPeerCertificate();
      const localPort = socket.localPort ?? 0;
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString('utf8'),
          fingerprint: fingerprint256,
          localPort,
        }),
      );
    })
      .on('error', reject)
      .end(body === undefined ? undefined : JSON.stringify(body));
  });
}
