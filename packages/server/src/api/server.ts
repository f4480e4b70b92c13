import { readFile } from 'node:fs/promises';
import type { OutgoingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import cookie from '@fastify/cookie';
import fastifyStatic from '@fastify/static';
import {
  type ErrorCode,
  endpoints,
  errorStatus,
  errorText,
  everyPower,
  isErrorCode,
  languageOf,
  MenshenError,
} from '@menshen/contract';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { powersOf } from '../administrators/model.ts';
import type { Administrators } from '../administrators/service.ts';
import type { Audit } from '../audit/service.ts';
import type { Coordination } from '../coordination/model.ts';
import type { Metrics } from '../gateway/metrics.ts';
import type { Bound } from './bind.ts';
import { addressOf, createGate, type Gate, sessionCookie } from './gate.ts';
import { administratorView } from './handlers/session-view.ts';
import { openApiDocument } from './openapi.ts';
import { parsePart } from './parse.ts';
import type { EventStream } from './stream.ts';
import { mayHear } from './stream-events.ts';

/** Binds an answer of an identity provider to the browser that asked. */
const loginCookie = 'menshen_login';
const maxBody = 262_144;

export interface ApiOptions {
  readonly host: string;
  readonly port: number;
  readonly version: string;
  /** Whether the console is reached by HTTPS: then its cookie is Secure. */
  readonly secure: boolean;
  readonly bound: readonly Bound[];
  readonly administrators: Administrators;
  readonly audit: Audit;
  readonly coordination: Coordination;
  readonly allowAddresses: () => readonly string[];
  readonly trustedProxies: readonly string[];
  readonly clock: () => number;
  readonly metrics: Metrics;
  readonly stream: EventStream;
  readonly random: (size: number) => Uint8Array;
  /** Folder of the built console; absent in tests of the API alone. */
  readonly consoleFolder: string | null;
  /** Interfaces of other protocols on the same port, with their own admission. */
  readonly more?: (app: FastifyInstance) => Promise<void>;
  /** Folder of the audit log's tiles, whether hash tiles are public, and the file of the last witnessed checkpoint where there are witnesses. */
  readonly tlog: { readonly folder: string; readonly publicTiles: boolean; readonly witnessed: string | null };
  readonly ready: () => Promise<{
    readonly ready: boolean;
    readonly dependencies: readonly { readonly name: string; readonly state: string; readonly detail: string | null }[];
  }>;
}

export interface Api {
  readonly url: string;
  readonly port: number;
  readonly app: FastifyInstance;
  close(): Promise<void>;
}

/** RFC 6265bis: strict same-site, out of reach of scripts. */
const cookieOptions = (secure: boolean) => ({ path: '/', httpOnly: true, sameSite: 'strict', secure }) as const;

const contentSecurity =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/** Starts the control plane: API, OpenAPI document, event stream, metrics, health, log tiles and the console's files. */
export async function startApi(options: ApiOptions): Promise<Api> {
  const app = Fastify({
    logger: false,
    bodyLimit: maxBody,
    requestTimeout: 30_000,
    keepAliveTimeout: 30_000,
    forceCloseConnections: true,
    trustProxy: options.trustedProxies.length === 0 ? false : [...options.trustedProxies],
    genReqId: () => Buffer.from(options.random(12)).toString('base64url'),
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: false },
  });
  await app.register(cookie);

  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': 'camera=(), microphone=(), geolocation=()',
      'content-security-policy': contentSecurity,
      'x-menshen-request-id': request.id,
      'cache-control': 'no-store',
    });
    if (options.secure) reply.header('strict-transport-security', 'max-age=31536000');
  });

  app.setErrorHandler((error: unknown, request, reply) => sendError(error, request, reply, options.metrics));
  app.setNotFoundHandler((request, reply) => sendError(new MenshenError('not_found'), request, reply, options.metrics));

  const gate = createGate(options);
  for (const { endpoint, handle } of options.bound) {
    app.route({
      method: endpoint.method,
      url: endpoint.path.replace(/\{(\w+)\}/g, ':$1'),
      bodyLimit: endpoint.bodyBytes ?? maxBody,
      handler: async (request, reply) => {
        let by = 'anonymous';
        try {
          const entry = await gate.enter(endpoint, request);
          const { session, token } = entry;
          by = session?.account.username ?? (token === null ? by : `token:${token.name}`);
          if (endpoint.method !== 'GET') gate.checkOrigin(request, entry);
          const parts = {
            params: parsePart(endpoint.params, request.params),
            query: parsePart(endpoint.query, request.query),
            body: parsePart(endpoint.body, request.body ?? {}),
          };
          gate.checkFresh(endpoint, entry);
          const approvedBy = await gate.checkApproval(endpoint, parts, request, entry);
          const deviation = session?.account.power === 'all' ? ('single_operator' as const) : null;
          if (deviation !== null) reply.header('x-menshen-deviation', deviation);
          const address = addressOf(request);
          const call = {
            ...parts,
            administrator: session === null ? null : administratorView(session),
            session,
            token,
            deviation,
            approvedBy,
            by,
            address,
            caller: { address, userAgent: request.headers['user-agent'] ?? null },
            cookie: request.cookies[sessionCookie] ?? null,
            setCookie: cookieSetter(reply, sessionCookie, options.secure),
            loginCookie: request.cookies[loginCookie] ?? null,
            setLoginCookie: cookieSetter(reply, loginCookie, options.secure),
          };
          const answer = await handle(call as Parameters<typeof handle>[0]);
          // What leaves is exactly what the contract says: a field too many is dropped, one too few is our fault.
          const checked = endpoint.response.safeParse(answer);
          if (!checked.success) throw new MenshenError('internal_error', {}, { cause: checked.error });
          reply.code(endpoint.status ?? 200).header('content-type', 'application/json; charset=utf-8');
          return JSON.stringify(checked.data ?? {});
        } catch (error) {
          // A refusal stays a refusal when it cannot be noted.
          await gate.note(error, endpoint, request, by).catch(() => options.metrics.add('menshen_audit_failures_total'));
          throw error;
        }
      },
    });
  }

  // Made when it is first asked for: it takes a tenth of a second of every start else.
  let document: string | null = null;
  app.get('/api/openapi.json', async (_request, reply) => {
    document ??= JSON.stringify(openApiDocument(endpoints, options.version));
    return reply.header('content-type', 'application/json; charset=utf-8').send(document);
  });
  app.get('/api/v1/stream', async (request, reply) => {
    const { session } = await gate.admit({ powers: everyPower }, request);
    const cookie = request.cookies[sessionCookie] ?? '';
    const powers = session === null ? [] : powersOf(session.account.power);
    reply.hijack();
    options.stream.open(reply.raw, reply.getHeaders() as OutgoingHttpHeaders, {
      mayHear: (event) => mayHear(event, powers),
      isLive: async () => (await options.administrators.sessions.authenticate(cookie, addressOf(request))) !== null,
    });
  });
  app.get('/metrics', async (_request, reply) =>
    reply.header('content-type', 'text/plain; version=0.0.4; charset=utf-8').send(options.metrics.render()),
  );
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const state = await options.ready();
    return reply
      .code(state.ready ? 200 : 503)
      .send({ status: state.ready ? 'ready' : 'not_ready', dependencies: state.dependencies });
  });

  await options.more?.(app);
  await serveTiles(app, options, gate);
  if (options.consoleFolder !== null) await serveConsole(app, options.consoleFolder);

  await app.listen({ host: options.host, port: options.port });
  const place = app.server.address();
  const port = typeof place === 'object' && place !== null ? place.port : options.port;
  return {
    url: `${options.secure ? 'https' : 'http'}://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    port,
    app,
    async close() {
      options.stream.close();
      await app.close();
    },
  };
}

const cookieSetter = (reply: FastifyReply, name: string, secure: boolean) => (value: string | null) =>
  void (value === null ? reply.clearCookie(name, cookieOptions(secure)) : reply.setCookie(name, value, cookieOptions(secure)));

export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply, metrics: Metrics): FastifyReply {
  const code = codeOf(error);
  if (code === 'internal_error') metrics.add('menshen_internal_errors_total');
  const details = error instanceof MenshenError && Object.keys(error.details).length > 0 ? { details: error.details } : {};
  return reply
    .code(errorStatus(code))
    .header('content-type', 'application/json; charset=utf-8')
    .send(
      JSON.stringify({
        code,
        message: errorText(code, languageOf(request.headers['accept-language'])),
        requestId: request.id,
        ...details,
      }),
    );
}

function codeOf(error: unknown): ErrorCode {
  if (error instanceof MenshenError) return error.code;
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return 'internal_error';
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return 'body_too_large';
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return 'content_type_unsupported';
  if (error.code.startsWith('FST_ERR_CTP')) return 'body_malformed';
  if (error instanceof SyntaxError) return 'body_malformed';
  if (error.code.startsWith('store_')) return 'store_unavailable';
  return isErrorCode(error.code) ? error.code : 'internal_error';
}

/** C2SP tlog-tiles at `/tlog/`: checkpoint and hash tiles by setting without sign-in, entries only for audit administrators and `audit:read`. */
async function serveTiles(app: FastifyInstance, options: ApiOptions, gate: Gate): Promise<void> {
  const path = /^((?:previous\/){0,20})(checkpoint|minimum|tile\/(?:entries|\d{1,2})\/(?:x\d{3}\/){0,6}\d{3}(?:\.p\/\d{1,3})?)$/;
  app.get('/tlog/*', async (request, reply) => {
    const name = (request.params as { '*': string })['*'];
    if (!path.test(name)) throw new MenshenError('not_found');
    if (!options.tlog.publicTiles || /(^|\/)tile\/entries\//.test(name))
      await gate.admit({ powers: ['audit'], scopes: ['audit:read'] }, request);
    const immutable = /(^|\/)tile\//.test(name);
    const { folder, witnessed } = options.tlog;
    // What witnesses have not yet signed is not shown to the world: until they have signed once, there is nothing.
    const file = name !== 'checkpoint' || witnessed === null ? name : witnessed;
    const bytes = await readFile(join(folder, ...file.split('/'))).catch(() => {
      throw new MenshenError('not_found');
    });
    reply.header('content-type', immutable ? 'application/octet-stream' : 'text/plain; charset=utf-8');
    if (immutable)
      reply.header('cache-control', `${options.tlog.publicTiles ? 'public' : 'private'}, max-age=31536000, immutable`);
    return reply.send(bytes);
  });
}

/** The console: hashed assets are cached for long, every other path is the page itself, so that deep links work. */
async function serveConsole(app: FastifyInstance, folder: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: join(folder, 'assets'),
    prefix: '/assets/',
    cacheControl: false,
    setHeaders: (reply) => {
      reply.header('cache-control', 'public, max-age=31536000, immutable');
    },
  });
  const page = async (_request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const html = await readFile(join(folder, 'index.html'), 'utf8').catch(() => {
      throw new MenshenError('not_found');
    });
    return reply.header('content-type', 'text/html; charset=utf-8').header('cache-control', 'no-cache').send(html);
  };
  app.get('/', page);
  app.get('/*', async (request, reply) => {
    // A page's address may hold a uid with a dot, `/people/zhou.000`; at the top there are only files, such as `/favicon.ico`.
    const path = request.url.split('?')[0] ?? '';
    if (/^\/(api|tlog|assets|scim)\//.test(path) || /^\/[^/]*\.\w{1,8}$/.test(path)) throw new MenshenError('not_found');
    return page(request, reply);
  });
}
