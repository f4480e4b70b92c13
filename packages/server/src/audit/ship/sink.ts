import type { exportProblem } from '@menshen/contract';
import type * as z from 'zod';
import type { ExportedEvent } from '../export/exported-event.ts';

/** Where events go. */
export interface Sink {
  /** Resolves when the receiver has taken them, as far as its protocol can say. Rejects when it has not; then the same events are sent again. */
  send(events: readonly ExportedEvent[]): Promise<void>;
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
