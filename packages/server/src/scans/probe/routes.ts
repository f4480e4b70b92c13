import type { RouteConfig } from '@menshen/contract';
import type { SourceInterface } from '@menshen/scan';
import * as z from 'zod';
import type { ProbeParameter, ProbeRoute } from './model.ts';

const mostRoutes = 2_000;
const methods = ['get', 'head', 'post', 'put', 'patch', 'delete'] as const;
/** Names by which back offices are known. */
const adminName =
  /(^|[/_.-])(admin|administrator|manage|manager|management|mgr|backstage|backend|console|system|sys|internal|ops|boss|root)([/_.-]|$)/i;

const schemaObject = z.looseObject({
  properties: z.record(z.string(), z.unknown()).optional(),
  example: z.unknown().optional(),
  default: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  $ref: z.string().optional(),
});
const parameter = z.looseObject({
  name: z.string().max(200),
  in: z.string(),
  required: z.boolean().optional(),
  example: z.unknown().optional(),
  schema: schemaObject.optional(),
});
const operation = z.looseObject({
  tags: z.array(z.string()).optional(),
  operationId: z.string().optional(),
  parameters: z.array(z.unknown()).optional(),
  security: z.array(z.record(z.string(), z.unknown())).optional(),
  requestBody: z
    .looseObject({ content: z.record(z.string(), z.looseObject({ schema: schemaObject.optional() })).optional() })
    .optional(),
});
const documentSchema = z.looseObject({
  openapi: z.string().regex(/^3\./),
  security: z.array(z.record(z.string(), z.unknown())).optional(),
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
});

/** A route list that cannot be read. */
export class RouteListError extends Error {
  override readonly name = 'RouteListError';
}

/** Interfaces of an OpenAPI 3 document. @throws RouteListError */
export function routesOfOpenApi(document: unknown): ProbeRoute[] {
  const read = documentSchema.safeParse(document);
  if (!read.success) throw new RouteListError('not an OpenAPI 3 document', { cause: read.error });
  const { paths, security: overall } = read.data;
  const resolve = (value: unknown): unknown => {
    const ref = (value as { $ref?: unknown } | null)?.$ref;
    if (typeof ref !== 'string' || !ref.startsWith('#/')) return value;
    // One step: a reference that leads to a reference is left as it is.
    return ref
      .slice(2)
      .split('/')
      .reduce<unknown>(
        (at, key) => (at as Record<string, unknown> | undefined)?.[key.replaceAll('~1', '/').replaceAll('~0', '~')],
        document,
      );
  };
  const found: ProbeRoute[] = [];
  for (const [path, item] of Object.entries(paths)) {
    for (const method of methods) {
      const known = operation.safeParse(item[method]);
      if (item[method] === undefined || !known.success || !path.startsWith('/') || found.length >= mostRoutes) continue;
      const { tags = [], operationId = '', security, requestBody } = known.data;
      const shared = Array.isArray(item['parameters']) ? (item['parameters'] as unknown[]) : [];
      const demands = security ?? overall;
      const body = Object.values(requestBody?.content ?? {})[0]?.schema;
      const properties = (resolve(body) as { properties?: Record<string, unknown> } | undefined)?.properties;
      found.push({
        method: method.toUpperCase(),
        path,
        parameters: withPath(path, parametersOf([...shared, ...(known.data.parameters ?? [])].map(resolve))),
        isPublic: demands === undefined ? null : demands.length === 0 || demands.some((one) => Object.keys(one).length === 0),
        isAdmin: [path, operationId, ...tags].some((word) => adminName.test(word)),
        bodyFields: properties === undefined ? null : Object.keys(properties),
      });
    }
  }
  return found;
}

function parametersOf(values: readonly unknown[]): ProbeParameter[] {
  return values.flatMap((value): ProbeParameter[] => {
    const read = parameter.safeParse(value);
    if (!read.success || (read.data.in !== 'path' && read.data.in !== 'query')) return [];
    const { name, example, schema, required } = read.data;
    const given = example ?? schema?.example ?? schema?.default ?? schema?.enum?.[0];
    const text = typeof given === 'string' || typeof given === 'number' || typeof given === 'boolean' ? String(given) : null;
    return [{ name, in: read.data.in, example: text, required: required ?? read.data.in === 'path' }];
  });
}

