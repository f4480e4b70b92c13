import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import cookie from '@fastify/cookie';
import fastifyStatic from '@fastify/static';
import { learnEndpoints, MenshenError } from '@menshen/contract';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { addressOf } from '../../api/gate.ts';
import { openApiDocument } from '../../api/openapi.ts';
import { parsePart } from '../../api/parse.ts';
import { sendError } from '../../api/server.ts';
import type { Metrics } from '../../gateway/metrics.ts';
import type { LearnBound, LearnCall } from './bind.ts';
import { type LearnerSessions, sameSecret } from './sessions.ts';

const maxBody = 65_536;
/** Nothing is loaded but this page's own files; pictures of courses are data addresses; nothing is framed, sent elsewhere or run inline. */
const contentSecurity =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

export interface LearnServerOptions {
  readonly host: string;
  readonly port: number;
  readonly version: string;
  /** Whether employees reach it by HTTPS: then its cookies are bound to the host and Secure. */
  readonly secure: boolean;
  readonly trustedProxies: readonly string[];
  readonly bound: readonly LearnBound[];
  readonly sessions: LearnerSessions;
  readonly metrics: Metrics;
  /** Folder of the built page; null in tests of the interface alone. */
  readonly pageFolder: string | null;
  readonly random: (size: number) => Uint8Array;
}

export interface LearnServer {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** The listener for employees: their page, its interface, and the public check of certificates. It knows no administrator and no session of an app. */
export async function startLearnServer(options: LearnServerOptions): Promise<LearnServer> {
  const { sessions, metrics, secure } = options;
  // `__Host-` keeps a neighbour under the same domain from setting it (RFC 6265bis §4.1.3.2).
  const names = {
    session: secure ? '__Host-menshen_learner' : 'menshen_learner',
    flow: secure ? '__Host-menshen_learner_flow' : 'menshen_learner_flow',
  };
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
    if (secure) reply.header('strict-transport-security', 'max-age=31536000');
  });
  app.setErrorHandler((error: unknown, request, reply) => sendError(error, request, reply, metrics));
  app.setNotFoundHandler((request, reply) => sendError(new MenshenError('not_found'), request, reply, metrics));

  for (const { endpoint, handle } of options.bound) {
    app.route({
      method: endpoint.method,
      url: endpoint.path.replace(/\{(\w+)\}/g, ':$1'),
      handler: async (request, reply) => {
        const token = request.cookies[names.session] ?? null;
        const learner = token === null ? null : await sessions.find(token);
        if (endpoint.access !== 'public' && learner === null) throw new MenshenError('session_missing');
        if (endpoint.method !== 'GET') checkOrigin(request, endpoint.access === 'public' ? null : (learner?.csrf ?? ''));
        const call: LearnCall = {
          params: parsePart(endpoint.params, request.params),
          query: parsePart(endpoint.query, request.query),
          body: parsePart(endpoint.body, request.body ?? {}),
          ...{ learner, token },
          caller: { address: addressOf(request), userAgent: request.headers['user-agent'] ?? null, requestId: request.id },
          browser: request.cookies[names.flow] ?? null,
          setToken: cookieSetter(reply, names.session, secure),
          setBrowser: cookieSetter(reply, names.flow, secure),
        };
        const answer = await handle(call);
        const checked = endpoint.response.safeParse(answer);
        if (!checked.success) throw new MenshenError('internal_error', {}, { cause: checked.error });
        reply.header('content-type', 'application/json; charset=utf-8');
        return JSON.stringify(checked.data ?? {});
      },
    });
  }
  let document: string | null = null;
  app.get('/api/learn/openapi.json', async (_request, reply) => {
    document ??= JSON.stringify(openApiDocument(learnEndpoints, options.version, 'Menshen learning'));
    return reply.header('content-type', 'application/json; charset=utf-8').send(document);
  });
  app.get('/healthz', async () => ({ status: 'ok' }));
  if (options.pageFolder !== null) await servePage(app, options.pageFolder);

  await app.listen({ host: options.host, port: options.port });
  const place = app.server.address();
  const port = typeof place === 'object' && place !== null ? place.port : options.port;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return { url: `http://${host}:${port}`, port, close: () => app.close() };
}

/** A write comes from this page: the browser says same origin where it says anything, and for an employee it carries the session's token. */
function checkOrigin(request: FastifyRequest, csrf: string | null): void {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') throw new MenshenError('csrf_refused');
  const { origin } = request.headers;
  if (origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== request.headers.host))
    throw new MenshenError('csrf_refused');
  if (csrf === null) return;
  const presented = request.headers['x-menshen-csrf'];
  if (typeof presented !== 'string' || csrf === '' || !sameSecret(presented, csrf)) throw new MenshenError('csrf_refused');
}

const cookieSetter = (reply: FastifyReply, name: string, secure: boolean) => (value: string | null) => {
  const options = { path: '/', httpOnly: true, sameSite: 'strict', secure } as const;
  void (value === null ? reply.clearCookie(name, options) : reply.setCookie(name, value, options));
};

/** The built page: hashed files are cached for long, every other path is the page itself. */
async function servePage(app: FastifyInstance, folder: string): Promise<void> {
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
    const path = request.url.split('?')[0] ?? '';
    if (/^\/(api|assets)\//.test(path) || /^\/[^/]*\.\w{1,8}$/.test(path)) throw new MenshenError('not_found');
    return page(request, reply);
  });
}
