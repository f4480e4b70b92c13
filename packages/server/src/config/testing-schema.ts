import { configSchema } from '@menshen/contract';

/** Every message of its own that the schema of the configuration holds. */
export function schemaMessages(): string[] {
  const seen = new Set<unknown>();
  const found = new Set<string>();
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null || seen.has(node)) return;
    seen.add(node);
    const def = '_zod' in node ? (node._zod as { readonly def?: Record<string, unknown> }).def : undefined;
    if (def === undefined) {
      for (const value of Object.values(node)) walk(value);
      return;
    }
    const { error } = def;
    const message: unknown = typeof error === 'function' ? (error as (issue: object) => unknown)({}) : undefined;
    if (typeof message === 'string') found.add(message);
    for (const [name, value] of Object.entries(def)) walk(name === 'getter' && typeof value === 'function' ? value() : value);
  };
  walk(configSchema);
  return [...found];
}
