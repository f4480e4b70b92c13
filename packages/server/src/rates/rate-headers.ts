import type { Standing } from './limiter.ts';
import type { CompiledLimit } from './model.ts';

/** Seconds after which nobody needs to know more exactly. */
const longest = 999_999_999;

/**
 * `RateLimit-Policy` and `RateLimit` of draft-ietf-httpapi-ratelimit-headers-10, as a flat list of names and values: the quota and its window, what is
 * left, and in how many seconds it is whole again.
 */
export function limitHeaders(
  { per, rate, requests, windowSeconds }: CompiledLimit,
  { remaining, fullInMs }: Standing,
): readonly string[] {
  const t = Math.min(longest, Math.max(0, Math.ceil(fullInMs / 1_000)));
  const burst = rate.capacity === requests ? '' : `;burst=${rate.capacity}`;
  return [
    'ratelimit-policy',
    `"${per}";q=${requests};w=${windowSeconds}${burst}`,
    'ratelimit',
    `"${per}";r=${Math.max(0, remaining)};t=${t}`,
  ];
}
