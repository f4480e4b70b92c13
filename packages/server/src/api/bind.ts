import type { Administrator, Endpoint } from '@menshen/contract';
import type * as z from 'zod';

type Output<T> = T extends z.ZodType ? z.output<T> : undefined;

/** What a handler is given: everything parsed by the endpoint's own schemas. */
export interface Call<E extends Endpoint> {
  readonly params: Output<E['params']>;
  readonly query: Output<E['query']>;
  readonly body: Output<E['body']>;
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
  readonly handle: (call: Call<Endpoint>) => Promise<unknown>;
}

/** Ties a handler to an endpoint of the contract; the types of input and output come from its schemas. */
export function bind<E extends Endpoint>(endpoint: E, handle: (call: Call<E>) => Promise<z.input<E['response']>>): Bound {
  return { endpoint, handle: handle as unknown as Bound['handle'] };
}
