/**
 * An event that is not in the audit log. `code` is Menshen's own (`token_scope`, `validation_failed`, `audit_unwritable` ...; see
 * docs/reference/errors.md), `unreachable` when there was no answer in time, or `refused` for an answer that is none.
 */
export class EventReportError extends Error {
  readonly code: string;
  constructor(code: string, options: { readonly cause?: unknown } = {}) {
    super(`menshen: ${code}`, 'cause' in options ? { cause: options.cause } : {});
    this.name = 'EventReportError';
    this.code = code;
  }
}
