import { errorStatus, errorText, languageOf, MenshenError, type TokenScope } from '@menshen/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readJsonBodies } from '../../api/json-bodies.ts';
import { listResponse, maxResults, resourceTypes, schemas, serviceProviderConfig } from './discovery.ts';
import { ScimError, scimErrorBody, scimText } from './errors.ts';
import { matchesFilter, parseFilter, type ScimFilter } from './filter.ts';
import { etagOf, type ScimGroup, type ScimUser, showGroup, showUser } from './resource.ts';
import type { ScimService } from './service.ts';
import type { Stored } from './store.ts';

export interface ScimRoutesParts {
  readonly service: ScimService;
  readonly enabled: () => boolean;
  /** The machine behind a bearer token with a scope; throws MenshenError. */
  readonly authorize: (
    authorization: string | undefined,
    address: string,
    scope: TokenScope,
  ) => Promise<{ readonly name: string }>;
  /** Address of the console as others reach it, for locations; that of the request's host when null. */
  readonly publicUrl: () => string | null;
}

const prefix = '/scim/v2';
const contentType = 'application/scim+json; charset=utf-8';
/** Bytes of a body: a group of 20,000 members fits. */
const maxBody = 2 * 1_048_576;
/** Values of a body: such a group, with what some providers say of each member, is 100,000. Two million bytes of `[0],` take 0.3 s of everybody's time. */
const manyValues = 300_000;
const defaultCount = 100;

interface Call {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly by: string;
  readonly base: string;
  readonly id: string;
}

/** The SCIM 2.0 interface (RFC 7644) under `/scim/v2`. Off, or without a token of the scope `scim`, there is nothing here. */
export async function registerScim(outer: FastifyInstance, parts: ScimRoutesParts): Promise<void> {
  await outer.register(async (app) => {
    for (const type of ['application/json', 'application/scim+json']) readJsonBodies(app, type, manyValues);
    addRoutes(app, parts);
  });
}

function addRoutes(app: FastifyInstance, parts: ScimRoutesParts): void {
  const { service } = parts;
  const names = new WeakMap<FastifyRequest, string>();
  const route = (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    handle: (call: Call) => Promise<unknown>,
  ): void => {
    app.route({
      method,
      url: `${prefix}${path}`,
      bodyLimit: maxBody,
      // Before the body is read: a stranger's is not.
      onRequest: async (request, reply) => {
        try {
          if (!parts.enabled()) throw new MenshenError('not_found');
          const { name } = await parts.authorize(request.headers.authorization, request.ip, 'scim');
          names.set(request, `token:${name}`);
        } catch (error) {
          await sendError(error, request, reply);
        }
      },
      errorHandler: (error, request, reply) => void sendError(error, request, reply),
      handler: async (request, reply) => {
        const params = request.params as { id?: string };
        const base = `${parts.publicUrl() ?? `${request.protocol}://${request.host}`}${prefix}`;
        const answer = await handle({ request, reply, by: names.get(request) ?? 'token', base, id: params.id ?? '' });
        return answer === undefined
          ? reply.code(204).send()
          : reply.header('content-type', contentType).send(JSON.stringify(answer));
      },
    });
  };

  const sendUser = async (call: Call, user: Stored<ScimUser> | null, status = 200) => {
    if (user === null) throw new ScimError('notFound');
    const shown = showUser(user.value, user.meta, await service.groupsOf(user.meta.id), call.base);
    return send(call, user, chosen(call, shown), status, `${call.base}/Users/${user.meta.id}`);
  };
  const sendGroup = (call: Call, group: Stored<ScimGroup> | null, status = 200) => {
    if (group === null) throw new ScimError('notFound');
    return send(
      call,
      group,
      chosen(call, showGroup(group.value, group.meta, call.base)),
      status,
      `${call.base}/Groups/${group.meta.id}`,
    );
  };

  route('GET', '/ServiceProviderConfig', async ({ base }) => serviceProviderConfig(base));
  route('GET', '/ResourceTypes', async ({ base }) => listResponse(resourceTypes(base)));
  route('GET', '/ResourceTypes/:id', async ({ base, id }) => one(resourceTypes(base), id));
  route('GET', '/Schemas', async ({ base }) => listResponse(schemas(base)));
  route('GET', '/Schemas/:id', async ({ base, id }) => one(schemas(base), id));
  route('POST', '/Bulk', () => Promise.reject(new ScimError('notImplemented')));

  route('GET', '/Users', async (call) => {
    const filter = filterOf(call);
    const narrowed = await usersFor(service, filter);
    const groups = await service.store.groups();
    const shown = narrowed.map(({ meta, value }) => {
      const mine = groups.filter((group) => group.value.members.includes(meta.id));
      return showUser(
        value,
        meta,
        mine.map((group) => ({ id: group.meta.id, displayName: group.value.displayName })),
        call.base,
      );
    });
    return paged(call, filter, shown);
  });
  route('GET', '/Users/:id', async (call) => sendUser(call, await service.store.user(call.id)));
  route('POST', '/Users', async (call) => sendUser(call, await service.createUser(call.request.body, call.by), 201));
  route('PUT', '/Users/:id', async (call) =>
    sendUser(call, await service.replaceUser(call.id, call.request.body, ifMatch(call), call.by)),
  );
  route('PATCH', '/Users/:id', async (call) =>
    sendUser(call, await service.patchUser(call.id, call.request.body, ifMatch(call), call.by)),
  );
  route('DELETE', '/Users/:id', async (call) => service.deleteUser(call.id, ifMatch(call), call.by));

  route('GET', '/Groups', async (call) => {
    const filter = filterOf(call);
    const groups = await service.store.groups();
    return paged(
      call,
      filter,
      groups.map((group) => showGroup(group.value, group.meta, call.base)),
    );
  });
  route('GET', '/Groups/:id', async (call) => sendGroup(call, await service.store.group(call.id)));
  route('POST', '/Groups', async (call) => sendGroup(call, await service.createGroup(call.request.body, call.by), 201));
  route('PUT', '/Groups/:id', async (call) =>
    sendGroup(call, await service.replaceGroup(call.id, call.request.body, ifMatch(call), call.by)),
  );
  route('PATCH', '/Groups/:id', async (call) =>
    sendGroup(call, await service.patchGroup(call.id, call.request.body, ifMatch(call), call.by)),
  );
  route('DELETE', '/Groups/:id', async (call) => service.deleteGroup(call.id, ifMatch(call), call.by));
}

