/** A file that was read by the caller: this package opens none. */
export interface PolicyFile {
  /** Shown in problems, and part of the ids of policies without `@id`. */
  readonly name: string;
  readonly text: string;
}

/** Stable codes of what can be wrong with policies or their schema. */
export type PolicyProblemCode =
  | 'syntax_error'
  | 'template'
  | 'unsupported_policy'
  | 'too_large'
  | 'empty_id'
  | 'duplicate_id'
  | 'invalid_mask'
  | 'schema_error'
  | 'validation_error'
  | 'validation_warning'
  | 'no_schema'
  | 'engine_failed';

/** Something wrong, for the person who wrote the file. */
export interface PolicyProblem {
  /** Name of the file; empty when no single file is concerned. */
  readonly file: string;
  /** From 1, as is `column`, which counts UTF-16 units. */
  readonly line?: number;
  readonly column?: number;
  readonly policyId?: string;
  readonly code: PolicyProblemCode;
  /** In English, for authors of policies; partly the official engine's words. */
  readonly message: string;
}
