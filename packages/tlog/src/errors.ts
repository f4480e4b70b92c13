/** Every code that {@link TlogError} can carry. */
export type TlogErrorCode =
  | 'bundle_malformed'
  | 'checkpoint_malformed'
  | 'entry_too_large'
  | 'index_out_of_range'
  | 'key_malformed'
  | 'key_unsupported'
  | 'note_malformed'
  | 'note_signature_invalid'
  | 'note_unverified'
  | 'proof_malformed'
  | 'request_malformed'
  | 'tile_malformed';

/** A refusal of this package. The message names the rule that was broken and never repeats the input. */
export class TlogError extends Error {
  readonly code: TlogErrorCode;
  constructor(code: TlogErrorCode, message: string) {
    super(message);
    this.name = 'TlogError';
    this.code = code;
  }
}
