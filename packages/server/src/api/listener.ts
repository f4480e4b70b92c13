import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import cookie from '@fastify/cookie';
import fastifyStatic from '@fastify/static';
import { type ErrorCode, errorStatus, errorText, isErrorCode, languageOf, MenshenError } from '@menshen/contract';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Metrics } from '../gateway/metrics.ts';
import { readJsonBodies } from './json-bodies.ts';

export interface ListenerOptions {
  readonly host: string;
  readonly port: number;
  /** Whether it is reached by HTTPS: then cookies are Secure, and browsers are told to stay with HTTPS. */
  readonly secure: boolean;
  readonly trustedProxies: readonly string[];
  readonly metrics: Metrics;
  readonly random: (size: number) => Uint8Array;
}

/** Connections at a time. The gateway shares the process and its files with this listener: whoever opens all that they can here must not take its. */
const maxOpen = 4_096;

/** Values in a body: 32 MB of findings hold about a million. */
const manyValues = 2_000_000;

export interface PageLimits {
  readonly maxBody: number;
  readonly contentSecurity: string;
  readonly maxConnections?: number;
}

/**
 * An HTTP application for people and their tools: bounded bodies and times, security headers, errors as `{code, message, requestId}` and nothing of what
 * was sent. `contentSecurity` is the policy of its pages (CSP3).
 */
export async function createListener(
  { secure, trustedProxies, metrics, random }: ListenerOptions,
  { maxBody, contentSecurity, maxConnections = maxOpen }: PageLimits,
): Promise<FastifyInstance> {
  const app = Fastify({
    logger: false,
    bodyLimit: maxBody,
    requestTimeout: 30_000,
    keepAliveTimeout: 30_000,
    forceCloseConnections: true,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    genReqId: () => Buffer.from(random(12)).toString('base64url'),
    routerOptions: { maxParamLength: 300, ignoreTrailingSlash: false },
  });
  app.server.maxConnections = maxConnections;
  // JSON alone: plain text is what a page of another origin can post without asking first.
  app.removeContentTypeParser('text/plain');
  readJsonBodies(app, 'application/json', manyValues);
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
  return app;
}

/** Begins to listen; gives the port that the system chose where 0 was asked for, and the host as an address names it. */
export async function listen(
  app: FastifyInstance,
  { host, port: wanted }: Pick<ListenerOptions, 'host' | 'port'>,
): Promise<{ readonly port: number; readonly authority: string }> {
  await app.listen({ host, port: wanted });
  const place = app.server.address();
  const port = typeof place === 'object' && place !== null ? place.port : wanted;
  return { port, authority: `${host.includes(':') ? `[${host}]` : host}:${port}` };
}

/** RFC 6265bis: strict same-site, out of reach of scripts. */
export const cookieOptions = (secure: boolean) => ({ path: '/', httpOnly: true, sameSite: 'strict', secure }) as const;

/** Sets a cookie of an answer; null takes it away. */
export const cookieSetter = (reply: FastifyReply, name: string, secure: boolean) => (value: string | null) =>
  void (value === null ? reply.clearCookie(name, cookieOptions(secure)) : reply.setCookie(name, value, cookieOptions(secure)));

/**
 * A built page: hashed assets are cached for long, every other path is the page itself, so that deep links work. Paths of the `reserved` first words are
 * never the page.
 */
export async function serveSinglePage(app: FastifyInstance, folder: string, reserved: readonly string[]): Promise<void> {
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
    const [, first = '', ...rest] = path.split('/');
    if ((rest.length > 0 && reserved.includes(first)) || /^\/[^/]*\.\w{1,8}$/.test(path)) throw new MenshenError('not_found');
    return page(request, reply);
  });
}

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
