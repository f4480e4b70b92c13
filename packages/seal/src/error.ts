export type SealErrorCode = 'seal_format' | 'seal_key_unknown' | 'seal_broken';

const texts: Readonly<Record<SealErrorCode, string>> = {
  seal_format: 'not a sealed record',
  seal_key_unknown: 'sealed with a key that is not in the ring',
  seal_broken: 'the record does not open at this place',
};

/** A record that does not open. The message holds nothing of the record. */
export class SealError extends Error {
  readonly code: SealErrorCode;
  constructor(code: SealErrorCode) {
    super(texts[code]);
    this.name = 'SealError';
    this.code = code;
  }
}
