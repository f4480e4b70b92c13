import type { Administrator, Endpoint } from '@menshen/contract';
import type * as z from 'zod';

/** What a handler is given: everything parsed by the endpoint's own schemas. */
export interface Call<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
> {
  readonly params: z.output<Params>;
  readonly query: z.output<Query>;
  readonly body: z.output<Body>;
  /** The signed-in administrator; null on public endpoints. */
  readonly administrator: Administrator | null;
  /** Name for the record: the administrator's, or `anonymous`. */
  readonly by: string;
  readonly address: string;
  /** Token of the console cookie, where there is one. */
  readonly cookie: string | null;
  /** Sets or, with null, clears the console cookie. */
  readonly setCookie: (token: string | null) => void;
}

export interface Bound {
  readonly endpoint: Endpoint;
  readonly handle: (call: Call) => Promise<unknown>;
}

/** Ties a handler to an endpoint of the contract; the types of input and output come from its schemas. */
export function bind<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
  endpoint: Endpoint<P, Q, B, R>,
  handle: (call: Call<P, Q, B>) => Promise<z.input<R>>,
): Bound {
  // Sound: the server parses params, query and body with this endpoint's own schemas before it calls.
  return { endpoint, handle: handle as Bound['handle'] };
}
