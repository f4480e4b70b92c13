import type { ConfigProblem } from '../../../config/load.ts';

/** One thing that is wrong with a playbook: where it stands, what it is, and how to mend it. */
export type PlaybookProblem = ConfigProblem;

/** Where a check says what it found. */
export type Report = (path: readonly PropertyKey[], text: { readonly zh: string; readonly en: string }) => void;
