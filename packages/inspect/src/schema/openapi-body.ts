import { bundleSchema, type JsonSchema } from './bundle.ts';
import { SchemaError } from './error.ts';
import { dereference, type OpenApiSource } from './openapi-reference.ts';
import { isObject, type JsonObject, pointerTo } from './pointer.ts';

const maxMediaTypes = 20;

/** Reads a Request Body Object: a schema for each media type; a media type without schema takes anything. */
export function bodyContent(
  source: OpenApiSource,
  requestBody: unknown,
  at: string,
): { required: boolean; content: ReadonlyMap<string, JsonSchema> } {
  const body = dereference(source, requestBody, at);
  const content = body.value.content;
  const place = pointerTo(body.at, 'content');
  if (!isObject(content) || Object.keys(content).length > maxMediaTypes)
    throw new SchemaError('openapi_invalid', place, 'is no object of media types');
  const schemas = new Map<string, JsonSchema>();
  for (const [range, value] of Object.entries(content)) {
    const here = pointerTo(place, range);
    const mediaType = (range.split(';')[0] ?? '').trim().toLowerCase();
    const media = dereference(source, value, here);
    const { schema } = media.value;
    if (schema === undefined) {
      schemas.set(mediaType, true);
      continue;
    }
    const schemaAt = pointerTo(media.at, 'schema');
    const own = mediaType === 'multipart/form-data' ? withFiles(source, schema, schemaAt) : schema;
    schemas.set(mediaType, bundleSchema(own, { ...source, at: schemaAt }).schema);
  }
  return { required: body.value.required === true, content: schemas };
}

/**
 * A file field of a multipart body is declared as a string of format `binary` (OpenAPI 3.0 §4.7.14.4) or with a
 * `contentMediaType` (3.1), but its value here is an object that describes it; see `FileField`. Bounds on the length of the
 * string bound the file's size.
 */
function withFiles(source: OpenApiSource, schema: unknown, at: string): unknown {
  const own = dereference(source, schema, at).value;
  if (!isObject(own.properties)) return own;
  const properties: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(own.properties))
    properties[name] = fileSchema(source, property, pointerTo(at, name)) ?? property;
  return { ...own, properties };
}

function fileSchema(source: OpenApiSource, property: unknown, at: string): JsonSchema | null {
  if (!isObject(property)) return null;
  const own = dereference(source, property, at).value;
  if (own.type === 'array') {
    const item = fileSchema(source, own.items, at);
    return item === null ? null : { ...own, items: item };
  }
  if (!isFile(own)) return null;
  const size = {
    type: 'integer',
    minimum: own.minLength ?? 0,
    ...(own.maxLength === undefined ? {} : { maximum: own.maxLength }),
  };
  return {
    type: 'object',
    required: ['filename', 'mediaType', 'size'],
    properties: { filename: { type: 'string' }, mediaType: { type: 'string' }, size },
  };
}

function isFile(schema: JsonObject): boolean {
  if (schema.type === 'string' && schema.format === 'binary') return true;
  return (
    typeof schema.contentMediaType === 'string' &&
    schema.contentEncoding === undefined &&
    (schema.type === undefined || schema.type === 'string')
  );
}
