import { type CedarValue, EntityRef } from '@menshen/policy';
import type { AskedRequest } from './value-source.ts';

/** What an attribute may be taken from besides the request: the backend's object, looked up before or found in the answer. */
export type BackendObject = Readonly<Record<string, unknown>>;

/** Reads an attribute's value; undefined when it is missing or of a kind that policies do not know, which means refusal. */
export type AttributeSource = (request: AskedRequest, found: BackendObject | null) => CedarValue | undefined;

/** `lookup.a.b` or `answer.a.b`, optionally ` as Long`, ` as Bool` or ` as Some::EntityType`. */
const backendForm =
  /^(?:lookup|answer)((?:\.[A-Za-z_][A-Za-z0-9_]{0,63}){1,6})(?: as ([A-Z][A-Za-z0-9_]*(?:::[A-Z][A-Za-z0-9_]*)*))?$/;

/** Whether the source reads the backend's object. */
export function isBackendSource(source: string): boolean {
  return source.startsWith('lookup.') || source.startsWith('answer.');
}

/** Compiles `lookup.x` and `answer.x`. Throws RangeError for another form. */
export function compileBackendSource(source: string): AttributeSource {
  const form = backendForm.exec(source);
  if (form === null) throw new RangeError('not a source of attributes');
  const keys = (form[1] ?? '').slice(1).split('.');
  const type = form[2] ?? 'String';
  return (_request, found) => {
    let value: unknown = found;
    for (const key of keys) {
      if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, key)) return undefined;
      value = (value as Record<string, unknown>)[key];
    }
    if (type === 'String') return typeof value === 'string' ? value : undefined;
    if (type === 'Bool') return typeof value === 'boolean' ? value : undefined;
    if (type === 'Long') return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
    // Ids of backends are text or whole numbers; the policy knows them as text.
    const id = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
    return typeof id === 'string' && id.length <= 256 ? new EntityRef(type, id) : undefined;
  };
}

/** A JSON object, else null. */
export function readObject(bytes: Buffer): BackendObject | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as BackendObject) : null;
  } catch {
    return null;
  }
}
