export type SchemaErrorCode =
  | 'schema_invalid'
  | 'schema_too_large'
  | 'schema_too_deep'
  | 'dialect_unsupported'
  | 'keyword_unsupported'
  | 'format_unknown'
  | 'pattern_unsupported'
  | 'ref_refused'
  | 'ref_unresolved'
  | 'openapi_invalid'
  | 'operation_unknown'
  | 'parameter_unsupported';

/**
 * A schema that cannot be used, found when it is loaded. `at` is a JSON Pointer into the schema or the name of the thing at
 * fault, for the person who wrote it; the text of a schema is not a secret, but no more of it than this is repeated.
 */
export class SchemaError extends Error {
  readonly code: SchemaErrorCode;
  readonly at: string;

  constructor(code: SchemaErrorCode, at: string, reason: string) {
    super(`${at === '' ? 'the schema' : at}: ${reason}`);
    this.name = 'SchemaError';
    this.code = code;
    this.at = at;
  }
}
