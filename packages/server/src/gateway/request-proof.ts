import { hash } from 'node:crypto';
import type { Inspector } from '@menshen/inspect';
import { normaliseHost, signatureHeader, ticketHeader } from '@menshen/wire';
import { proveRequest } from '../identity/binding/request-proof.ts';
import type { Session } from '../identity/model.ts';
import type { ClientRequest } from './http1/client-request.ts';
import { type Refusal, refuse } from './refusal.ts';
import type { SigningMode } from './runtime.ts';
import type { GatewayServices } from './services.ts';

const signatureName = signatureHeader.toLowerCase();
const ticketName = ticketHeader.toLowerCase();

/** Whether a session's requests must be proved: always where the app demands it, and wherever the session has keys. */
export function demandsProof(mode: SigningMode, session: Session): boolean {
  return mode === 'required' || (mode === 'optional' && session.binding !== null);
}

/** Path and query of a request as they were sent. */
export function rawTarget(request: ClientRequest): { readonly path: string; readonly query: string; readonly target: string } {
  const target = request.url ?? '';
  const mark = target.indexOf('?');
  return mark < 0 ? { path: target, query: '', target } : { path: target.slice(0, mark), query: target.slice(mark + 1), target };
}

type ProofServices = Pick<GatewayServices, 'replayGuard' | 'transferTickets' | 'clock'>;

/**
 * Holds a request against the session's keys (client protocol 1): by its signature, for an upload by its ticket and the digest of its one file, for the
 * handshake of a socket by its ticket alone. `body` is as received. The refusal of a wrong clock carries the server's time.
 */
export async function checkRequestProof(
  services: ProofServices,
  request: ClientRequest,
  session: Session,
  body: Buffer,
  inspector: Inspector | null,
  socket = false,
): Promise<Refusal | undefined> {
  const { path, query, target } = rawTarget(request);
  const host = request.headers.host ?? '';
  const ticket = request.headers[ticketName];
  if (socket) {
    const place = { use: 'socket', host: normaliseHost(host), app: session.app, target } as const;
    const taken = typeof ticket === 'string' ? await services.transferTickets.consume(ticket, session, place) : null;
    return taken === null ? refuse('transfer_ticket_invalid', 'ticket') : undefined;
  }
  if (typeof ticket === 'string' && request.headers[signatureName] === undefined) {
    const place = { use: 'upload', host: normaliseHost(host), app: session.app, target } as const;
    const taken = request.method === 'POST' ? await services.transferTickets.consume(ticket, session, place) : null;
    const sha256 = taken?.sha256 ?? null;
    if (sha256 === null || inspector === null) return refuse('transfer_ticket_invalid', 'ticket');
    return (await fileDigest(request, body, inspector)) === sha256 ? undefined : refuse('transfer_ticket_invalid', 'file');
  }
  const header = request.headers[signatureName];
  const code = await proveRequest(
    session,
    typeof header === 'string' ? header : undefined,
    { method: request.method ?? '', host, path, query, contentType: request.headers['content-type'], body },
    services.replayGuard,
    services.clock(),
  );
  if (code === null) return undefined;
  return code === 'clock_skew'
    ? { ...refuse(code, 'signature'), extra: { serverTime: services.clock() } }
    : refuse(code, 'signature');
}

/** SHA-256 of the one file of a multipart body, in lower-case hexadecimal; null when there is not exactly one. */
async function fileDigest(request: ClientRequest, body: Buffer, inspector: Inspector): Promise<string | null> {
  const read = await inspector.inspectBody({
    contentType: request.headers['content-type'],
    contentEncoding: request.headers['content-encoding'],
    bytes: body,
  });
  if ('code' in read || read.kind !== 'multipart' || read.files.length !== 1) return null;
  const [file] = read.files;
  return file === undefined ? null : hash('sha256', read.bytes.subarray(file.offset, file.offset + file.size), 'hex');
}
