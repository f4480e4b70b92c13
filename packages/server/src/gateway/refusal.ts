import type { ErrorCode } from '@menshen/contract';

/** A stage's "no": a stable code and, for the record, a place of our own naming (never a value from the request). */
export interface Refusal {
  readonly code: ErrorCode;
  readonly where: string | null;
  /** Seconds after which another try makes sense. */
  readonly retryAfter?: number;
  /** Whether the backend or we failed, as opposed to the caller being refused. */
  readonly failure?: boolean;
  /** Cannot be let pass, not even in monitor mode: the request could not be read whole. */
  readonly hard?: boolean;
  /** Only noted, also in enforce mode: the route's own rule watches and does not stop. */
  readonly soft?: boolean;
  /** Further fields of the answer's body, of our own making. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Makes a {@link Refusal}. */
export function refuse(code: ErrorCode, where: string | null = null): Refusal {
  return { code, where };
}

/** Makes a {@link Refusal} that stands for a fault of the backend or of ours. */
export function failed(code: ErrorCode, where: string | null = null, retryAfter?: number): Refusal {
  return retryAfter === undefined ? { code, where, failure: true } : { code, where, failure: true, retryAfter };
}

/** Makes a {@link Refusal} that monitor mode enforces too. */
export function refuseAlways(code: ErrorCode, where: string | null = null): Refusal {
  return { code, where, hard: true };
}
