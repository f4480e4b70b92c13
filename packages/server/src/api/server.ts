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
import { type AdministratorService, csrfMatches } from '../administrators/service.ts';
import type { Metrics } from '../gateway/metrics.ts';
import type { Bound } from './bind.ts';
import { openApiDocument } from './openapi.ts';
import type { EventStream } from './stream.ts';

const cookieName = 'menshen_console';
const maxBody = 262_144;

export interface ApiOptions {
  readonly host: string;
  readonly port: number;
  readonly version: string;
  /** Whether the console is reached by HTTPS: then its cookie is Secure. */
  readonly secure: boolean;
  readonly bound: readonly Bound[];
  readonly administrators: AdministratorService;
  readonly metrics: Metrics;
  readonly stream: EventStream;
  readonly random: (size: number) => Uint8Array;
  /** Folder of the built console; absent in tests of the API alone. */
  readonly consoleFolder: string | null;
  /** Folder of the audit log's tiles, and whether hash tiles are public. */
  readonly tlog: { readonly folder: string; readonly publicTiles: boolean };
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

  const signedIn = async (request: FastifyRequest) => {
    const token = request.cookies[cookieName];
    const session = token === undefined ? null : await options.administrators.authenticate(token);
    if (session === null) throw new MenshenError('admin_session_missing');
    return session;
  };

  for (const { endpoint, handle } of options.bound) {
    app.route({
      method: endpoint.method,
      url: endpoint.path.replace(/\{(\w+)\}/g, ':$1'),
      handler: async (request, reply) => {
        const session = endpoint.access === 'admin' ? await signedIn(request) : null;
        if (endpoint.method !== 'GET') checkOrigin(request, session?.csrf ?? null);
        const call = {
          params: parse(endpoint.params, request.params),
          query: parse(endpoint.query, request.query),
          body: parse(endpoint.body, request.body ?? {}),
          administrator: session === null ? null : { ...session.administrator, powers: [...everyPower] },
          by: session?.administrator.username ?? 'anonymous',
          address: request.ip,
          cookie: request.cookies[cookieName] ?? null,
          setCookie: (token: string | null) =>
            void (token === null
              ? reply.clearCookie(cookieName, cookieOptions(options.secure))
              : reply.setCookie(cookieName, token, cookieOptions(options.secure))),
        };
        const answer = await handle(call as Parameters<typeof handle>[0]);
        // What leaves is exactly what the contract says: a field too many is dropped, one too few is our fault.
        const checked = endpoint.response.safeParse(answer);
        if (!checked.success) throw new MenshenError('internal_error', {}, { cause: checked.error });
        reply.code(endpoint.status ?? 200).header('content-type', 'application/json; charset=utf-8');
        return JSON.stringify(checked.data ?? {});
      },
    });
  }

  const document = JSON.stringify(openApiDocument(endpoints, options.version));
  app.get('/api/openapi.json', async (_request, reply) =>
    reply.header('content-type', 'application/json; charset=utf-8').send(document),
  );
  app.get('/api/v1/stream', async (request, reply) => {
    await signedIn(request);
    reply.hijack();
    options.stream.open(reply.raw, reply.getHeaders() as OutgoingHttpHeaders);
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

  await serveTiles(app, options, signedIn);
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

function parse(schema: (typeof endpoints)[number]['body'], value: unknown): unknown {
  if (schema === undefined) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const fields = [...new Set(parsed.error.issues.map((issue) => issue.path.map(String).join('.')))].slice(0, 20);
  throw new MenshenError('validation_failed', { fields });
}

/** Writes come from the console's own pages: same origin by Fetch Metadata where the browser sends it, and the session's CSRF token. */
function checkOrigin(request: FastifyRequest, csrf: string | null): void {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw new MenshenError('csrf_refused');
  const { origin } = request.headers;
  if (origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== request.headers.host))
    throw new MenshenError('csrf_refused');
  if (csrf === null) return;
  const presented = request.headers['x-menshen-csrf'];
  if (!csrfMatches(typeof presented === 'string' ? presented : undefined, csrf)) throw new MenshenError('csrf_refused');
}

function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply, metrics: Metrics): FastifyReply {
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

/** C2SP tlog-tiles at `/tlog/`: checkpoint and hash tiles by setting without sign-in, entries only for administrators. */
async function serveTiles(
  app: FastifyInstance,
  options: ApiOptions,
  signedIn: (request: FastifyRequest) => Promise<unknown>,
): Promise<void> {
  const path = /^(checkpoint|tile\/(?:entries|\d{1,2})\/(?:x\d{3}\/){0,6}\d{3}(?:\.p\/\d{1,3})?)$/;
  app.get('/tlog/*', async (request, reply) => {
    const name = (request.params as { '*': string })['*'];
    if (!path.test(name)) throw new MenshenError('not_found');
    if (!options.tlog.publicTiles || name.startsWith('tile/entries/')) await signedIn(request);
    const bytes = await readFile(join(options.tlog.folder, ...name.split('/'))).catch(() => {
      throw new MenshenError('not_found');
    });
    const immutable = name !== 'checkpoint';
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
    if (/^\/(api|tlog|assets)\//.test(request.url) || /\.\w{1,8}$/.test(request.url.split('?')[0] ?? ''))
      throw new MenshenError('not_found');
    return page(request, reply);
  });
}
