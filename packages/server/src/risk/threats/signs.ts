/** Reasons of refusal at the gateway that are signs of a threat: `refused:` and the code. */
export const refusalSigns = [
  ...(['not_permitted', 'schema_mismatch', 'rate_limited', 'bot_refused', 'request_replayed', 'signature_invalid'] as const),
  ...(['route_undeclared', 'account_disabled', 'overloaded', 'backend_unreachable', 'backend_timeout'] as const),
  ...(['payment_signature_invalid', 'upload_infected', 'upload_content_refused'] as const),
] as const;

export const isRefusalSign = (code: string): boolean => (refusalSigns as readonly string[]).includes(code);
