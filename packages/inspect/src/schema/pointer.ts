/** A plain object of a parsed document. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One more step of a JSON Pointer (RFC 6901 §3). */
export function pointerTo(pointer: string, key: string | number): string {
  return `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/**
 * Follows a reference within a document, `#` or `#/...` (RFC 6901 §6). Undefined when nothing is there; only own members are
 * followed.
 */
export function followPointer(document: unknown, reference: string): unknown {
  if (reference === '#' || reference === '#/') return document;
  let text: string;
  try {
    text = decodeURIComponent(reference.slice(1));
  } catch {
    return undefined;
  }
  let value: unknown = document;
  for (const step of text.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as JsonObject)[key];
  }
  return value;
}
