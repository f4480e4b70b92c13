import { type Endpoint, errorCatalogue, refusal } from '@menshen/contract';
import * as z from 'zod';

type JsonSchema = Record<string, unknown>;

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): JsonSchema => {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
};

/** A schema that refers to itself has a name; it moves to where the document keeps such schemas, and what refers to it follows. */
function liftDefinitions(document: Record<string, unknown>, schemas: Record<string, JsonSchema>): Record<string, unknown> {
  const lift = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(lift);
    if (typeof node !== 'object' || node === null) return node;
    const { $defs, ...rest } = node as Record<string, unknown>;
    for (const [name, definition] of Object.entries(($defs ?? {}) as Record<string, unknown>))
      schemas[name] = lift(definition) as JsonSchema;
    return Object.fromEntries(
      Object.entries(rest).map(([key, value]) => [
        key,
        key === '$ref' && typeof value === 'string' ? value.replace('#/$defs/', '#/components/schemas/') : lift(value),
      ]),
    );
  };
  return lift(document) as Record<string, unknown>;
}

/** The OpenAPI 3.1 document of the control plane, made of the same schemas that its handlers are bound to. */
export function openApiDocument(
  endpoints: readonly Endpoint[],
  version: string,
  title = 'Menshen control plane',
): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const endpoint of endpoints) {
    const operation: Record<string, unknown> = {
      operationId: endpoint.id,
      tags: [endpoint.group],
      summary: endpoint.summary.en,
      description: endpoint.summary.zh,
      security: security(endpoint),
      'x-menshen-powers': endpoint.powers,
      ...(endpoint.scopes === undefined ? {} : { 'x-menshen-scopes': endpoint.scopes }),
      ...(endpoint.stepUpSeconds === undefined ? {} : { 'x-menshen-step-up-seconds': endpoint.stepUpSeconds }),
      ...(endpoint.approval === undefined ? {} : { 'x-menshen-approvers': endpoint.approval.approvers }),
      parameters: [...parameters(endpoint.params, 'path'), ...parameters(endpoint.query, 'query')],
      responses: responses(endpoint),
    };
    if (endpoint.body !== undefined)
      operation['requestBody'] = {
        required: true,
        content: { 'application/json': { schema: schemaOf(endpoint.body, 'input') } },
      };
    paths[endpoint.path] = { ...paths[endpoint.path], [endpoint.method.toLowerCase()]: operation };
  }
  const schemas: Record<string, JsonSchema> = { Refusal: schemaOf(refusal, 'output') };
  const lifted = liftDefinitions(paths, schemas);
  return {
    openapi: '3.1.0',
    info: { title, version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths: lifted,
    components: {
      schemas,
      securitySchemes: {
        console: {
          type: 'apiKey',
          in: 'cookie',
          name: 'menshen_console',
          description: 'Writes also need the header X-Menshen-CSRF.',
        },
        learner: {
          type: 'apiKey',
          in: 'cookie',
          name: 'menshen_learner',
          description: 'On the listener of `training` alone. Writes also need the header X-Menshen-CSRF.',
        },
        token: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'mat1',
          description: 'An API token with one of the scopes named in x-menshen-scopes.',
        },
      },
    },
  };
}

/** Sessions of administrators who hold a named power, tokens of machines that have a named scope. */
function security(endpoint: Endpoint): Record<string, readonly string[]>[] {
  if (endpoint.access === 'public') return [];
  if (endpoint.access === 'employee') return [{ learner: [] }];
  return [...(endpoint.powers.length === 0 ? [] : [{ console: [] }]), ...(endpoint.scopes === undefined ? [] : [{ token: [] }])];
}

function parameters(schema: z.ZodType | undefined, place: 'path' | 'query'): unknown[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, value]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: value,
  }));
}

function responses(endpoint: Endpoint): Record<string, unknown> {
  const byStatus = new Map<number, string[]>();
  const always =
    endpoint.access === 'admin'
      ? ([
          'admin_session_missing',
          'power_not_held',
          ...(endpoint.scopes === undefined ? [] : (['token_invalid', 'token_scope'] as const)),
          'internal_error',
        ] as const)
      : endpoint.access === 'employee'
        ? (['session_missing', 'internal_error'] as const)
        : (['internal_error'] as const);
  for (const code of new Set([
    ...endpoint.errors,
    ...always,
    ...(endpoint.method === 'GET' ? [] : (['csrf_refused'] as const)),
  ])) {
    const { status } = errorCatalogue[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  if (endpoint.query !== undefined || endpoint.body !== undefined || endpoint.params !== undefined)
    byStatus.set(422, [...new Set([...(byStatus.get(422) ?? []), 'validation_failed'])]);
  const out: Record<string, unknown> = {
    [String(endpoint.status ?? 200)]: {
      description: 'OK',
      content: { 'application/json': { schema: schemaOf(endpoint.response, 'output') } },
    },
  };
  for (const [status, codes] of [...byStatus].sort((a, b) => a[0] - b[0])) {
    out[String(status)] = {
      description: codes.join(', '),
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Refusal' } } },
    };
  }
  return out;
}
