export { clientEndpoints, identityKeysPath, reservedPathPrefix } from './endpoints.ts';
export { bearer, identityHeader, refusalHeader, requestIdHeader, riskHeader, sessionTokenPrefix } from './headers.ts';
export type {
  BindingProof,
  BindingRequiredBody,
  BindingWay,
  DeviceHint,
  LoginBody,
  LoginChannel,
  LoginGrant,
  RefusalBody,
  SessionState,
  SessionUser,
} from './messages.ts';
export { approvalHeader, operationDigest, operationDigestOf, type Sha256 } from './operation.ts';
export { type RefusalCode, refusalCodes } from './refusal-codes.ts';
export { isSessionRefusal, sessionRefusals } from './session-refusals.ts';
