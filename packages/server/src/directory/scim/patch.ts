import { ScimError } from './errors.ts';
import { matchesFilter, parseFilter, type ScimFilter } from './filter.ts';
import { enterpriseSchema } from './resource.ts';

const maxOperations = 1_000;

/** Attributes that can be changed, by lower-case name: how they are written, whether they are lists, and their parts. */
interface Shape {
  readonly name: string;
  readonly list: boolean;
  readonly parts: Readonly<Record<string, string>>;
  /** Lives in the enterprise extension. */
  readonly extension: boolean;
}
const none = {};
const contactParts = { value: 'value', type: 'type', primary: 'primary' };
const shape = (name: string, more: Partial<Shape> = {}): readonly [string, Shape] => [
  name.toLowerCase(),
  { name, list: false, parts: none, extension: false, ...more },
];
const shapes: ReadonlyMap<string, Shape> = new Map([
  shape('userName'),
  shape('externalId'),
  shape('displayName'),
  shape('title'),
  shape('active'),
  shape('name', { parts: { formatted: 'formatted', familyname: 'familyName', givenname: 'givenName' } }),
  shape('emails', { list: true, parts: contactParts }),
  shape('phoneNumbers', { list: true, parts: contactParts }),
  shape('members', { list: true, parts: { value: 'value' } }),
  shape('employeeNumber', { extension: true }),
  shape('department', { extension: true }),
]);
const readOnly: ReadonlySet<string> = new Set(['id', 'meta', 'groups']);

