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
export type { GuardedRequest, MiddlewareOptions, OptionalRoutes } from './guard.ts';
export type { Department, Identity } from './identity.ts';
export { IdentityError, type IdentityErrorCode } from './identity-error.ts';
export type { FetchKeys } from './key-source.ts';
export { createVerifier, type KeyLocation, type Verifier, type VerifierOptions } from './verifier.ts';
