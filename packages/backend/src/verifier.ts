import { identityKeysPath } from '@menshen/wire';
import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { type Identity, identityFromClaims } from './identity.ts';
import { IdentityError } from './identity-error.ts';
import { createRemoteKeys, type FetchKeys } from './key-source.ts';

/** Where the gateway's public keys come from. Exactly one. */
export type KeyLocation =
  | { readonly gateway: string; readonly jwksUrl?: never; readonly jwks?: never }
  | { readonly jwksUrl: string; readonly gateway?: never; readonly jwks?: never }
  | { readonly jwks: JSONWebKeySet; readonly gateway?: never; readonly jwksUrl?: never };

export type VerifierOptions = KeyLocation & {
  /** The app's id at the gateway. An identity made for another app is refused. */
  readonly audience: string;
  /** Default `menshen`. */
  readonly issuer?: string;
  /** How far the two clocks may differ: 0 to 60. Default 5. */
  readonly clockToleranceSeconds?: number;
  /** For the key set. Default: the global one. */
  readonly fetch?: FetchKeys;
  /** How long fetched keys are used: 1,000 ms to a day. Default ten minutes. */
  readonly cacheMs?: number;
  /** Epoch milliseconds. Default: the system's clock. */
  readonly clock?: () => number;
};

export interface Verifier {
  /**
   * Verifies the value of `X-Menshen-Identity`. Rejects with {@link IdentityError}: `identity_missing` without a value, `identity_unavailable` when the
   * keys cannot be had, `identity_invalid` for all else, also for more than one value.
   *
   * A valid token proves who asks, not which way the request came: let only the gateway reach the backend (network or mutual TLS).
   */
  verify(value: string | readonly string[] | undefined): Promise<Identity>;
}

/** The gateway signs with nothing else: a token that names another algorithm is forged (RFC 8725 §3.1). */
const algorithms = ['EdDSA'];
const maxLifetimeSeconds = 60;
const maxLength = 8_192;
const compactForm = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/**
 * Checks identities that the gateway signed (RFC 7519, EdDSA after RFC 8037).
 * @throws TypeError when an option cannot be.
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const clock = options.clock ?? Date.now;
  const clockTolerance = within('clockToleranceSeconds', options.clockToleranceSeconds ?? 5, 0, 60);
  const issuer = text('issuer', options.issuer ?? 'menshen');
  const audience = text('audience', options.audience);
  const keys = keysOf(options, clock);

  return {
    async verify(value) {
      const token = oneValue(value);
      try {
        const { payload } = await jwtVerify(token, keys, {
          algorithms,
          issuer,
          audience,
          clockTolerance,
          currentDate: new Date(clock()),
          requiredClaims: ['sub', 'iat', 'exp'],
          maxTokenAge: maxLifetimeSeconds,
        });
        const identity = identityFromClaims(payload);
        if (identity === null) throw new IdentityError('identity_invalid');
        return identity;
      } catch (error) {
        if (error instanceof IdentityError) throw error;
        throw new IdentityError('identity_invalid', { cause: error });
      }
    },
  };
}

function oneValue(value: string | readonly string[] | undefined): string {
  const values = typeof value === 'string' ? [value] : (value ?? []);
  const [token, ...others] = values;
  if (token === undefined) throw new IdentityError('identity_missing');
  // Two values mean that somebody added one. Node joins them with a comma, which the form does not know either.
  if (others.length > 0 || token.length > maxLength || !compactForm.test(token)) throw new IdentityError('identity_invalid');
  return token;
}

function keysOf(options: VerifierOptions, clock: () => number): JWTVerifyGetKey {
  const given = [options.gateway, options.jwksUrl, options.jwks].filter((one) => one !== undefined);
  if (given.length !== 1) throw new TypeError('menshen: give exactly one of gateway, jwksUrl and jwks');
  if (options.jwks !== undefined) return createLocalJWKSet(options.jwks);
  const url = new URL(options.jwksUrl ?? identityKeysPath, options.gateway);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new TypeError('menshen: the keys come by https or http');
  const cacheMs = within('cacheMs', options.cacheMs ?? 600_000, 1_000, 86_400_000);
  return createRemoteKeys({ url: url.href, fetch: options.fetch ?? fetch, cacheMs, clock });
}

function within(name: string, value: number, min: number, max: number): number {
  if (!(value >= min && value <= max)) throw new TypeError(`menshen: ${name} must be a number from ${min} to ${max}`);
  return value;
}

function text(name: string, value: unknown): string {
  // An empty audience would match nothing; an absent one would make jose skip the check.
  if (typeof value !== 'string' || value === '') throw new TypeError(`menshen: ${name} must be a text`);
  return value;
}
