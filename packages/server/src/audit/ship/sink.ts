import type { exportProblem } from '@menshen/contract';
import type * as z from 'zod';
import type { ExportedEvent } from '../export/exported-event.ts';

/** Where events go. */
export interface Sink {
  /** Resolves when the receiver has taken them, as far as its protocol can say. Rejects when it has not; then the same events are sent again. */
  send(events: readonly ExportedEvent[]): Promise<void>;
  /**
   * Index of the first event that was taken as far as the protocol can say, and is lost where the receiver dies with it unread; null for none. What has no
   * such thing is certain of what it took.
   */
  unsure?(): number | null;
  /** Ends within seconds, whatever the receiver does. */
  close(): Promise<void>;
}

/** Why a sink did not take events: a word for the console, never what the other side said. */
export type SinkProblem = z.output<typeof exportProblem>;

export class SinkError extends Error {
  readonly problem: SinkProblem;
  constructor(problem: SinkProblem, options?: ErrorOptions) {
    super(`events were not taken: ${problem}`, options);
    this.name = 'SinkError';
    this.problem = problem;
  }
}
