import type { RequestContext } from './context.ts';
import { hasBody } from './has-body.ts';
import { type Refusal, refuseAlways } from './refusal.ts';
import { readBody } from './stages/inspect.ts';

/** A proof covers the whole body, so that even a route that streams holds this much of it. */
const maxHeldBytes = 33_554_432;

const nothing = Buffer.alloc(0);

/** The request's body as received, read once whichever stage asks first; empty when there is none. */
export async function receivedBody(context: RequestContext): Promise<Buffer | Refusal> {
  if (context.received !== null) return context.received;
  const { request, route, runtime } = context;
  const declared = request.headers['content-length'];
  const comes = hasBody(request);
  const limit = Math.min(route?.bodyBytes ?? 0, maxHeldBytes);
  if (comes && declared !== undefined && Number(declared) > limit) return refuseAlways('body_too_large', 'body');
  const read = comes ? await readBody(request, limit, runtime.config.gateway.limits.bodyTimeoutMs) : nothing;
  if (!Buffer.isBuffer(read)) return read;
  context.received = read;
  context.bytesIn = read.length;
  return read;
}
