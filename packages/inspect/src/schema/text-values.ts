import type { JsonSchema } from './bundle.ts';
import { followPointer, isObject } from './pointer.ts';

type Reader = (text: string) => unknown;

const wholeNumber = /^-?(?:0|[1-9]\d{0,15})$/;
const decimalNumber = /^-?(?:0|[1-9]\d{0,15})(?:\.\d{1,16})?$/;

/** Only the canonical spelling is read as a value; any other text stays text, which then has the wrong type. */
const readers: Readonly<Record<string, Reader>> = {
  integer: (text) => (wholeNumber.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : text),
  number: (text) => (decimalNumber.test(text) ? Number(text) : text),
  boolean: (text) => (text === 'true' ? true : text === 'false' ? false : text),
};

/**
 * Compiles the reading of parameters and form fields, which are all text, as the types that a bundled schema declares for
 * them: `"12"` becomes 12 where the property is an integer or an array of integers. Looks at the schema's own `properties`,
 * through references.
 */
export function compileTextValues(schema: JsonSchema): (values: unknown) => unknown {
  const root = resolve(schema, schema);
  const properties = isObject(root) && isObject(root.properties) ? root.properties : {};
  const byName = new Map<string, (value: unknown) => unknown>();
  for (const [name, property] of Object.entries(properties)) {
    const reader = readerOf(schema, property);
    if (reader !== undefined) byName.set(name, reader);
  }
  if (byName.size === 0) return (values) => values;
  return (values) => {
    if (!isObject(values)) return values;
    const typed: Record<string, unknown> = Object.create(null);
    for (const [name, value] of Object.entries(values)) {
      const read = byName.get(name);
      typed[name] = read === undefined ? value : read(value);
    }
    return typed;
  };
}

function readerOf(document: JsonSchema, property: unknown): ((value: unknown) => unknown) | undefined {
  const schema = resolve(document, property);
  const type = typeOf(schema);
  if (type === 'array') {
    const item = isObject(schema) ? readers[typeOf(resolve(document, schema.items)) ?? ''] : undefined;
    return (value) => {
      const list = Array.isArray(value) ? value : [value];
      return item === undefined ? list : list.map((text) => (typeof text === 'string' ? item(text) : text));
    };
  }
  const read = readers[type ?? ''];
  return read === undefined ? undefined : (value) => (typeof value === 'string' ? read(value) : value);
}

function typeOf(schema: unknown): string | undefined {
  if (!isObject(schema)) return undefined;
  const { type } = schema;
  const first: unknown = Array.isArray(type) ? type.find((name) => name !== 'null') : type;
  return typeof first === 'string' && Object.hasOwn({ ...readers, array: true }, first) ? first : undefined;
}

/** Follows references of a bundled schema; the bound ends a schema that refers to itself and says nothing else. */
function resolve(document: JsonSchema, schema: unknown): unknown {
  let current = schema;
  for (let hop = 0; hop < 16 && isObject(current) && typeof current.$ref === 'string'; hop += 1)
    current = followPointer(document, current.$ref);
  return current;
}
