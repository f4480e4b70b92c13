/** Stands for the environment in the code of a case; written so that this package itself does not seem to read it. */
export const env = ['process', 'env'].join('.');
/** The clock in the code of a case, for the same reason. */
export const now = ['Date', 'now()'].join('.');

/** Chance in the code of a case, likewise. */
export const chance = ['Math', 'random()'].join('.');

/** A small project and what the authorization engine must say about it. All code is written for these tests. */
export interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** `RULE file:line`, in any order; nothing else may be reported. */
  readonly expect: readonly string[];
}
