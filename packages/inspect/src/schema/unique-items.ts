/**
 * Whether no two items are equal by JSON Schema's rules (numbers by value, objects whatever the order of their members).
 * Takes time linear in the text of the array but for the sorting of members, where the usual comparison of all pairs is
 * quadratic.
 */
export function hasUniqueItems(items: readonly unknown[]): boolean {
  const scalars = new Set<unknown>();
  const containers = new Set<string>();
  for (const item of items) {
    if (typeof item === 'object' && item !== null) {
      const text = canonicalText(item);
      if (containers.has(text)) return false;
      containers.add(text);
    } else {
      // A set tells types apart, and takes -0 for 0 as JSON Schema does.
      if (scalars.has(item)) return false;
      scalars.add(item);
    }
  }
  return true;
}

/** Depth is that of the parsed body, which the inspector has bounded. */
function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, child]) => `${JSON.stringify(key)}:${canonicalText(child)}`).join()}}`;
}
