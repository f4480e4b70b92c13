import type { ClientRequest } from './http1/client-request.ts';

/** RFC 9110 §7.6.1: headers of one connection, never passed on. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);

/** Headers by which a client could speak for the gateway or for a proxy, in the form that {@link canonicalName} gives; ours replace them. */
const spoken = new Set([
  'forwarded',
  'x-real-ip',
  'x-request-id',
  'expect',
  'host',
  'content-length',
  // What proxies and CDNs say of a client's address; each is believed by some framework.
  'client-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-original-forwarded-for',
  'x-remote-ip',
  'x-remote-addr',
  'x-envoy-external-address',
  'true-client-ip',
  'cf-connecting-ip',
  'fastly-client-ip',
  'ali-cdn-real-ip',
  // Another host, scheme or port than the one asked.
  'x-host',
  'x-original-host',
  'front-end-https',
  'x-url-scheme',
  // Another path or method than the one that was decided upon: IIS, Symfony, Zend; Rails, Express, Spring and others.
  'x-original-url',
  'x-original-uri',
  'x-rewrite-url',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  // Next.js took a request that says so for one that it had already checked (CVE-2025-29927).
  'x-middleware-subrequest',
  // CGI makes HTTP_PROXY of it (CVE-2016-5385).
  'proxy',
]);
/** All of a family: `X-Forwarded-For`, `-Host`, `-Proto`, `-Port`, `-Prefix`, `-Server`, `-Scheme`, `-Ssl`, `-Uri` and what comes next. */
const forwarded = 'x-forwarded-';

/**
 * The one name that servers may make of several: CGI, WSGI, Rack, PHP and FastCGI write a variable's name with `_` for `-`, some for any character that is
 * no letter and no digit, so that `X_Forwarded_For` and `X.Forwarded.For` are read as `X-Forwarded-For`.
 */
const canonicalName = (lower: string): string => lower.replaceAll(/[^a-z0-9]/g, '-');

/** `X-Menshen-Identity` and every spelling that a backend might take for it (`x_menshen_identity`, `X-MENSHEN--identity`). */
const reserved = /^x-menshen/;

/** What a `Connection` of a client may not name: what the gateway says, and what it has read the request by. */
const notOfConnection = /^(?:x-menshen.*|content-.*|host|authorization|cookie)$/;

/** Whether the client asks the next hop to drop what the gateway will say, or what the request was judged by: the backend would read another one. */
export function namesReservedInConnection(connection: string | undefined): boolean {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return false;
  return connection.split(',').some((name) => notOfConnection.test(canonicalName(name.trim().toLowerCase())));
}

export interface ForwardedHeaders {
  readonly address: string;
  readonly host: string;
  readonly secure: boolean;
  readonly requestId: string;
  readonly identity: string | null;
  readonly risk: number;
  readonly contentLength: number | null;
}

/**
 * The headers for the backend as a flat list: the client's without hop-by-hop, proxy and reserved ones and without our session token, then ours.
 * `drop` holds names of this request's `Connection` options and of headers that no longer fit the body.
 */
export function backendHeaders(
  request: Pick<ClientRequest, 'headers' | 'rawHeaders'>,
  ours: ForwardedHeaders,
  drop: ReadonlySet<string> = noNames,
): string[] {
  const raw = request.rawHeaders;
  const out: string[] = [];
  const named = connectionNames(request.headers.connection);
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at] ?? '';
    const { lower, passes } = nameOf(name);
    if (!passes || drop.has(lower) || named?.has(lower) === true) continue;
    const value = raw[at + 1] ?? '';
    // The session token is between the mini program and the gateway; a backend's log must not hold it.
    if (lower === 'authorization' && /^bearer\s+mst1\./i.test(value)) continue;
    out.push(name, value);
  }
  if (ours.contentLength !== null) out.push('content-length', String(ours.contentLength));
  out.push('x-forwarded-for', ours.address, 'x-forwarded-host', ours.host, 'x-forwarded-proto', ours.secure ? 'https' : 'http');
  out.push('x-menshen-request-id', ours.requestId, 'x-menshen-risk', String(ours.risk));
  if (ours.identity !== null) out.push('x-menshen-identity', ours.identity);
  return out;
}

