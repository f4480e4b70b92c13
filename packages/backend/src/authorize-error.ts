/**
 * `not_permitted`: the policies say no. `no_sql_form`: a policy cannot be written as a condition; filter in the backend. `token_refused`: the API token is
 * wrong, expired or of another scope. `unknown`: no such person or app. `unreachable`: no answer in time. `refused`: anything else.
 */
export type AuthorizeErrorCode = 'not_permitted' | 'no_sql_form' | 'token_refused' | 'unknown' | 'unreachable' | 'refused';

const texts: Readonly<Record<AuthorizeErrorCode, string>> = {
  not_permitted: 'the policies do not permit this',
  no_sql_form: 'policies have no SQL form',
  token_refused: 'the API token is not accepted',
  unknown: 'the person or the app is not known',
  unreachable: 'Menshen did not answer',
  refused: 'Menshen refused the question',
};

/** A question to the policies that has no "yes" for an answer. */
export class AuthorizeError extends Error {
  readonly code: AuthorizeErrorCode;
  /** Ids of the policies without a SQL form; with `no_sql_form`. */
  readonly policies: readonly string[];
  constructor(code: AuthorizeErrorCode, options: { readonly cause?: unknown; readonly policies?: readonly string[] } = {}) {
    const { policies = [] } = options;
    super(
      `menshen: ${texts[code]}${policies.length === 0 ? '' : `: ${policies.join(', ')}`}`,
      'cause' in options ? { cause: options.cause } : {},
    );
    this.name = 'AuthorizeError';
    this.code = code;
    this.policies = policies;
  }
}
