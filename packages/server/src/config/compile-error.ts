/** Something that only shows when a configuration is put together, such as two apps at one place: where, and what, in both languages. */
export class CompileError extends RangeError {
  readonly field: string;
  readonly zh: string;
  readonly en: string;
  constructor(field: string, zh: string, en: string) {
    super(`${field}: ${en}`);
    this.name = 'CompileError';
    this.field = field;
    this.zh = zh;
    this.en = en;
  }
}