interface KnownName {
  readonly lower: string;
  /** Whether a header of this name goes on to the backend, where nothing else of the request speaks against it. */
  readonly passes: boolean;
}

// Clients use few spellings of few names: each is looked at once. The bounds keep made-up names from filling memory.
const knownNames = new Map<string, KnownName>();
const maxKnown = 512;
const maxKnownLength = 64;

function nameOf(name: string): KnownName {
  const found = knownNames.get(name);
  if (found !== undefined) return found;
  const lower = name.toLowerCase();
  const canonical = canonicalName(lower);
  const passes =
    !hopByHop.has(canonical) && !spoken.has(canonical) && !canonical.startsWith(forwarded) && !reserved.test(canonical);
  const known = { lower, passes };
  if (knownNames.size < maxKnown && name.length <= maxKnownLength) {
    // A copy: a piece of the head would keep the whole head in memory.
    const kept = Buffer.from(name, 'latin1').toString('latin1');
    knownNames.set(kept, { ...known, lower: kept.toLowerCase() });
  }
  return known;
}

const noNames: ReadonlySet<string> = new Set();

function connectionNames(connection: string | undefined): ReadonlySet<string> | null {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close' || connection === 'Keep-Alive')
    return null;
  return new Set(
    connection
      .toLowerCase()
      .split(',')
      .map((name) => name.trim()),
  );
}

/** Headers of an answer that are never passed to the client: hop-by-hop, and what tells an attacker about the backend. */
const withheld = new Set([
  ...hopByHop,
  'server',
  'x-powered-by',
  'x-aspnet-version',
  'x-aspnetmvc-version',
  'x-runtime',
  'x-generator',
  'via',
]);

/** Security headers for answers to a mini program: JSON is data, never a page (OWASP ASVS 5.0, 3.4). */
const security: readonly (readonly [string, string])[] = [
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'no-referrer'],
  ['x-frame-options', 'DENY'],
  ['cross-origin-resource-policy', 'same-site'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'; sandbox"],
];

/** What most answers carry, as lines that are ready to be sent: where the backend says none of it itself. */
const usualLines = [...security, ['cache-control', 'no-store'] as const].map(([name, value]) => `${name}: ${value}\r\n`).join('');

/** RFC 6797: over TLS, every answer says that there is no other way. One year, in seconds. */
export const strictTransport = 'max-age=31536000; includeSubDomains';

/** The headers of an answer: as a flat list of names and values, and lines that need no further look. */
export interface ClientHeaders {
  readonly list: readonly string[];
  readonly lines: string;
}

/**
 * The answer's headers for the client; a security header of the backend's own stays. `length` is the body's when it is held whole;
 * else the backend's own length, if any, passes.
 */
export function clientHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  requestId: string,
  secure: boolean,
  length: number | null,
): ClientHeaders {
  const out: string[] = [];
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (value === undefined || withheld.has(name) || (name.charCodeAt(0) === 120 && reserved.test(canonicalName(name)))) continue;
    if (name === 'content-length' && length !== null) continue;
    if (typeof value === 'string') out.push(name, value);
    else for (const one of value) out.push(name, one);
  }
  const usual = headers['cache-control'] === undefined && security.every(([name]) => headers[name] === undefined);
  if (!usual) {
    for (const [name, value] of security) if (headers[name] === undefined) out.push(name, value);
    if (headers['cache-control'] === undefined) out.push('cache-control', 'no-store');
  }
  if (secure && headers['strict-transport-security'] === undefined) {
    out.push('strict-transport-security', strictTransport);
  }
  out.push('x-menshen-request-id', requestId);
  if (length !== null) out.push('content-length', String(length));
  return { list: out, lines: usual ? usualLines : '' };
}
