import type { IncomingMessage } from 'node:http';
import { identityHeader } from '@menshen/wire';
import type { Identity } from './identity.ts';
import { createVerifier, type Verifier, type VerifierOptions } from './verifier.ts';

/** What a rule about optional routes may look at. `path` is as the client sent it, without the query. */
export interface GuardedRequest {
  readonly method: string;
  readonly path: string;
}

export interface OptionalRoutes {
  /**
   * Where a request may come without identity: everywhere (`true`), below these paths, or where the function says so. A request that does bring one is
   * verified all the same. Default: nowhere.
   */
  readonly optional?: boolean | readonly string[] | ((request: GuardedRequest) => boolean);
}

/** Options of every middleware: those of the verifier, or a verifier that is shared. */
export type MiddlewareOptions = OptionalRoutes & (VerifierOptions | { readonly verifier: Verifier });

/**
 * Verifies requests: resolves to the identity, or to `null` on an optional route; rejects with `IdentityError`. `url` is as the client sent it:
 * frameworks rewrite `request.url` below a mounted router.
 */
export type Guard = (request: IncomingMessage, url: string) => Promise<Identity | null>;

const headerName = identityHeader.toLowerCase();

export function createGuard(options: MiddlewareOptions): Guard {
  const verifier = 'verifier' in options ? options.verifier : createVerifier(options);
  const isOptional = optionalRule(options.optional ?? false);
  return async (request, url) => {
    const values = identityValues(request);
    if (values.length === 0) {
      const path = url.replace(/[?#].*$/s, '');
      if (isOptional({ method: request.method ?? '', path })) return null;
    }
    return verifier.verify(values);
  };
}

/** Every value of the header, counted on the wire's own list: `headers` has them joined. */
function identityValues({ rawHeaders, headers }: IncomingMessage): readonly string[] {
  const values: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.toLowerCase() === headerName) values.push(rawHeaders[at + 1] ?? '');
  }
  if (values.length > 0) return values;
  // Some adapters (serverless) fill `headers` only.
  const value = headers[headerName];
  return value === undefined ? [] : [value].flat();
}

function optionalRule(optional: NonNullable<OptionalRoutes['optional']>): (request: GuardedRequest) => boolean {
  if (typeof optional === 'boolean') return () => optional;
  if (typeof optional === 'function') return (request) => optional(request) === true;
  const prefixes = optional.map((path) => {
    if (!path.startsWith('/')) throw new TypeError('menshen: an optional path begins with /');
    return path.replace(/\/+$/, '');
  });
  return ({ path }) => isPlain(path) && prefixes.some((prefix) => path === prefix || path.startsWith(`${prefix}/`));
}

/** A path that a router or a proxy could read as another is not optional. */
function isPlain(path: string): boolean {
  return !/\/\.|\/\/|\\|%2e|%2f|%5c/i.test(path);
}
