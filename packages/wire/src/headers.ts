/** To the backend: who asks, as a JWT (RFC 7519) signed with EdDSA (RFC 8037), valid for 60 seconds. */
export const identityHeader = 'X-Menshen-Identity';

/** To the backend and to the client: names the request in the audit log. */
export const requestIdHeader = 'X-Menshen-Request-Id';

/** To the backend: risk of the request, `0` (none) to `4`. */
export const riskHeader = 'X-Menshen-Risk';

/**
 * To the client: the answer is the gateway's own refusal, and this is its code. It tells a refusal from a backend's error of the same form:
 * the gateway drops every `X-Menshen-*` header of a backend's answer.
 */
export const refusalHeader = 'X-Menshen-Refusal';

/** How a session token begins; the digit is the version of its form. */
export const sessionTokenPrefix = 'mst1.';

/** The `Authorization` header of a session token (RFC 6750 §2.1). */
export function bearer(token: string): string {
  return `Bearer ${token}`;
}
