export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}
