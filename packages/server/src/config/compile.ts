import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { AppConfig, Config, RouteConfig } from '@menshen/contract';
import { bodyKindOf, compileSchema, createInspector, openApiOperationSchemas, type SchemaCheck } from '@menshen/inspect';
import { parse } from 'yaml';
import type { CompiledRoute } from '../gateway/runtime.ts';
import { CompileError } from './compile-error.ts';

const maxOpenApiBytes = 5_000_000;

/** Compiles what a route says of its bodies: inspector and schema. OpenAPI documents are read once for each app. */
export function compileRouteParts(
  config: Config,
  folder: string,
): (app: AppConfig, route: RouteConfig) => Pick<CompiledRoute, 'schema' | 'inspector'> {
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
  const schemaOf = (app: AppConfig, route: RouteConfig): SchemaCheck | null => {
    if (route.schema === undefined) return null;
    const name = `${app.id} ${route.match}`;
    const kinds = route.body?.types ?? ['json'];
    if (route.schema !== 'openapi')
      return compileSchema(route.schema, { name, source: kinds.includes('json') ? 'json' : 'text' });
    const [method = '', path = ''] = route.match.split(' ');
    const operation = openApiOperationSchemas(documentOf(app), method, path.replace(/:([A-Za-z0-9_]+)/g, '{$1}'));
    const bodies = [...(operation.body?.content ?? [])].filter(([type]) => kinds.includes(bodyKindOf(type) ?? 'binary'));
    const [body] = bodies;
    if (body === undefined)
      throw new CompileError(
        `apps.${app.id}`,
        `OpenAPI 文档中，${route.match} 没有该接口请求类型的请求体。`,
        `the OpenAPI document has no request body for ${route.match} of the route's body types`,
      );
    if (bodies.length > 1)
      throw new CompileError(
        `apps.${app.id}`,
        `OpenAPI 文档中，${route.match} 有多种请求体；请在接口的 body.types 中指定一种。`,
        `the OpenAPI document has several bodies for ${route.match}; name one in the route's body types`,
      );
    const [mediaType, schema] = body;
    const source = bodyKindOf(mediaType) === 'json' ? 'json' : 'text';
    return compileSchema(schema, { name, dialect: operation.dialect, source });
  };
  return (app, route) => ({
    schema: schemaOf(app, route),
    inspector: createInspector({
      limits: {
        maxBodyBytes: route.body?.maxBytes ?? config.gateway.limits.bodyBytes,
        maxHeaderBytes: config.gateway.limits.headerBytes,
        maxQueryBytes: config.gateway.limits.uriBytes,
      },
      bodyTypes: route.body?.types ?? ['json'],
      emptyBody: route.body?.optional ?? false,
    }),
  });
}
