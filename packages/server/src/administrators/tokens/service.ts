import { type ApiTokenView, MenshenError, type TokenScope } from '@menshen/contract';
import { entityManagementEvent } from '../../audit/events.ts';
import type { Audit } from '../../audit/service.ts';
import type { Coordination } from '../../coordination/model.ts';
import { compileRanges } from '../../gateway/address.ts';
import type { Metrics } from '../../gateway/metrics.ts';
import { digest, sameText } from '../secrets.ts';
import { assertAddress } from '../sessions/service.ts';
import type { ApiToken, TokenStore } from './store.ts';

const idBytes = 16;
const secretBytes = 32;
const prefix = 'mat1.';
/** `mat1.` and base64url of 16 bytes of id and 32 of secret. */
const form = /^mat1\.[A-Za-z0-9_-]{64}$/;
const dayMs = 86_400_000;
const maxDays = 365;
const touchMs = 60_000;
const maxFailures = 100;
const failuresWindowMs = 15 * 60_000;

/** A machine that has shown its token. */
export interface TokenPrincipal {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly TokenScope[];
  /** What the scopes may touch, where they touch single things. */
  readonly grants: readonly string[];
}

export interface NewToken {
  readonly name: string;
  readonly scopes: readonly TokenScope[];
  readonly grants: readonly string[];
  readonly expiresInDays: number;
  readonly addresses: readonly string[];
}

export interface TokenService {
  /** The token is shown here once and never again. */
  create(given: NewToken, by: string): Promise<{ readonly token: string; readonly view: ApiTokenView }>;
  list(): Promise<ApiTokenView[]>;
  revoke(id: string, by: string): Promise<void>;
  /**
   * The machine behind an `Authorization` header; null when the header is absent or of another scheme. Throws `token_invalid` (unknown, expired
   * and revoked look the same), `address_refused` or `admin_locked`.
   */
  authenticate(authorization: string | undefined, address: string): Promise<TokenPrincipal | null>;
  /**
   * For endpoints outside the contract, such as SCIM: the machine, if it has one of the scopes. Throws as above, `token_invalid` without a
   * header, and `token_scope`.
   */
  authorize(authorization: string | undefined, address: string, ...scopes: readonly TokenScope[]): Promise<TokenPrincipal>;
}

export interface TokenParts {
  readonly store: TokenStore;
  /** Names of the accounts that may sign in. */
  readonly activeAccounts: () => Promise<ReadonlySet<string>>;
  readonly audit: Audit;
  readonly coordination: Coordination;
  readonly metrics: Metrics;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

/** Whether a token's scopes cover what is asked: one of them must be there. */
export function hasScope(principal: TokenPrincipal, scopes: readonly TokenScope[]): boolean {
  return scopes.some((scope) => principal.scopes.includes(scope));
}

/** Whether a token may touch a thing, such as `seal:portal/people/phone/support`. A `*` in a grant stands for one part, never for the app. */
export function hasGrant(principal: TokenPrincipal, wanted: string): boolean {
  const parts = wanted.split('/');
  return principal.grants.some((grant) => {
    const given = grant.split('/');
    return given.length === parts.length && given.every((part, at) => part === parts[at] || (at > 0 && part === '*'));
  });
}

/** API tokens of machines: scoped, always ending, kept as a hash. */
export function createTokenService(parts: TokenParts): TokenService {
  const { store, activeAccounts, audit, coordination, metrics, clock, random } = parts;

  const view = (token: ApiToken, issuers: ReadonlySet<string>): ApiTokenView => ({
    id: token.id,
    name: token.name,
    scopes: [...token.scopes],
    grants: [...token.grants],
    addresses: [...token.addresses],
    created: token.created,
    createdBy: token.createdBy,
    issuerActive: issuers.has(token.createdBy),
    expires: token.expires,
    lastUsed: token.lastUsed,
    lastAddress: token.lastAddress,
    state: token.revokedAt !== null ? 'revoked' : token.expires <= clock() ? 'expired' : 'active',
  });

  const authenticate: TokenService['authenticate'] = async (authorization, address) => {
    if (authorization === undefined || !/^Bearer /i.test(authorization)) return null;
    const presented = authorization.slice('Bearer '.length).trim();
    const bytes = form.test(presented) ? Buffer.from(presented.slice(prefix.length), 'base64url') : null;
    const now = clock();
    const token = bytes === null ? null : await store.find(bytes.subarray(0, idBytes).toString('base64url'));
    const secret = bytes === null ? '' : bytes.subarray(idBytes).toString('base64url');
    const right = sameText(digest(secret), token?.secretHash ?? '');
    if (!right || token === null || token.revokedAt !== null || token.expires <= now) {
      metrics.add('menshen_api_token_refusals_total');
      const { count } = await coordination.counter.increment(`api-token:${address}`, failuresWindowMs);
      throw new MenshenError(count > maxFailures ? 'admin_locked' : 'token_invalid');
    }
    assertAddress(token.addresses, address);
    if (token.lastUsed === null || now - token.lastUsed > touchMs || token.lastAddress !== address)
      await store.touch(token.id, now, address);
    return { id: token.id, name: token.name, scopes: token.scopes, grants: token.grants };
  };

  return {
    async create({ name, scopes, grants, expiresInDays, addresses }, by) {
      if (expiresInDays < 1 || expiresInDays > maxDays)
        throw new MenshenError('validation_failed', { fields: ['expiresInDays'] });
      try {
        compileRanges(addresses);
      } catch {
        throw new MenshenError('validation_failed', { fields: ['addresses'] });
      }
      const now = clock();
      const bytes = Buffer.from(random(idBytes + secretBytes));
      const token: ApiToken = {
        id: bytes.subarray(0, idBytes).toString('base64url'),
        secretHash: digest(bytes.subarray(idBytes).toString('base64url')),
        name,
        scopes: [...new Set(scopes)].sort(),
        grants: [...new Set(grants)].sort(),
        addresses,
        created: now,
        createdBy: by,
        expires: now + expiresInDays * dayMs,
        lastUsed: null,
        lastAddress: null,
        revokedAt: null,
      };
      await audit.record(
        entityManagementEvent({
          time: now,
          activity: 'create',
          entity: 'api_token',
          by,
          detail: {
            id: token.id,
            name,
            scopes: token.scopes.join(' '),
            grants: token.grants.join(' ').slice(0, 1_000),
            days: expiresInDays,
          },
        }),
      );
      await store.add(token);
      return { token: `${prefix}${bytes.toString('base64url')}`, view: view(token, new Set([by])) };
    },
    async list() {
      const [tokens, issuers] = await Promise.all([store.all(), activeAccounts()]);
      return tokens.map((token) => view(token, issuers));
    },
    async revoke(id, by) {
      const token = await store.find(id);
      if (token === null || token.revokedAt !== null) throw new MenshenError('not_found');
      await audit.record(
        entityManagementEvent({ time: clock(), activity: 'delete', entity: 'api_token', by, detail: { id, name: token.name } }),
      );
      await store.revoke(id, clock());
    },
    authenticate,
    async authorize(authorization, address, ...scopes) {
      const principal = await authenticate(authorization, address);
      if (principal === null) throw new MenshenError('token_invalid');
      if (!hasScope(principal, scopes)) throw new MenshenError('token_scope');
      return principal;
    },
  };
}
