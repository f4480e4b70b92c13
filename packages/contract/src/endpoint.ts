import type * as z from 'zod';
import type { ErrorCode } from './errors.ts';

export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

/** Who may call: anybody, or a signed-in administrator. */
export type Access = 'public' | 'admin';

/**
 * One operation of the control plane: the server binds a handler to it, the console calls it, and the OpenAPI document is made of it,
 * so that the three cannot differ. A path parameter is written `{name}`.
 */
export interface Endpoint<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Response extends z.ZodType = z.ZodType,
> {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly group: string;
  readonly summary: Bilingual;
  readonly access: Access;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly response: Response;
  /** Status of success; 200 when absent. */
  readonly status?: 200 | 201 | 202 | 204;
  readonly errors: readonly ErrorCode[];
}

/** Gives an endpoint its precise type. */
export function defineEndpoint<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
  endpoint: Endpoint<P, Q, B, R>,
): Endpoint<P, Q, B, R> {
  return Object.freeze(endpoint);
}
