/** The gateway does not know the session (any more): a new login can help. All come with status 401, before anything is forwarded. */
export const sessionRefusals = ['session_missing', 'session_invalid', 'session_expired', 'session_revoked'] as const;

/**
 * Codes of the refusals that a client can meet, each with one HTTP status. The list grows with the gateway: a client must cope with a code
 * that it does not know. Texts are in the catalogue of `@menshen/contract`.
 */
export const refusalCodes = [
  'bad_request',
  'header_malformed',
  'path_malformed',
  'query_malformed',
  'query_ambiguous',
  'body_malformed',
  'body_not_utf8',
  'body_ambiguous',
  'body_too_deep',
  'too_many_fields',
  ...sessionRefusals,
  'login_failed',
  'code_invalid',
  'code_used',
  'code_foreign',
  'account_blocked',
  'account_disabled',
  'audience_refused',
  'binding_required',
  'binding_failed',
  'ticket_invalid',
  'mfa_required',
  'not_permitted',
  'address_refused',
  'request_blocked',
  'route_undeclared',
  'app_unknown',
  'method_not_allowed',
  'request_timeout',
  'conflict',
  'body_too_large',
  'compression_ratio',
  'uri_too_long',
  'content_type_unsupported',
  'charset_unsupported',
  'body_encoding_unsupported',
  'schema_mismatch',
  'rate_limited',
  'headers_too_large',
  'internal_error',
  'login_unavailable',
  'backend_unreachable',
  'backend_answer_invalid',
  'backend_circuit_open',
  'audit_unwritable',
  'coordination_unavailable',
  'store_unavailable',
  'maintenance',
  'overloaded',
  'shutting_down',
  'backend_timeout',
] as const;

/** A code of {@link refusalCodes}. */
export type RefusalCode = (typeof refusalCodes)[number];

/** Whether the refusal says that the session is gone. */
export function isSessionRefusal(code: string): boolean {
  return (sessionRefusals as readonly string[]).indexOf(code) !== -1;
}
