import { learnEndpoints, MenshenError } from '@menshen/contract';
import type { FastifyRequest } from 'fastify';
import { addressOf } from '../../api/gate.ts';
import { cookieSetter, createListener, type ListenerOptions, listen, serveSinglePage } from '../../api/listener.ts';
import { openApiDocument } from '../../api/openapi.ts';
import { parsePart } from '../../api/parse.ts';
import type { LearnBound, LearnCall } from './bind.ts';
import { type LearnerSessions, sameSecret } from './sessions.ts';

const maxBody = 65_536;
/** Nothing is loaded but this page's own files; pictures of courses are data addresses; nothing is framed, sent elsewhere or run inline. */
const contentSecurity =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

/** `secure`: its cookies are bound to the host too. */
export interface LearnServerOptions extends ListenerOptions {
  readonly version: string;
  readonly bound: readonly LearnBound[];
  readonly sessions: LearnerSessions;
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
