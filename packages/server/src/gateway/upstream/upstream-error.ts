export type UpstreamFailure = 'backend_unreachable' | 'backend_timeout' | 'backend_circuit_open' | 'backend_answer_invalid';

/** A failed exchange. `sent` says whether the backend may have seen the request: if so, it is never repeated. */
export class UpstreamError extends Error {
  readonly code: UpstreamFailure;
  readonly sent: boolean;
  constructor(code: UpstreamFailure, sent: boolean, cause?: unknown) {
    super(code, { cause });
    this.name = 'UpstreamError';
    this.code = code;
    this.sent = sent;
  }
}
