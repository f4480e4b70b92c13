import type { RequestContext } from '../context.ts';
import { type Refusal, refuse } from '../refusal.ts';
import type { GatewayServices } from '../services.ts';

/** The route's own limit, per address, person, session or app, in this process. */
export function createLimit(services: GatewayServices): (context: RequestContext) => Refusal | undefined {
  const buckets = services.coordination.localTokenBucket();
  return (context) => {
    const limit = context.route?.limit;
    if (limit === undefined || limit === null) return undefined;
    const who =
      { address: context.address, person: context.session?.person.uid, session: context.session?.sid, app: context.app?.id }[
        limit.per
      ] ?? context.address;
    const key = `${context.app?.id}\n${context.route?.match}\n${limit.per}\n${who}`;
    const take = buckets.take(key, { capacity: limit.requests, refillPerSecond: limit.requests / limit.windowSeconds, cost: 1 });
    return take.allowed
      ? undefined
      : { ...refuse('rate_limited', `limit per ${limit.per}`), retryAfter: Math.max(1, Math.ceil(take.retryAfterMs / 1000)) };
  };
}