function send(call: Call, stored: Stored<unknown>, shown: unknown, status: number, location: string): unknown {
  const etag = etagOf(stored.meta.version);
  call.reply.code(status).header('etag', etag);
  if (status === 201) call.reply.header('location', location);
  if (call.request.method === 'GET' && call.request.headers['if-none-match'] === etag) {
    call.reply.code(304);
    return '';
  }
  return shown;
}

function one(resources: readonly Record<string, unknown>[], id: string): Record<string, unknown> {
  const found = resources.find((resource) => resource['id'] === id);
  if (found === undefined) throw new ScimError('notFound');
  return found;
}

function ifMatch({ request }: Call): string | null {
  const value = request.headers['if-match'];
  return value === undefined ? null : value.slice(0, 200);
}

function queryText({ request }: Call, name: string): string | undefined {
  const found = Object.entries(request.query as Record<string, unknown>).find(
    ([key]) => key.toLowerCase() === name.toLowerCase(),
  )?.[1];
  return typeof found === 'string' ? found : undefined;
}

function filterOf(call: Call): ScimFilter | null {
  const text = queryText(call, 'filter');
  return text === undefined || text === '' ? null : parseFilter(text);
}

/** The users that a filter can mean: one look-up where it asks for one name or id, as identity providers do before each write. */
async function usersFor(service: ScimService, filter: ScimFilter | null): Promise<readonly Stored<ScimUser>[]> {
  if (filter?.kind === 'compare' && filter.op === 'eq' && typeof filter.value === 'string') {
    if (filter.path === 'username') return await service.store.usersBy('name', filter.value.toLowerCase());
    if (filter.path === 'externalid') return await service.store.usersBy('external_id', filter.value);
    if (filter.path === 'id') return [await service.store.user(filter.value)].filter((user) => user !== null);
  }
  return await service.store.users();
}

/** RFC 7644 3.4.2.4: `startIndex` from 1; a negative count is none. */
function paged(call: Call, filter: ScimFilter | null, all: readonly Record<string, unknown>[]): Record<string, unknown> {
  const number = (name: string, otherwise: number): number => {
    const text = queryText(call, name);
    if (text === undefined) return otherwise;
    if (!/^-?\d{1,9}$/.test(text)) throw new ScimError('invalidValue');
    return Number(text);
  };
  const found = filter === null ? all : all.filter((resource) => matchesFilter(filter, resource));
  const startIndex = Math.max(1, number('startIndex', 1));
  const count = Math.min(maxResults, Math.max(0, number('count', defaultCount)));
  const page = found.slice(startIndex - 1, startIndex - 1 + count).map((resource) => chosen(call, resource));
  return { ...listResponse(page), totalResults: found.length, startIndex, itemsPerPage: page.length };
}

/** Members that the caller wants, or all but those that it does not: by their name at the top. */
function chosen(call: Call, resource: Record<string, unknown>): Record<string, unknown> {
  const names = (name: string): ReadonlySet<string> | null => {
    const text = queryText(call, name);
    return text === undefined || text === ''
      ? null
      : new Set(
          text
            .slice(0, 1_000)
            .split(',')
            .map((one) => (one.trim().split('.')[0] ?? '').toLowerCase()),
        );
  };
  const wanted = names('attributes');
  const unwanted = names('excludedAttributes');
  if (wanted === null && unwanted === null) return resource;
  const always = new Set(['schemas', 'id', 'meta']);
  return Object.fromEntries(
    Object.entries(resource).filter(
      ([name]) => always.has(name) || (wanted === null ? !unwanted?.has(name.toLowerCase()) : wanted.has(name.toLowerCase())),
    ),
  );
}

async function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const language = languageOf(request.headers['accept-language']);
  const [status, problem, detail] = describe(error, language);
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  return reply
    .code(status)
    .header('content-type', contentType)
    .send(JSON.stringify(scimErrorBody(status, problem, detail)));
}

function describe(error: unknown, language: 'zh' | 'en') {
  if (error instanceof ScimError) return [error.status, error.problem, scimText(error.problem, language)] as const;
  if (error instanceof MenshenError) return [error.status, null, errorText(error.code, language)] as const;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code.startsWith('FST_ERR_CTP') || error instanceof SyntaxError) {
    if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return [413, null, errorText('body_too_large', language)] as const;
    if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return [415, null, errorText('content_type_unsupported', language)] as const;
    return [400, 'invalidSyntax', scimText('invalidSyntax', language)] as const;
  }
  const known =
    code === 'audit_unwritable' || code.startsWith('store_') ? ('store_unavailable' as const) : ('internal_error' as const);
  return [errorStatus(known), null, errorText(known, language)] as const;
}
