import type { WindowEntry } from './entry.ts';
import type { RunningFigures } from './running.ts';

/** Entries of one event for one group of a correlation. */
export interface Arrival {
  readonly correlation: string;
  readonly group: string;
  /** All of the same time and event. */
  readonly entries: readonly WindowEntry[];
  /** Length of the window, in ms. */
  readonly span: number;
  /** How far behind the newest entry an event may arrive and still count, in ms. */
  readonly tolerance: number;
  /** Entries that a window keeps; the oldest are dropped beyond. */
  readonly keep: number;
}

/**
 * The entries around an arrival: those of the group from `span` before it, and those that had arrived before it and are later by at most the smaller of
 * `span` and `tolerance`. In the order of time, then of arrival; `from` (inclusive) to `to` (exclusive) of `entries`. Null when it came too late, or had
 * been there already.
 */
export interface WindowSlice {
  readonly entries: readonly WindowEntry[];
  readonly from: number;
  readonly to: number;
  /** Figures that are kept up from one arrival to the next; where there are none, what is asked for is counted anew. */
  readonly running?: RunningFigures;
}

/** Where windows are kept in the process. Adding and reading is one step. */
export interface CorrelationState {
  readonly add: (arrival: Arrival) => WindowSlice | null;
}

/**
 * Where windows are kept that several processes share. Of two events that arrive at the same moment on two nodes, the second one's slice holds the first.
 * `look` is called once, while the slice is as it was when the event came into it; what it answers is the answer.
 */
export interface SharedCorrelationState {
  readonly ask: <Answer>(arrival: Arrival, look: (slice: WindowSlice | null) => Answer) => Promise<Answer>;
}
