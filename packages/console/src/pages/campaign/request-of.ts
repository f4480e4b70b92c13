/** The id of a gateway request that a ledger entry names; null when a machine reserved by the API. */
export function requestOf(request: string): string | null {
  return request.startsWith('token:') || request.startsWith('g_') ? null : request;
}