interface Path {
  readonly shape: Shape;
  readonly filter: ScimFilter | null;
  readonly part: string | null;
}

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** `[URN:]attribute[filter].part`. The text of a filter holds no closing bracket outside of quotes. */
const pathForm =
  /^(?:(urn:[A-Za-z0-9:._-]+?):)?([A-Za-z][A-Za-z0-9_$-]*)(?:\[((?:[^\]"]|"(?:[^"\\]|\\.)*")*)\])?(?:\.([A-Za-z][A-Za-z0-9_$-]*))?$/;

/** Reads a path. Null for an attribute that is not kept here. @throws ScimError `invalidPath`, `mutability`, `invalidFilter` */
function parsePath(text: string): Path | null {
  const match = text.length > 500 ? null : pathForm.exec(text);
  if (match === null) throw new ScimError('invalidPath');
  const [, , attribute = '', filter, part] = match;
  if (readOnly.has(attribute.toLowerCase())) throw new ScimError('mutability');
  const found = shapes.get(attribute.toLowerCase());
  if (found === undefined) return null;
  const partName =
    part === undefined
      ? null
      : Object.hasOwn(found.parts, part.toLowerCase())
        ? (found.parts[part.toLowerCase()] ?? null)
        : undefined;
  if (partName === undefined) return null;
  return { shape: found, filter: filter === undefined ? null : parseFilter(filter), part: partName };
}

/**
 * Applies a PATCH (RFC 7644 3.5.2) to a resource as it is shown, and returns the changed copy. Takes what identity providers send: names of
 * operations in any case, no path with paths as names of members (Entra ID), members to remove in the value, and an element that does not exist yet.
 * @throws ScimError
 */
export function applyPatch(resource: Json, body: unknown): Json {
  if (!isObject(body)) throw new ScimError('invalidSyntax');
  const operations = Object.entries(body).find(([key]) => key.toLowerCase() === 'operations')?.[1];
  if (!Array.isArray(operations) || operations.length === 0) throw new ScimError('invalidSyntax');
  if (operations.length > maxOperations) throw new ScimError('tooMany');
  const target = structuredClone(resource);
  for (const operation of operations as unknown[]) {
    if (!isObject(operation) || typeof operation['op'] !== 'string') throw new ScimError('invalidSyntax');
    const op = operation['op'].toLowerCase();
    if (op !== 'add' && op !== 'replace' && op !== 'remove') throw new ScimError('invalidSyntax');
    const { path, value } = operation;
    if (typeof path === 'string' && path !== '') change(target, op, parsePath(path), value);
    else if (op === 'remove') throw new ScimError('noTarget');
    else changeMembers(target, op, value);
  }
  return target;
}

type Op = 'add' | 'replace' | 'remove';

/** Without a path the value holds attributes by name, some of them paths themselves. */
function changeMembers(target: Json, op: Op, value: unknown): void {
  if (!isObject(value)) throw new ScimError('invalidValue');
  for (const [key, one] of Object.entries(value)) {
    if (key.toLowerCase() === enterpriseSchema.toLowerCase() && isObject(one)) changeMembers(target, op, one);
    // What is shown is often sent back whole: its read-only parts say nothing.
    else if (key.toLowerCase() !== 'schemas' && !readOnly.has(key.toLowerCase())) change(target, op, parsePath(key), one);
  }
}

function change(target: Json, op: Op, path: Path | null, value: unknown): void {
  if (path === null) return;
  const { shape: found, filter, part } = path;
  const holder = found.extension ? extensionOf(target) : target;
  if (!found.list) {
    if (filter !== null) throw new ScimError('invalidPath');
    if (part !== null) {
      const inner = isObject(holder[found.name]) ? { ...(holder[found.name] as Json) } : {};
      if (op === 'remove') delete inner[part];
      else inner[part] = value;
      holder[found.name] = inner;
    } else if (op === 'remove') delete holder[found.name];
    else if (op === 'add' && isObject(value) && isObject(holder[found.name]))
      holder[found.name] = { ...(holder[found.name] as Json), ...value };
    else holder[found.name] = value;
    return;
  }
  const before = Array.isArray(holder[found.name]) ? (holder[found.name] as unknown[]) : [];
  holder[found.name] = filter === null ? changeList(before, op, part, value) : changeElements(before, op, filter, part, value);
}

function changeList(before: readonly unknown[], op: Op, part: string | null, value: unknown): unknown[] {
  if (part !== null) {
    // `emails.value` without a filter: every element.
    return before.map((one) => (isObject(one) ? { ...one, [part]: op === 'remove' ? undefined : value } : one));
  }
  const given: readonly unknown[] = value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
  if (op === 'replace') return [...given];
  const names = new Set(given.map(memberValue));
  if (op === 'remove') return given.length === 0 ? [] : before.filter((one) => !names.has(memberValue(one)));
  return [...before.filter((one) => !names.has(memberValue(one))), ...given];
}

function changeElements(before: readonly unknown[], op: Op, filter: ScimFilter, part: string | null, value: unknown): unknown[] {
  const fits = (one: unknown): boolean => matchesFilter(filter, one);
  if (op === 'remove' && part === null) return before.filter((one) => !fits(one));
  const found = before.some(fits);
  if (!found) {
    if (op === 'remove') return [...before];
    // Entra ID changes `emails[type eq "work"].value` of a user who has none: it is made.
    if (filter.kind !== 'compare' || filter.op !== 'eq' || !Object.hasOwn(contactParts, filter.path))
      throw new ScimError('noTarget');
    const made: Json = { [filter.path]: filter.value };
    return [...before, part === null ? { ...made, ...(isObject(value) ? value : {}) } : { ...made, [part]: value }];
  }
  return before.map((one) => {
    if (!fits(one) || !isObject(one)) return one;
    if (part === null) return isObject(value) ? { ...one, ...value } : one;
    return { ...one, [part]: op === 'remove' ? undefined : value };
  });
}

const memberValue = (one: unknown): unknown => (isObject(one) ? one['value'] : one);

function extensionOf(target: Json): Json {
  const known = target[enterpriseSchema];
  if (isObject(known)) return known;
  const made: Json = {};
  target[enterpriseSchema] = made;
  return made;
}
