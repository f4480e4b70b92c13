import { type Administrator, type Endpoint, MenshenError } from '@menshen/contract';
import type * as z from 'zod';
import type { Caller } from '../administrators/sessions/service.ts';
import type { LiveSession } from '../administrators/sessions/store.ts';
import type { TokenPrincipal } from '../administrators/tokens/service.ts';

/** What a handler is given: everything parsed by the endpoint's own schemas. */
export interface Call<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
> {
  readonly params: z.output<Params>;
  readonly query: z.output<Query>;
  readonly body: z.output<Body>;
  /** The signed-in administrator; null on public endpoints and for machines. */
  readonly administrator: Administrator | null;
  readonly session: LiveSession | null;
  /** The machine that calls with an API token; null for everybody else. */
  readonly token: TokenPrincipal | null;
  /** How the caller departs from separated powers. */
  readonly deviation: 'single_operator' | null;
  /** Who approved this call; null where no approval was needed, or a single operator waited instead. */
  readonly approvedBy: string | null;
  /** Name for the record: the administrator's, `token:NAME`, or `anonymous`. */
  readonly by: string;
  readonly address: string;
  readonly caller: Caller;
  /** Token of the console cookie, where there is one. */
  readonly cookie: string | null;
  /** Sets or, with null, clears the console cookie. */
  readonly setCookie: (token: string | null) => void;
  /** Secret of a browser that is away signing in elsewhere. */
  readonly loginCookie: string | null;
  readonly setLoginCookie: (secret: string | null) => void;
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

/** The session of a call to an endpoint for administrators. Throws `admin_session_missing` for a machine. */
export function sessionOf(call: { readonly session: LiveSession | null }): LiveSession {
  if (call.session === null) throw new MenshenError('admin_session_missing');
  return call.session;
}
