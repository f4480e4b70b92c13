import type { HttpMethod } from '../phone/platform.ts';
import type { RetryPolicy } from '../types.ts';

/** RFC 9110 §9.2.1. PUT and DELETE are idempotent by the RFC but seldom in practice: a repeated one may undo what came in between. */
const safeMethods: readonly HttpMethod[] = ['GET', 'HEAD', 'OPTIONS'];

/** Whether a request that may have reached the backend can be sent again. */
export function isRepeatable(method: HttpMethod, header: Readonly<Record<string, string>>): boolean {
  return safeMethods.indexOf(method) >= 0 || !!header['idempotency-key'];
}

/** What went wrong, as far as a retry is concerned. `retryAfter` is in seconds. */
export interface Failure {
  /** HTTP status, or the code when no answer arrived. */
  readonly kind: number | string;
  readonly retryAfter: number | undefined;
}

// `interrupted` is the app in the background: a request then would be interrupted again.
const passing: readonly (number | string)[] = [429, 502, 503, 504, 'network_failed', 'timeout'];

/**
 * Milliseconds until the next try, or `null` to give up. Exponential with full jitter, so that phones which failed together do not return
 * together; never before `retryAfter`, never beyond the policy's bounds.
 * @param tries how often the request was sent
 * @param elapsedMs since the first of them
 * @param chance in [0, 1)
 */
export function retryDelay(
  failure: Failure,
  policy: RetryPolicy,
  tries: number,
  elapsedMs: number,
  chance: number,
): number | null {
  if (tries >= policy.tries || passing.indexOf(failure.kind) < 0) return null;
  const ceiling = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (tries - 1));
  const delay = Math.ceil(chance * ceiling + (failure.retryAfter || 0) * 1000);
  return elapsedMs + delay > policy.totalMs ? null : delay;
}
