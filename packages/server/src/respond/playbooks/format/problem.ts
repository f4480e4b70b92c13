/** One thing that is wrong with a playbook: where it stands, what it is, and how to mend it. */
export interface PlaybookProblem {
  readonly line: number | null;
  readonly column: number | null;
  /** Dotted path of the field, such as `steps[0].with.person`. */
  readonly field: string;
  readonly zh: string;
  readonly en: string;
}

/** Where a check says what it found. */
export type Report = (path: readonly PropertyKey[], text: { readonly zh: string; readonly en: string }) => void;
