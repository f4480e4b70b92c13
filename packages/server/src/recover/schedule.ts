import type { RecoveryRun } from './store.ts';

export interface Schedule {
  readonly next: number;
  readonly last: RecoveryRun | null;
  readonly running: boolean;
  /** Its time came and went, and nothing was done. */
  readonly missed: boolean;
}
