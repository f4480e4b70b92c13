import type { FieldMap } from './field-map.ts';

const maxDepth = 200;

/**
 * A value with the JSON of its `json-text` fields in the place of their text, so that a look for attacks sees leaves and names instead of one text
 * full of quotes and braces. The value conforms to its schema; it is not changed.
 */
export function expandJsonText(value: unknown, fields: FieldMap): unknown {
  const walk = (node: unknown, path: readonly (string | number)[]): unknown => {
    if (typeof node === 'string') return fields.kindAt(path) === 'json' ? parsed(node) : node;
    if (typeof node !== 'object' || node === null || path.length > maxDepth) return node;
    if (Array.isArray(node)) return node.map((item, at) => walk(item, [...path, at]));
    const out: Record<string, unknown> = Object.create(null);
    for (const [key, member] of Object.entries(node)) out[key] = walk(member, [...path, key]);
    return out;
  };
  return fields.hasJsonText ? walk(value, []) : value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
