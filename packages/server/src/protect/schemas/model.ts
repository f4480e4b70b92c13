import type { ProposedField } from '@menshen/inspect';
import * as z from 'zod';

/** The schemas of a route's requests as they are stored and shown: body as JSON, query and path as texts that are read as declared. */
export const routeSchemas = z.strictObject({
  body: z.union([z.boolean(), z.record(z.string(), z.unknown())]).nullable(),
  query: z.union([z.boolean(), z.record(z.string(), z.unknown())]).nullable(),
  path: z.union([z.boolean(), z.record(z.string(), z.unknown())]).nullable(),
});
export type RouteSchemas = z.output<typeof routeSchemas>;

export type SchemaState = 'proposed' | 'approved' | 'rejected' | 'replaced' | 'withdrawn';

/** One version of a route's schemas. */
export interface SchemaVersion {
  readonly app: string;
  readonly route: string;
  readonly version: number;
  readonly state: SchemaState;
  readonly schemas: RouteSchemas;
  readonly fields: readonly ProposedField[];
  /** Requests that it was learned from. */
  readonly requests: number;
  readonly madeAt: number;
  readonly decidedAt: number | null;
  readonly by: string | null;
  readonly reason: string | null;
}

/** Requests that a version refused, or would have refused while it was only proposed. */
export interface SchemaRefusals {
  readonly place: string;
  readonly keyword: string;
  readonly count: number;
}

/** The same schemas have the same text. */
export const schemasText = (schemas: RouteSchemas): string =>
  JSON.stringify([sorted(schemas.body), sorted(schemas.query), sorted(schemas.path)]);

/** JSON with members in order, so that an edit that moves lines is none. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}
