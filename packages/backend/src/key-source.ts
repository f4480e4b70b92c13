import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { IdentityError } from './identity-error.ts';

/** The part of `fetch` that is used. */
export type FetchKeys = (
  url: string,
  init: { readonly signal: AbortSignal; readonly redirect: 'error'; readonly headers: Record<string, string> },
) => Promise<Response>;

export interface RemoteKeysOptions {
  readonly url: string;
  readonly fetch: FetchKeys;
  /** For so long a fetched set is used without asking again. */
  readonly cacheMs: number;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** An unknown key id asks the gateway at most this often, so that forged ids are no way to load it. */
const unknownKeyCooldownMs = 10_000;
/** After a failed fetch. */
const failureCooldownMs = 1_000;
const timeoutMs = 5_000;
const maxBytes = 65_536;

/**
 * The keys behind an address (RFC 7517). Requests share one fetch. A set past its time is not used any more when it cannot be fetched anew: a withdrawn
 * key must end, and while the gateway is away no honest request arrives.
 */
export function createRemoteKeys({ url, fetch, cacheMs, clock }: RemoteKeysOptions): JWTVerifyGetKey {
  let keys: JWTVerifyGetKey | null = null;
  let fetchedAt = 0;
  let attemptedAt = Number.NEGATIVE_INFINITY;
  let pending: Promise<JWTVerifyGetKey> | null = null;

  const refresh = (): Promise<JWTVerifyGetKey> => {
    if (pending === null) {
      attemptedAt = clock();
      pending = fetchKeySet(url, fetch)
        .then((set) => {
          fetchedAt = clock();
          keys = createLocalJWKSet(set);
          return keys;
        })
        .catch((cause: unknown) => {
          throw new IdentityError('identity_unavailable', { cause });
        })
        .finally(() => {
          pending = null;
        });
    }
    return pending;
  };

  const current = (): JWTVerifyGetKey | Promise<JWTVerifyGetKey> => {
    const now = clock();
    if (keys !== null && now - fetchedAt < cacheMs && now >= fetchedAt) return keys;
    if (pending === null && now - attemptedAt < failureCooldownMs && now >= attemptedAt)
      throw new IdentityError('identity_unavailable');
    return refresh();
  };

  return async (header, token) => {
    const known = await current();
    try {
      return await known(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      const now = clock();
      // The key may be newer than our set.
      if (pending === null && now - attemptedAt < unknownKeyCooldownMs && now >= attemptedAt) throw error;
      const fresh = await refresh();
      return fresh(header, token);
    }
  };
}

async function fetchKeySet(url: string, fetch: FetchKeys): Promise<JSONWebKeySet> {
  const response = await fetch(url, {
    signal: AbortSignal.timeout(timeoutMs),
    redirect: 'error',
    headers: { accept: 'application/json' },
  });
  if (response.status !== 200) throw new Error(`the key set was answered with status ${response.status}`);
  return JSON.parse(await readText(response));
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  if (response.body === null) return '';
  for await (const chunk of response.body) {
    length += chunk.byteLength;
    if (length > maxBytes) throw new Error('the key set is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
