/** What a keyword's value is made of, for draft 2020-12 and the additions of OpenAPI. */
export type KeywordShape = 'data' | 'schema' | 'schemas' | 'schema-map' | 'annotation' | 'refused';

const shapes: readonly (readonly [KeywordShape, string])[] = [
  [
    'data',
    'type enum const required dependentRequired multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems uniqueItems maxContains minContains maxProperties minProperties format',
  ],
  ['schema', 'additionalProperties unevaluatedProperties items unevaluatedItems contains propertyNames not if then else'],
  ['schemas', 'allOf anyOf oneOf prefixItems'],
  ['schema-map', 'properties patternProperties dependentSchemas'],
  [
    'annotation',
    '$schema $comment $defs definitions title description default examples deprecated readOnly writeOnly contentEncoding contentMediaType contentSchema',
  ],
  // These change what a reference means, from afar.
  ['refused', '$id $anchor $dynamicRef $dynamicAnchor $recursiveRef $recursiveAnchor $vocabulary'],
];

const table: ReadonlyMap<string, KeywordShape> = new Map(
  shapes.flatMap(([shape, names]) => names.split(' ').map((name) => [name, shape])),
);

/**
 * OpenAPI's own, which do not restrict a request (OpenAPI 3.1 §4.8.24); `discriminator` only hints at which branch of a
 * choice will match.
 */
const openApiAnnotations: ReadonlySet<string> = new Set(['discriminator', 'xml', 'externalDocs', 'example', 'nullable']);

/** Undefined for a keyword that nobody knows: it may be a misspelt restriction, so it is not passed over. */
export function shapeOf(keyword: string, openApi: boolean): KeywordShape | undefined {
  if (keyword.startsWith('x-')) return 'annotation';
  return table.get(keyword) ?? (openApi && openApiAnnotations.has(keyword) ? 'annotation' : undefined);
}
