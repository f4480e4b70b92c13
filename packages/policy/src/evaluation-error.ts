/** Stable codes of what can go wrong while a policy is evaluated. */
export type EvaluationErrorCode =
  | 'type_error'
  | 'overflow'
  | 'no_such_entity'
  | 'no_such_attribute'
  | 'no_such_tag'
  | 'extension_error'
  | 'invalid_value'
  | 'too_deep';

/**
 * A policy could not be evaluated for a request. Cedar skips such a policy and reports it; the strict decision refuses.
 * The message names operators and attributes of the policy, never values of the request.
 */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
  readonly code: EvaluationErrorCode;

  constructor(code: EvaluationErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * A function that gives one error, made when it is first needed: a policy has dozens of places that could fail, and few that do.
 */
export function failure(code: EvaluationErrorCode, message: string): () => EvaluationError {
  let error: EvaluationError | undefined;
  return () => {
    error ??= new EvaluationError(code, message);
    return error;
  };
}
