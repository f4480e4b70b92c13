import type { RouteSchemasView } from '@menshen/contract';

const nothing: RouteSchemasView = { body: null, query: null, path: null };

/** Schemas as people read and edit them. */
export function schemaText(schemas: RouteSchemasView | null): string {
  return JSON.stringify(schemas ?? nothing, null, 2);
}

const isSchema = (value: unknown): value is RouteSchemasView['body'] =>
  value === null || typeof value === 'boolean' || (typeof value === 'object' && !Array.isArray(value));

/** Reads an edited text; null when it is no JSON of the three parts. */
export function readSchemaText(text: string): RouteSchemasView | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { body, query, path, ...rest } = value as Readonly<Record<string, unknown>>;
  if (Object.keys(rest).length > 0 || !isSchema(body) || !isSchema(query) || !isSchema(path)) return null;
  return { body, query, path };
}
