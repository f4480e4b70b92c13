import type { Dialect } from './bundle.ts';
import { SchemaError } from './error.ts';
import { followPointer, isObject, type JsonObject } from './pointer.ts';

/** An OpenAPI document while one operation is read. */
export interface OpenApiSource {
  readonly document: unknown;
  readonly dialect: Dialect;
}

const maxHops = 16;

/** Follows a Reference Object, and gives the object with its place. */
export function dereference(source: OpenApiSource, value: unknown, at: string): { value: JsonObject; at: string } {
  let current = value;
  let place = at;
  for (let hop = 0; hop < maxHops; hop += 1) {
    if (!isObject(current)) throw new SchemaError('openapi_invalid', place, 'is no object');
    const { $ref } = current;
    if ($ref === undefined) return { value: current, at: place };
    if (typeof $ref !== 'string' || !$ref.startsWith('#/'))
      throw new SchemaError('ref_refused', place, 'refers to another document');
    current = followPointer(source.document, $ref);
    if (current === undefined) throw new SchemaError('ref_unresolved', place, 'refers to something that does not exist');
    place = $ref.slice(1);
  }
  throw new SchemaError('ref_unresolved', at, 'refers to itself');
}
