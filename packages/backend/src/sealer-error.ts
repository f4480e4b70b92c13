/**
 * `token_refused`: the token is wrong, expired, or not granted for this field and purpose. `undeclared`: Menshen's configuration has no such field.
 * `limit`: too many values in a minute or a day; see `retryAfter`. `unavailable`: keys or log cannot be used now. `unreachable`: no answer in time.
 * `refused`: anything else.
 */
export type SealerErrorCode = 'token_refused' | 'undeclared' | 'limit' | 'unavailable' | 'unreachable' | 'refused';

const texts: Readonly<Record<SealerErrorCode, string>> = {
  token_refused: 'the API token is not good for this field',
  undeclared: 'the field is not declared as sealed',
  limit: 'more values than the field allows',
  unavailable: 'Menshen cannot use its keys now',
  unreachable: 'Menshen did not answer',
  refused: 'Menshen refused the call',
};

/** Values that could not be had, as a whole batch. The message holds none of them. */
export class SealerError extends Error {
  readonly code: SealerErrorCode;
  /** Seconds; with `limit`. */
  readonly retryAfter: number | null;
  constructor(code: SealerErrorCode, options: { readonly cause?: unknown; readonly retryAfter?: number } = {}) {
    super(`menshen: ${texts[code]}`, 'cause' in options ? { cause: options.cause } : {});
    this.name = 'SealerError';
    this.code = code;
    this.retryAfter = options.retryAfter ?? null;
  }
}
