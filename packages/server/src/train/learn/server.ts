import { learnEndpoints, MenshenError } from '@menshen/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { addressOf } from '../../api/gate.ts';
import { cookieSetter, createListener, type ListenerOptions, listen, serveSinglePage } from '../../api/listener.ts';
import { openApiDocument } from '../../api/openapi.ts';
import { parsePart } from '../../api/parse.ts';
import type { LearnBound, LearnCall } from './bind.ts';
import { readForm } from './read-form.ts';
import { type LearnerSessions, sameSecret } from './sessions.ts';

const maxBody = 65_536;
const maxForm = 4_096;
/** What a host of drills answers: the page behind a link, its files, and that it was opened. */
const drillPaths = /^\/(?:r\/[A-Za-z0-9_-]{22}|assets\/[^?]*|api\/learn\/v1\/drills\/[A-Za-z0-9_-]{22})$/;
/** Nothing is loaded but this page's own files; pictures of courses are data addresses; nothing is framed, sent elsewhere or run inline. */
const contentSecurity =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

/** `secure`: its cookies are bound to the host too. */
export interface LearnServerOptions extends ListenerOptions {
  readonly version: string;
  readonly bound: readonly LearnBound[];
  readonly sessions: LearnerSessions;
  /** Hosts to which links of phishing drills lead; the page that teaches is all that they show. */
  readonly drillHosts: () => readonly string[];
  /** Folder of the built page; null in tests of the interface alone. */
  readonly pageFolder: string | null;
}

export interface LearnServer {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** The listener for employees: their page, its interface, and the public check of certificates. It knows no administrator and no session of an app. */
export async function startLearnServer(options: LearnServerOptions): Promise<LearnServer> {
  const { sessions, secure } = options;
  // `__Host-` keeps a neighbour under the same domain from setting it (RFC 6265bis §4.1.3.2).
  const names = {
    session: secure ? '__Host-menshen_learner' : 'menshen_learner',
    flow: secure ? '__Host-menshen_learner_flow' : 'menshen_learner_flow',
  };
  const app = await createListener(options, { maxBody, contentSecurity });

  app.addHook('onRequest', async (request) => {
    const { host } = request.headers;
    if (host !== undefined && options.drillHosts().includes(host.toLowerCase()) && !drillPaths.test(request.url))
      throw new MenshenError('not_found');
  });

  const route = (where: FastifyInstance, { endpoint, handle }: LearnBound): void => {
    where.route({
      method: endpoint.method,
      url: endpoint.path.replace(/\{(\w+)\}/g, ':$1'),
      handler: async (request, reply) => {
        const token = request.cookies[names.session] ?? null;
        const learner = token === null ? null : await sessions.find(token);
        if (endpoint.access !== 'public' && learner === null) throw new MenshenError('session_missing');
        if (endpoint.method !== 'GET') checkOrigin(request, endpoint.access === 'public' ? null : (learner?.csrf ?? ''));
        const call: LearnCall = {
          params: parsePart('params', endpoint.params, request.params),
          query: parsePart('query', endpoint.query, request.query),
          body: parsePart('body', endpoint.body, request.body ?? {}),
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
  };
  for (const one of options.bound) if (one.form !== true) route(app, one);
  // Forms are read where a form is expected and nowhere else: every other path takes JSON, which no page of another origin can post unasked.
  await app.register(async (forms) => {
    const kinds = ['application/x-www-form-urlencoded', 'multipart/form-data'];
    forms.addContentTypeParser(kinds, { parseAs: 'string', bodyLimit: maxForm }, async (request: FastifyRequest, body: string) =>
      readForm(request.headers['content-type'] ?? '', body),
    );
    for (const one of options.bound) if (one.form === true) route(forms, one);
  });
  let document: string | null = null;
  app.get('/api/learn/openapi.json', async (_request, reply) => {
    document ??= JSON.stringify(openApiDocument(learnEndpoints, options.version, 'Menshen learning'));
    return reply.header('content-type', 'application/json; charset=utf-8').send(document);
  });
  app.get('/healthz', async () => ({ status: 'ok' }));
  if (options.pageFolder !== null) await serveSinglePage(app, options.pageFolder, ['api', 'assets']);

  const { port, authority } = await listen(app, options);
  return { url: `http://${authority}`, port, close: () => app.close() };
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
