import { bundleSchema, type Dialect, type JsonSchema } from './bundle.ts';
import { SchemaError } from './error.ts';
import { bodyContent } from './openapi-body.ts';
import { parameterSchemas } from './openapi-parameters.ts';
import { dereference, type OpenApiSource } from './openapi-reference.ts';
import { isObject, pointerTo } from './pointer.ts';

/** Schemas of one operation, each standing alone; compile them with the same `dialect`. */
export interface OperationSchemas {
  readonly dialect: Dialect;
  /** Null when the operation takes no body. Media types in lower case, without parameters. */
  readonly body: { readonly required: boolean; readonly content: ReadonlyMap<string, JsonSchema> } | null;
  /** An object of all parameters, for `source: 'text'`. Undeclared parameters do not conform. */
  readonly query: JsonSchema;
  /** An object by the names of the given path template. */
  readonly path: JsonSchema;
  /** Query parameters that are arrays and may come more than once: the profile's `repeatable`. */
  readonly repeatable: readonly string[];
}

/**
 * Takes the schemas of an operation from an OpenAPI document, 3.0 or 3.1, already parsed. `pathTemplate` may write
 * parameters as `{id}` or `:id`; they are matched by position. A HEAD request takes GET's when it has none of its own.
 * References are followed within the document only. Throws {@link SchemaError} when there is no such operation or when it
 * declares what a gateway could not check as the backend reads it (parameters as JSON, deep objects, other styles than
 * `form` and `simple`).
 */
export function openApiOperationSchemas(document: unknown, method: string, pathTemplate: string): OperationSchemas {
  const source: OpenApiSource = { document, dialect: dialectOf(document) };
  const found = findPath(source, pathTemplate);
  const item = dereference(source, found.item, found.at);
  const key = method.toLowerCase() === 'head' && item.value.head === undefined ? 'get' : method.toLowerCase();
  if (!operations.has(key) || item.value[key] === undefined)
    throw new SchemaError('operation_unknown', pathTemplate, 'is not declared for this method');
  const operation = dereference(source, item.value[key], pointerTo(item.at, key));

  const parameters = parameterSchemas(
    source,
    [
      { list: item.value.parameters, at: pointerTo(item.at, 'parameters') },
      { list: operation.value.parameters, at: pointerTo(operation.at, 'parameters') },
    ],
    found.names,
  );
  const bundle = (schema: JsonSchema): JsonSchema => bundleSchema(schema, source).schema;
  return {
    dialect: source.dialect,
    body:
      operation.value.requestBody === undefined
        ? null
        : bodyContent(source, operation.value.requestBody, pointerTo(operation.at, 'requestBody')),
    query: bundle(parameters.query),
    path: bundle(parameters.path),
    repeatable: parameters.repeatable,
  };
}

const operations: ReadonlySet<string> = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']);

function dialectOf(document: unknown): Dialect {
  const version = isObject(document) ? document.openapi : undefined;
  if (typeof version === 'string' && /^3\.0\.\d+/.test(version)) return 'openapi-3.0';
  if (typeof version === 'string' && /^3\.1\.\d+/.test(version)) return 'openapi-3.1';
  throw new SchemaError('openapi_invalid', '/openapi', 'is not version 3.0 or 3.1');
}

const parameterSegment = /^(?:\{([^{}]+)\}|:(.+))$/;

/** The path item of a template, and the name that the given template has for each of the document's parameters. */
function findPath(source: OpenApiSource, template: string): { item: unknown; at: string; names: ReadonlyMap<string, string> } {
  const paths = isObject(source.document) ? source.document.paths : undefined;
  if (!isObject(paths)) throw new SchemaError('openapi_invalid', '/paths', 'is missing');
  const wanted = template.split('/');
  for (const [path, item] of Object.entries(paths)) {
    const names = matchTemplates(wanted, path.split('/'));
    if (names !== null) return { item, at: pointerTo('/paths', path), names };
  }
  throw new SchemaError('operation_unknown', template, 'is not declared in the OpenAPI document');
}

function matchTemplates(wanted: readonly string[], declared: readonly string[]): Map<string, string> | null {
  if (wanted.length !== declared.length) return null;
  const names = new Map<string, string>();
  for (const [index, segment] of declared.entries()) {
    const other = wanted[index] ?? '';
    const theirs = parameterSegment.exec(segment);
    const ours = parameterSegment.exec(other);
    if (theirs === null || ours === null) {
      if (theirs !== null || ours !== null || segment !== other) return null;
      continue;
    }
    names.set(theirs[1] ?? theirs[2] ?? '', ours[1] ?? ours[2] ?? '');
  }
  return names;
}
