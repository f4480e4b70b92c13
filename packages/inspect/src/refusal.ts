/**
 * Every reason for which a request's form is refused, with its HTTP status. The codes are part of the gateway's public
 * catalogue.
 */
export const refusalStatus = {
  content_type_unsupported: 415,
  charset_unsupported: 415,
  body_encoding_unsupported: 415,
  body_not_utf8: 400,
  body_malformed: 400,
  body_ambiguous: 400,
  body_too_deep: 400,
  body_too_large: 413,
  compression_ratio: 413,
  too_many_fields: 400,
  path_malformed: 400,
  query_malformed: 400,
  query_ambiguous: 400,
  header_malformed: 400,
  headers_too_large: 431,
  schema_mismatch: 422,
} as const;

export type RefusalCode = keyof typeof refusalStatus;

/** A request that has no single reading, or is outside the limits. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly status: number;
  /**
   * Where, in words of ours: `path`, `query`, `query parameter 3`, `header content-type`, `body`, `body byte 118`, `body
   * byte 118 number` (with what is wrong there: a `name` that stands twice or reaches a prototype, a `number` that is not exact, an
   * `escape` that programs read differently), `body part 2`. Positions are counted from 0. Never text of the request.
   */
  readonly where: string;
}

/** Makes a {@link Refusal}. */
export function refuse(code: RefusalCode, where: string): Refusal {
  return { code, status: refusalStatus[code], where };
}

/** Tells a refusal from a result: no result of this package has a `code`. */
export function isRefusal<T extends object>(value: T | Refusal): value is Refusal {
  return 'code' in value && 'status' in value;
}
