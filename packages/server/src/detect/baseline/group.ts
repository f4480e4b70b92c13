import type { LogHistogram } from './windows.ts';

/** A department and role, or a shift: people whose work is alike. */
export interface Group {
  readonly members: Set<string>;
  readonly hours: number[];
  readonly read: LogHistogram;
  readonly peakRead: LogHistogram;
  readonly exported: LogHistogram;
  readonly peakExported: LogHistogram;
  readonly peakExports: LogHistogram;
  readonly bytes: LogHistogram;
  /** Members who are far above their own usual volume today, by factor. */
  exceeding: { day: number; factors: Map<string, number> };
  /** Members who were active in the present hour. */
  present: { moment: number; members: Set<string> };
  ownReads: number;
  foreignReads: number;
}
