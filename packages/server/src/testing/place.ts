import { rmSync } from 'node:fs';

/** Where a deployment keeps its state; it can start there again. */
export interface Place {
  readonly folder: string;
  /** Settings `store` and `coordination`; the embedded ones when absent. */
  readonly store?: string;
  readonly coordination?: string;
  remove(): Promise<void>;
}

/** The embedded store and coordination in process, all in one folder. */
export function embeddedPlace(folder: string): Place {
  return { folder, remove: async () => rmSync(folder, { recursive: true, force: true }) };
}
