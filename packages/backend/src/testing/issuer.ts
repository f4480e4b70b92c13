import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { JSONWebKeySet } from 'jose';

export const audience = 'portal';
/** Where the tests' clock stands. */
export const now = 1_800_000_000_000;

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export const claims = {
  iss: 'menshen',
  sub: 'u1001',
  aud: audience,
  iat: now / 1000,
  exp: now / 1000 + 60,
  sid: 's1',
  name: '李雷',
  kind: 'employee',
  departments: [{ id: '3', path: ['总部', '研发', '研发一组'] }],
  roles: ['hr.manager', 'staff'],
  assurance: 1,
  risk: 0,
};

export type ClaimChanges = { readonly [Name in keyof typeof claims]?: unknown } & Readonly<Record<string, unknown>>;

/** Signs as the gateway does, and as a forger would. */
export interface Issuer {
  readonly jwks: JSONWebKeySet;
  readonly kid: string;
  readonly publicJwk: Readonly<Record<string, unknown>>;
  token(changes?: ClaimChanges, header?: Readonly<Record<string, unknown>>): string;
}

export function createIssuer(kid = 'k1'): Issuer {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const publicJwk = { ...publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'EdDSA', kid };
  return {
    kid,
    publicJwk,
    jwks: { keys: [publicJwk] } as JSONWebKeySet,
    token: (changes = {}, header = {}) =>
      signed({ alg: 'EdDSA', typ: 'JWT', kid, ...header }, { ...claims, ...changes }, (text) => sign(null, text, privateKey)),
  };
}

/** A token of any algorithm: `signature` gets the text to sign. */
export function signed(header: object, payload: object, signature: (text: Buffer) => Buffer): string {
  const text = `${encode(header)}.${encode(payload)}`;
  return `${text}.${signature(Buffer.from(text)).toString('base64url')}`;
}

/** HMAC with the given secret, for tokens that take a public key for one. */
export function hmac(secret: string | Buffer | KeyObject): (text: Buffer) => Buffer {
  return (text) => createHmac('sha256', secret).update(text).digest();
}
