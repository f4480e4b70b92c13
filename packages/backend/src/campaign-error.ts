/**
 * A step of a campaign that was not made. `code` is Menshen's own (`guard_quota_exceeded`, `guard_not_granted` ...; see docs/reference/errors.md), or
 * `unreachable` when there was no answer in time, or `refused` for an answer that is none.
 */
export class CampaignError extends Error {
  readonly code: string;
  constructor(code: string, options: { readonly cause?: unknown } = {}) {
    super(`menshen: ${code}`, 'cause' in options ? { cause: options.cause } : {});
    this.name = 'CampaignError';
    this.code = code;
  }
}
