/** An event as JSON gives it. */
export type SigmaEvent = Readonly<Record<string, unknown>>;

const maxSegments = 24;
const maxDepth = 64;
/** Values of one field, and values of one event in a search without a field. */
const maxValues = 100_000;

/** Names of the members of an event under which a field may be found: the whole name, and each part before a dot. */
export function rootsOf(field: string): string[] {
  const roots = [field];
  let dot = field.lastIndexOf('.');
  for (let count = 0; dot > 0 && count < maxSegments; count += 1) {
    roots.push(field.slice(0, dot));
    dot = field.lastIndexOf('.', dot - 1);
  }
  return roots;
}

/**
 * The value of a field: the member of that name, else the one at the end of the path that its dots describe, where a member's name may hold dots too and
 * a list on the way stands for each of its elements. `undefined` when there is none.
 */
export function fieldValue(event: SigmaEvent, field: string): unknown {
  return valueAt(event, field, 0);
}

function valueAt(holder: unknown, path: string, depth: number): unknown {
  if (typeof holder !== 'object' || holder === null || depth > maxSegments) return undefined;
  if (Array.isArray(holder)) {
    let found: unknown[] | undefined;
    for (const element of holder) {
      const value = valueAt(element, path, depth + 1);
      if (value !== undefined) {
        found ??= [];
        found.push(value);
      }
    }
    return found;
  }
  if (Object.hasOwn(holder, path)) return (holder as Record<string, unknown>)[path];
  for (let dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) {
    const name = path.slice(0, dot);
    if (!Object.hasOwn(holder, name)) continue;
    const value = valueAt((holder as Record<string, unknown>)[name], path.slice(dot + 1), depth + 1);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** The single values in a field's value: a list stands for its elements. Null and objects give none. */
export function scalarsOf(value: unknown, into: (string | number | boolean)[], depth = 0): void {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      into.push(value);
      return;
    case 'bigint':
      into.push(String(value));
      return;
    case 'object':
      if (Array.isArray(value) && depth < maxDepth)
        for (const element of value) if (into.length < maxValues) scalarsOf(element, into, depth + 1);
  }
}

/** Every single value in an event, wherever it stands. */
export function allScalars(value: unknown, into: (string | number | boolean)[], depth = 0): void {
  if (typeof value !== 'object' || value === null) {
    scalarsOf(value, into);
    return;
  }
  if (depth >= maxDepth) return;
  for (const inner of Array.isArray(value) ? value : Object.values(value))
    if (into.length < maxValues) allScalars(inner, into, depth + 1);
}
