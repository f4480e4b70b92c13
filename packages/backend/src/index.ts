export {
  type Asker,
  type AttributeValue,
  type Authorizer,
  type AuthorizerOptions,
  createAuthorizer,
  type Decision,
  type EntityName,
  type ListAnswer,
  type ListQuestion,
  type Resource,
} from './authorize.ts';
export { AuthorizeError, type AuthorizeErrorCode } from './authorize-error.ts';
export { CampaignError } from './campaign-error.ts';
export {
  type CampaignLedger,
  type CampaignLedgerOptions,
  type ClaimOrder,
  createCampaignLedger,
  type NewCoupon,
  type Redemption,
  type Reservation,
} from './campaign-ledger.ts';
export type { ControlPlaneOptions } from './control-plane.ts';
export { EventReportError } from './event-report-error.ts';
export { type AuditEvent, createEventReporter, type EventReporter, type EventReporterOptions } from './event-reporter.ts';
export type { GuardedRequest, MiddlewareOptions, OptionalRoutes } from './guard.ts';
export type { Department, Identity } from './identity.ts';
export { IdentityError, type IdentityErrorCode } from './identity-error.ts';
export type { FetchKeys } from './key-source.ts';
export { type Resealing, type ResealingReport, resealColumn } from './reseal-column.ts';
export {
  createSealer,
  type ItemFailure,
  type NewValue,
  type Sealed,
  type SealedColumn,
  type SealedRow,
  type Sealer,
  type SealerOptions,
} from './sealer.ts';
export { SealerError, type SealerErrorCode } from './sealer-error.ts';
export { createVerifier, type KeyLocation, type Verifier, type VerifierOptions } from './verifier.ts';