/** Parameters of the path that are not described are there all the same. */
function withPath(path: string, described: readonly ProbeParameter[]): ProbeParameter[] {
  const names = [...path.matchAll(/\{([^{}]{1,100})\}/g)].map((match) => match[1] ?? '');
  const missing = names.filter((name) => !described.some((one) => one.in === 'path' && one.name === name));
  return [...described, ...missing.map((name): ProbeParameter => ({ name, in: 'path', example: null, required: true }))];
}

/** `/orders/:id` and `/orders/[id]` as `/orders/{id}`; null for patterns that name no single path. */
export function templateOf(path: string): string | null {
  const template = path.replace(/:(\w+)(\([^)]*\))?\??/g, '{$1}').replace(/\[(\w+)\]/g, '{$1}');
  return /[*()|^$\\]/.test(template) || !template.startsWith('/') ? null : template;
}

function plainRoute(method: string, path: string, isPublic: boolean | null, isAdmin: boolean): ProbeRoute[] {
  const template = templateOf(path);
  if (template === null) return [];
  return [
    {
      method,
      path: template,
      parameters: withPath(template, []),
      isPublic,
      isAdmin: isAdmin || adminName.test(template),
      bodyFields: null,
    },
  ];
}

/** Interfaces that the source of a backend defines. */
export const routesOfSource = (interfaces: readonly SourceInterface[]): ProbeRoute[] =>
  interfaces
    .slice(0, mostRoutes)
    .flatMap(({ method, path, admin }) => plainRoute(method === 'ANY' ? 'GET' : method, path, null, admin));

/** Routes of an app at the gateway. */
export const routesOfGateway = (routes: readonly RouteConfig[]): ProbeRoute[] =>
  routes.slice(0, mostRoutes).flatMap(({ match, auth }) => {
    const [method = 'GET', path = ''] = match.split(' ');
    return plainRoute(method, path, auth === 'none', false);
  });

const seen = z.looseObject({
  method: z.string().max(10),
  endpoint: z.string().max(500).nullish(),
  path: z.string().max(2_000).nullish(),
});

/** Interfaces that activity events were seen at, a JSON line each; numbers and long identifiers in paths without a template become `{id}`. */
export function routesOfTraffic(lines: Iterable<string>): ProbeRoute[] {
  const found = new Map<string, ProbeRoute>();
  for (const line of lines) {
    if (line.trim() === '' || found.size >= mostRoutes) continue;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      continue;
    }
    const read = seen.safeParse(value);
    if (!read.success) continue;
    const { method, endpoint, path } = read.data;
    const template = endpoint ?? generalised((path ?? '').split('?')[0] ?? '');
    for (const route of plainRoute(method.toUpperCase(), template, null, false))
      found.set(`${route.method} ${route.path}`, route);
  }
  return [...found.values()];
}

const generalised = (path: string): string => {
  let number = 0;
  return path
    .split('/')
    .map((part) => {
      if (!/^\d{1,20}$|^[0-9a-f]{16,64}$|^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(part)) return part;
      number += 1;
      return number === 1 ? '{id}' : `{id${number}}`;
    })
    .join('/');
};

/** One list of several: the first that describes an interface describes it, what others know is added. */
export function mergeRoutes(lists: readonly (readonly ProbeRoute[])[]): ProbeRoute[] {
  const merged = new Map<string, ProbeRoute>();
  for (const route of lists.flat()) {
    const key = `${route.method} ${route.path.replaceAll(/\{[^}]*\}/g, '{}')}`;
    const known = merged.get(key);
    merged.set(
      key,
      known === undefined
        ? route
        : {
            ...known,
            isPublic: known.isPublic ?? route.isPublic,
            isAdmin: known.isAdmin || route.isAdmin,
            bodyFields: known.bodyFields ?? route.bodyFields,
          },
    );
  }
  return [...merged.values()].slice(0, mostRoutes);
}
