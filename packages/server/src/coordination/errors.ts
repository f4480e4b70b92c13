/**
 * - `coordination_unavailable`: Redis does not answer
 * - `coordination_full`: the process holds as many live entries as it may; refusing is safer than forgetting one
 * - `coordination_invalid`: a key, time or rate that makes no sense: a programming error
 */
export type CoordinationErrorCode = 'coordination_unavailable' | 'coordination_full' | 'coordination_invalid';

/** A refusal of the coordination. The message never holds a key. */
export class CoordinationError extends Error {
  readonly code: CoordinationErrorCode;
  constructor(code: CoordinationErrorCode, message: string) {
    super(message);
    this.name = 'CoordinationError';
    this.code = code;
  }
}
