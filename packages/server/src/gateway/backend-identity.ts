import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import type { Session } from '../identity/model.ts';

/** A signed identity is used for at most this long; it is valid for 60 s (CONTRACT.md). */
const reuseMs = 30_000;
const validSeconds = 60;
const cacheLimit = 20_000;

export interface IdentityClaims {
  readonly departments: readonly { readonly id: string; readonly path: readonly string[] }[];
  readonly roles: readonly string[];
  readonly risk: number;
}

export interface IdentitySigner {
  /** The JWT for a session towards an app's backend; made anew every 30 s, and at once when `version` has moved. */
  tokenFor(session: Session, audience: string, claims: () => IdentityClaims, version: number, now: number): string;
  /** Forgets the tokens of ended sessions. */
  forget(sid: string): void;
  /** RFC 7517 key set with the public half. */
  readonly jwks: { readonly keys: readonly Record<string, string>[] };
}

interface Cached {
  readonly token: string;
  readonly audience: string;
  readonly madeAt: number;
  readonly version: number;
  readonly assurance: number;
  readonly riskAt: number;
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Ed25519 private key from its 32-byte seed (RFC 8410). */
export function ed25519FromSeed(seed: Uint8Array): KeyObject {
  const header = Buffer.from('302e020100300506032b657004220420', 'hex');
  return createPrivateKey({ key: Buffer.concat([header, seed]), format: 'der', type: 'pkcs8' });
}

/**
 * Signs `X-Menshen-Identity`: a JWT (RFC 7519) with EdDSA (RFC 8037), `aud` = app id, 60 s. It names the session only by its public
 * identifier and carries no secret.
 */
export function createIdentitySigner(seed: Uint8Array, issuer: string): IdentitySigner {
  const key = ed25519FromSeed(seed);
  const jwk = createPublicKey(key).export({ format: 'jwk' });
  const x = typeof jwk.x === 'string' ? jwk.x : '';
  const kid = x.slice(0, 16);
  const header = encode({ alg: 'EdDSA', typ: 'JWT', kid });
  const cache = new Map<string, Cached>();

  return {
    tokenFor(session, audience, claims, version, now) {
      const known = cache.get(session.sid);
      if (
        known !== undefined &&
        known.audience === audience &&
        known.version === version &&
        known.assurance === session.assurance &&
        known.riskAt === session.risk.at &&
        now - known.madeAt < reuseMs &&
        now >= known.madeAt
      ) {
        return known.token;
      }
      const issued = Math.floor(now / 1000);
      const { departments, roles, risk } = claims();
      const payload = encode({
        iss: issuer,
        sub: session.person.uid,
        aud: audience,
        iat: issued,
        exp: issued + validSeconds,
        sid: session.sid,
        name: session.person.name,
        kind: session.person.kind,
        departments,
        roles,
        assurance: session.assurance,
        risk,
      });
      const signed = `${header}.${payload}`;
      const token = `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`;
      if (cache.size >= cacheLimit) {
        const oldest = cache.keys().next();
        if (!oldest.done) cache.delete(oldest.value);
      }
      cache.delete(session.sid);
      cache.set(session.sid, { token, audience, madeAt: now, version, assurance: session.assurance, riskAt: session.risk.at });
      return token;
    },
    forget(sid) {
      cache.delete(sid);
    },
    jwks: { keys: [{ kty: 'OKP', crv: 'Ed25519', use: 'sig', alg: 'EdDSA', kid, x }] },
  };
}
