import { readFile } from 'node:fs/promises';
import type { OutgoingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { type Endpoint, endpoints, everyPower, MenshenError } from '@menshen/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { powersOf } from '../administrators/model.ts';
import type { Administrators } from '../administrators/service.ts';
import type { Audit } from '../audit/service.ts';
import type { Coordination } from '../coordination/model.ts';
import type { Bound } from './bind.ts';
import { addressOf, createGate, type Entry, type Gate, sessionCookie } from './gate.ts';
import { administratorView } from './handlers/session-view.ts';
import { cookieSetter, createListener, type ListenerOptions, listen, serveSinglePage } from './listener.ts';
import { openApiDocument } from './openapi.ts';
import { parsePart } from './parse.ts';
import type { EventStream } from './stream.ts';
import { mayHear } from './stream-events.ts';

/** Binds an answer of an identity provider to the browser that asked. */
const loginCookie = 'menshen_login';
const maxBody = 262_144;
/** Of who has not signed in: nothing is longer than the answer of a passkey. */
const maxPublicBody = 65_536;
/** How long a caller counts as looked at while the body comes, in milliseconds. */
const admittedMs = 1_000;

export interface ApiOptions extends ListenerOptions {
  readonly version: string;
  readonly bound: readonly Bound[];
  readonly administrators: Administrators;
  readonly audit: Audit;
  readonly coordination: Coordination;
  readonly allowAddresses: () => readonly string[];
  readonly clock: () => number;
  readonly stream: EventStream;
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

const contentSecurity =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/** Starts the control plane: API, OpenAPI document, event stream, metrics, health, log tiles and the console's files. */
export async function startApi(options: ApiOptions): Promise<Api> {
  const app = await createListener(options, { maxBody, contentSecurity });
  const gate = createGate(options);
  const admitted = new WeakMap<FastifyRequest, { readonly entry: Entry; readonly at: number }>();
  /** Who a caller is; one that took long to send a body is looked at again, because its session may have ended meanwhile. */
  const enter = async (endpoint: Endpoint, request: FastifyRequest): Promise<Entry> => {
    const before = admitted.get(request);
    if (before !== undefined && options.clock() - before.at < admittedMs) return before.entry;
    const entry = await gate.enter(endpoint, request);
    admitted.set(request, { entry, at: options.clock() });
    return entry;
  };
  // A refusal stays a refusal when it cannot be noted.
  const note = (error: unknown, endpoint: Endpoint, request: FastifyRequest, by: string): Promise<void> =>
    gate.note(error, endpoint, request, by).catch(() => options.metrics.add('menshen_audit_failures_total'));
  for (const { endpoint, handle } of options.bound) {
    const isPublic = endpoint.access === 'public';
    app.route({
      method: endpoint.method,
      url: endpoint.path.replace(/\{(\w+)\}/g, ':$1'),
      bodyLimit: isPublic ? maxPublicBody : (endpoint.bodyBytes ?? maxBody),
      // Before the body is read: a stranger's is not, or three of them would stop the gateway beside for seconds.
      onRequest: async (request) => {
        if (isPublic || endpoint.method === 'GET') return;
        try {
          await enter(endpoint, request);
        } catch (error) {
          await note(error, endpoint, request, 'anonymous');
          throw error;
        }
      },
      handler: async (request, reply) => {
        let by = 'anonymous';
        try {
          const entry = await enter(endpoint, request);
          const { session, token } = entry;
          by = session?.account.username ?? (token === null ? by : `token:${token.name}`);
          if (endpoint.method !== 'GET') gate.checkOrigin(request, entry);
          const parts = {
            params: parsePart('params', endpoint.params, request.params),
            query: parsePart('query', endpoint.query, request.query),
            body: parsePart('body', endpoint.body, request.body ?? {}),
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
          await note(error, endpoint, request, by);
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
      owner: session?.account.id ?? '',
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
  if (options.consoleFolder !== null) await serveSinglePage(app, options.consoleFolder, ['api', 'tlog', 'assets', 'scim']);

  const { port, authority } = await listen(app, options);
  return {
    url: `${options.secure ? 'https' : 'http'}://${authority}`,
    port,
    app,
    async close() {
      options.stream.close();
      await app.close();
    },
  };
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
