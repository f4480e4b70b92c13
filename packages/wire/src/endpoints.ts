/** Everything below this path belongs to the gateway; no app can declare a route there. */
export const reservedPathPrefix = '/_menshen/';

/** Paths of the client protocol, version 1. They stand at the root of the host, also when the app has a base path. */
export const clientEndpoints = {
  hello: '/_menshen/v1/hello',
  login: '/_menshen/v1/login',
  bind: '/_menshen/v1/bind',
  logout: '/_menshen/v1/logout',
  session: '/_menshen/v1/session',
  ticket: '/_menshen/v1/ticket',
  mfa: '/_menshen/v1/mfa',
  mfaChallenge: '/_menshen/v1/mfa/challenge',
  mfaVerify: '/_menshen/v1/mfa/verify',
  mfaCode: '/_menshen/v1/mfa/code',
  mfaEnrol: '/_menshen/v1/mfa/enrol',
  mfaConfirm: '/_menshen/v1/mfa/enrol/confirm',
  mfaRemove: '/_menshen/v1/mfa/remove',
  mfaRecovery: '/_menshen/v1/mfa/recovery',
} as const;

/** RFC 7517 key set with the public keys of {@link identityHeader}, for backends. */
export const identityKeysPath = '/_menshen/jwks.json';
