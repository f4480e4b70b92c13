import type { RequestContext } from './context.ts';
import { hasBody } from './has-body.ts';
import type { ClientRequest } from './http1/client-request.ts';
import type { BodyFailure } from './http1/incoming-body.ts';
import { type Refusal, refuseAlways } from './refusal.ts';

/** A proof covers the whole body, so that even a route that streams holds this much of it. */
const maxHeldBytes = 33_554_432;

const nothing = Buffer.alloc(0);

const refusals: Readonly<Record<BodyFailure, Refusal>> = {
  too_large: refuseAlways('body_too_large', 'body'),
  timeout: refuseAlways('request_timeout', 'body'),
  gone: refuseAlways('request_timeout', 'body'),
  malformed: refuseAlways('bad_request', 'body'),
};

/** Reads a body of at most `limit` bytes within `timeoutMs`: at once when it has come with its head. */
export function readBody(request: ClientRequest, limit: number, timeoutMs: number): Buffer | Refusal | Promise<Buffer | Refusal> {
  const read = request.readBody(limit, timeoutMs);
  if (Buffer.isBuffer(read)) return read;
  if (typeof read === 'string') return refusals[read];
  return read.then((settled) => (typeof settled === 'string' ? refusals[settled] : settled));
}

/** The request's body as received, read once whichever stage asks first; empty when there is none. */
export function receivedBody(context: RequestContext): Buffer | Refusal | Promise<Buffer | Refusal> {
  if (context.received !== null) return context.received;
  const { request, route, runtime } = context;
  const declared = request.headers['content-length'];
  const comes = hasBody(request);
  const limit = Math.min(route?.bodyBytes ?? 0, maxHeldBytes);
  if (comes && declared !== undefined && Number(declared) > limit) return refuseAlways('body_too_large', 'body');
  const keep = (read: Buffer | Refusal): Buffer | Refusal => {
    if (!Buffer.isBuffer(read)) return read;
    context.received = read;
    context.bytesIn = read.length;
    return read;
  };
  if (!comes) return keep(nothing);
  const read = readBody(request, limit, runtime.config.gateway.limits.bodyTimeoutMs);
  return read instanceof Promise ? read.then(keep) : keep(read);
}
