import type { JsonSchema } from './bundle.ts';
import { SchemaError } from './error.ts';
import { dereference, type OpenApiSource } from './openapi-reference.ts';
import { isObject, pointerTo } from './pointer.ts';

export interface ParameterSchemas {
  readonly query: JsonSchema;
  readonly path: JsonSchema;
  readonly repeatable: readonly string[];
}

interface Group {
  readonly properties: Record<string, unknown>;
  readonly required: Set<string>;
}

const maxParameters = 200;

/**
 * Makes one object schema of the query parameters and one of the path parameters. Those of the operation replace those of
 * the path item. Header and cookie parameters are left to the backend.
 */
export function parameterSchemas(
  source: OpenApiSource,
  lists: readonly { readonly list: unknown; readonly at: string }[],
  pathNames: ReadonlyMap<string, string>,
): ParameterSchemas {
  const query: Group = { properties: {}, required: new Set() };
  const path: Group = { properties: {}, required: new Set(pathNames.values()) };
  const repeatable = new Set<string>();
  for (const name of pathNames.values()) path.properties[name] = { type: 'string', minLength: 1 };

  for (const { list, at } of lists) {
    if (list === undefined) continue;
    if (!Array.isArray(list) || list.length > maxParameters)
      throw new SchemaError('openapi_invalid', at, 'is no list of at most 200 parameters');
    for (const [index, item] of list.entries()) {
      const parameter = dereference(source, item, pointerTo(at, index));
      const { name, in: place, schema, required } = parameter.value;
      if (typeof name !== 'string') throw new SchemaError('openapi_invalid', parameter.at, 'has no name');
      if (place === 'query') {
        query.properties[name] = schema ?? true;
        if (required === true) query.required.add(name);
        else query.required.delete(name);
        if (checkStyle(source, parameter.value, parameter.at, 'form') === 'array') repeatable.add(name);
        else repeatable.delete(name);
      } else if (place === 'path') {
        const ours = pathNames.get(name);
        if (ours === undefined) throw new SchemaError('openapi_invalid', parameter.at, 'is not in the path');
        if (checkStyle(source, parameter.value, parameter.at, 'simple') === 'array') throw unsupported(parameter.at);
        path.properties[ours] = schema ?? path.properties[ours];
      }
    }
  }
  return { query: objectOf(query), path: objectOf(path), repeatable: [...repeatable] };
}

/** Tells arrays from single values, and refuses what is not written as plain text under the parameter's own name. */
function checkStyle(
  source: OpenApiSource,
  parameter: Readonly<Record<string, unknown>>,
  at: string,
  style: 'form' | 'simple',
): 'array' | 'single' {
  if (parameter.content !== undefined || (parameter.style !== undefined && parameter.style !== style)) throw unsupported(at);
  const schema = isObject(parameter.schema) ? dereference(source, parameter.schema, pointerTo(at, 'schema')).value : undefined;
  const types = Array.isArray(schema?.type) ? schema.type : [schema?.type];
  if (types.includes('object') || isObject(schema?.properties)) throw unsupported(at);
  if (!types.includes('array')) return 'single';
  if (parameter.explode === false) throw unsupported(at);
  return 'array';
}

function unsupported(at: string): SchemaError {
  return new SchemaError(
    'parameter_unsupported',
    at,
    'is written in a way that is not supported; use form (query) or simple (path), exploded',
  );
}

function objectOf({ properties, required }: Group): JsonSchema {
  return { type: 'object', properties, required: [...required], additionalProperties: false };
}
