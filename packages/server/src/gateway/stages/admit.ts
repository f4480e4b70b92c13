import type { RequestContext } from '../context.ts';
import { type Refusal, refuse } from '../refusal.ts';
import type { GatewayServices } from '../services.ts';

/** The path with one reading: what this matches is decided upon as it stands; see `@menshen/inspect` for the rest. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** State of the process that admission looks at. */
export interface AdmissionState {
  /** Requests under way. */
  inFlight: number;
  closing: boolean;
}

/** First of all: is there room, is the address welcome, is it asking too fast, is the request of a size that we read? */
export function createAdmit(services: GatewayServices, state: AdmissionState): (context: RequestContext) => Refusal | undefined {
  const buckets = services.coordination.localTokenBucket();
  return (context) => {
    const { gateway } = context.runtime.config;
    const { limits } = gateway;
    if (state.closing) return { ...refuse('shutting_down'), retryAfter: 1 };
    if (state.inFlight > limits.requestsInFlight) return { ...refuse('overloaded'), retryAfter: 1 };
    if (context.runtime.denied(context.address)) return refuse('address_refused');
    const take = buckets.take(context.address, {
      capacity: limits.perAddressBurst,
      refillPerSecond: limits.perAddressPerSecond,
      cost: 1,
    });
    if (!take.allowed) return { ...refuse('rate_limited', 'address'), retryAfter: Math.ceil(take.retryAfterMs / 1000) };
    if (!methods.has(context.method)) return refuse('method_not_allowed');
    if (context.path.length + context.query.length > limits.uriBytes) return refuse('uri_too_long');
    const length = context.request.headers['content-length'];
    if (length !== undefined && Number(length) > maxDeclared) return refuse('body_too_large');
    return undefined;
  };
}

/** No route takes more than this; a route's own limit is checked when its body is read. */
const maxDeclared = 1_073_741_824;
