export { isSessionRefusal, type RefusalCode, refusalCodes, sessionRefusals } from './codes.ts';
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
