import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { AppConfig, Config, RouteConfig } from '@menshen/contract';
import { bodyKindOf, createInspector, type JsonSchema, type OperationSchemas, openApiOperationSchemas } from '@menshen/inspect';
import { parse } from 'yaml';
import type { CompiledRoute } from '../gateway/runtime.ts';
import { compileProtection, type DeclaredSchemas } from '../protect/route-protection.ts';
import { CompileError } from './compile-error.ts';

const maxOpenApiBytes = 5_000_000;

/** Compiles what a route says of its requests: inspector, schemas and the rest of its protection. OpenAPI documents are read once for each app. */
export function compileRouteParts(
  config: Config,
  folder: string,
): (app: AppConfig, route: RouteConfig) => Pick<CompiledRoute, 'schema' | 'inspector' | 'protection'> {
  const documents = new Map<string, unknown>();
  const documentOf = (app: AppConfig): unknown => {
    if (app.openapi === undefined)
      throw new CompileError(
        `apps.${app.id}`,
        '接口引用了 openapi，但应用没有指定文档。',
        'a route refers to openapi, but the app names no document',
      );
    let document = documents.get(app.openapi);
    if (document === undefined) {
      const text = readFileSync(resolve(folder, app.openapi), 'utf8');
      if (text.length > maxOpenApiBytes)
        throw new CompileError(`apps.${app.id}`, 'OpenAPI 文档大于 5 MB。', 'the OpenAPI document is larger than 5 MB');
      document = parse(text, { maxAliasCount: 50 });
      documents.set(app.openapi, document);
    }
    return document;
  };
  const declaredOf = (app: AppConfig, route: RouteConfig): DeclaredRoute => {
    if (route.schema === undefined) return nothingDeclared;
    const kinds = route.body?.types ?? ['json'];
    const bodyTexts = !kinds.includes('json');
    if (route.schema !== 'openapi')
      return { ...nothingDeclared, schemas: { ...nothingDeclared.schemas, body: route.schema, bodyTexts } };
    const [method = '', path = ''] = route.match.split(' ');
    const operation = openApiOperationSchemas(documentOf(app), method, path.replace(/:([A-Za-z0-9_]+)/g, '{$1}'));
    const { dialect, query, path: parameters, repeatable } = operation;
    const body = bodyOf(app, route, kinds, operation);
    const schemas = {
      body: body?.[1] ?? null,
      query,
      path: parameters,
      dialect,
      bodyTexts: bodyKindOf(body?.[0] ?? '') !== 'json',
    };
    return { schemas, repeatable };
  };
  return (app, route) => {
    const { schemas, repeatable } = declaredOf(app, route);
    const protection = compileProtection(app, route, schemas);
    if (route.uploads?.scan === true && config.uploads.scanner === undefined) {
      throw new CompileError(
        `apps.${app.id}`,
        `接口“${route.match}”要扫描文件，但没有设置 uploads.scanner。`,
        `route "${route.match}" scans files, but there is no uploads.scanner`,
      );
    }
    return {
      schema: protection.declared.body?.check ?? null,
      protection,
      inspector: createInspector({
        limits: {
          maxBodyBytes: route.body?.maxBytes ?? config.gateway.limits.bodyBytes,
          maxHeaderBytes: config.gateway.limits.headerBytes,
          maxQueryBytes: config.gateway.limits.uriBytes,
        },
        bodyTypes: route.body?.types ?? ['json'],
        emptyBody: route.body?.optional ?? false,
        repeatable,
        ...(protection.uploads === null ? {} : { rawTypes: ['application/octet-stream', ...protection.uploads.rawTypes] }),
      }),
    };
  };
}

interface DeclaredRoute {
  readonly schemas: DeclaredSchemas;
  /** Query parameters that may come more than once. */
  readonly repeatable: readonly string[];
}

const nothingDeclared: DeclaredRoute = {
  schemas: { body: null, query: null, path: null, dialect: 'json-schema', bodyTexts: false },
  repeatable: [],
};

const bodiless: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS']);

/** The body of an operation that the route's body types leave; null where requests of its method have none and the document says none. */
function bodyOf(
  app: AppConfig,
  route: RouteConfig,
  kinds: readonly string[],
  operation: OperationSchemas,
): readonly [string, JsonSchema] | null {
  const bodies = [...(operation.body?.content ?? [])].filter(([type]) => kinds.includes(bodyKindOf(type) ?? 'binary'));
  const [body] = bodies;
  if (body === undefined) {
    const [method = ''] = route.match.split(' ');
    if (operation.body === null && bodiless.has(method)) return null;
    throw new CompileError(
      `apps.${app.id}`,
      `OpenAPI 文档中，${route.match} 没有该接口请求类型的请求体。`,
      `the OpenAPI document has no request body for ${route.match} of the route's body types`,
    );
  }
  if (bodies.length > 1)
    throw new CompileError(
      `apps.${app.id}`,
      `OpenAPI 文档中，${route.match} 有多种请求体；请在接口的 body.types 中指定一种。`,
      `the OpenAPI document has several bodies for ${route.match}; name one in the route's body types`,
    );
  return body;
}
