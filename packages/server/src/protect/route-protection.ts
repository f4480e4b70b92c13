import type { AppConfig, RouteConfig } from '@menshen/contract';
import { compileFieldMap, compileSchema, type Dialect, type FieldMap, type JsonSchema, type SchemaCheck } from '@menshen/inspect';
import { CompileError } from '../config/compile-error.ts';
import { type CompiledUploads, compileUploads } from './uploads/compile.ts';

/** A part of a request with the types of its fields. */
export interface TypedPart {
  readonly check: SchemaCheck;
  readonly fields: FieldMap;
}

/** The declared or learned types of a route's requests; a part is null when nothing is said about it. */
export interface TypedRequest {
  readonly body: TypedPart | null;
  readonly query: TypedPart | null;
  readonly path: TypedPart | null;
}

/** What a route's configuration says about values, rich text and files. */
export interface RouteProtection {
  /** `app route`, by which learned schemas are found. */
  readonly key: string;
  readonly declared: TypedRequest;
  /** The same as schemas, for people. */
  readonly declaredSchemas: Pick<DeclaredSchemas, 'body' | 'query' | 'path'>;
  /** Whether body or query may be held to a learned schema: the configuration says nothing itself. */
  readonly learns: boolean;
  readonly richIn: readonly string[];
  readonly richOut: readonly string[];
  readonly uploads: CompiledUploads | null;
  /** Whether its answers must be held to be read. */
  readonly readsAnswers: boolean;
}

export interface DeclaredSchemas {
  readonly body: JsonSchema | null;
  readonly query: JsonSchema | null;
  readonly path: JsonSchema | null;
  readonly dialect: Dialect;
  /** Whether the body's values are texts. */
  readonly bodyTexts: boolean;
}

export const routeKeyOf = (app: string, match: string): string => `${app} ${match}`;

/** Compiles one part. Throws SchemaError. */
export function typedPart(schema: JsonSchema | null, name: string, source: 'json' | 'text', dialect: Dialect): TypedPart | null {
  return schema === null
    ? null
    : { check: compileSchema(schema, { name, source, dialect }), fields: compileFieldMap(schema, { dialect }) };
}

/** Compiles the three parts. Throws SchemaError. */
export function typedRequest(schemas: DeclaredSchemas, name: string): TypedRequest {
  const { dialect } = schemas;
  return {
    body: typedPart(schemas.body, `${name} body`, schemas.bodyTexts ? 'text' : 'json', dialect),
    query: typedPart(schemas.query, `${name} query`, 'text', dialect),
    path: typedPart(schemas.path, `${name} path`, 'text', dialect),
  };
}

/** Compiles what a route says of its values. Throws {@link CompileError} and SchemaError. */
export function compileProtection(app: AppConfig, route: RouteConfig, declared: DeclaredSchemas): RouteProtection {
  const types = new Set(route.body?.types ?? ['json']);
  const rich = route.richText ?? [];
  const richIn = rich.filter(({ clean }) => clean !== 'out').map(({ field }) => field);
  const typed = typedRequest(declared, routeKeyOf(app.id, route.match));
  if ((richIn.length > 0 || typed.body?.fields.hasRichText === true) && (types.has('multipart') || route.body?.stream === true)) {
    throw new CompileError(
      `apps.${app.id}`,
      `接口“${route.match}”的富文本只能在 JSON、表单或文本请求体中清洗。`,
      `rich text of route "${route.match}" can be cleaned in JSON, form and text bodies only`,
    );
  }
  const richOut = rich.filter(({ clean }) => clean !== 'in').map(({ field }) => field);
  return {
    key: routeKeyOf(app.id, route.match),
    declared: typed,
    declaredSchemas: { body: declared.body, query: declared.query, path: declared.path },
    learns: route.schema === undefined && route.learn !== false,
    richIn,
    richOut,
    readsAnswers: richOut.length > 0 || route.uploads?.mediaCheck !== undefined,
    uploads: route.uploads === undefined ? null : compileUploads(app, route, route.uploads),
  };
}
