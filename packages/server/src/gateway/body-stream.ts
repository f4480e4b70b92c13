import type { Readable } from 'node:stream';
import type { RequestContext } from './context.ts';

/** The request's body as a stream that breaks off when it outgrows the route's limit. */
export function bodyStream(context: RequestContext, limit: number): Readable {
  return context.request.streamBody(context.runtime.config.gateway.limits.bodyTimeoutMs, (bytes) => {
    context.bytesIn += bytes;
    return context.bytesIn > limit ? new RangeError('body too large') : null;
  });
}
