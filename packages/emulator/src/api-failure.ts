/**
 * A refusal that the platform answers as `{errcode, errmsg}`. `text` replaces the platform's usual text for the code; the
 * suffix (rid or hint) is added where the answer is written.
 */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly errcode: number;
  readonly text: string | undefined;

  constructor(errcode: number, text?: string) {
    super(`errcode ${errcode}`);
    this.errcode = errcode;
    this.text = text;
  }
}
