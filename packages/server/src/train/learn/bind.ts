import type { Endpoint } from '@menshen/contract';
import { MenshenError } from '@menshen/contract';
import type * as z from 'zod';
import type { Learner, LearnerCaller } from './sessions.ts';

/** What a handler of the page for employees is given: everything parsed by the endpoint's own schemas. */
export interface LearnCall<P extends z.ZodType = z.ZodType, Q extends z.ZodType = z.ZodType, B extends z.ZodType = z.ZodType> {
  readonly params: z.output<P>;
  readonly query: z.output<Q>;
  readonly body: z.output<B>;
  readonly learner: Learner | null;
  readonly caller: LearnerCaller;
  /** Token of the learner's cookie, and the secret of a browser that is away at WeCom. */
  readonly token: string | null;
  readonly browser: string | null;
  readonly setToken: (token: string | null) => void;
  readonly setBrowser: (secret: string | null) => void;
}

export interface LearnBound {
  /** Also takes the form that a mailbox's server posts. */
  readonly form?: boolean;
  readonly endpoint: Endpoint;
  readonly handle: (call: LearnCall) => Promise<unknown>;
}

/** Ties a handler to an endpoint; the types of input and output come from its schemas. */
export function bindLearn<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
  endpoint: Endpoint<P, Q, B, R>,
  handle: (call: LearnCall<P, Q, B>) => Promise<z.input<R>>,
): LearnBound {
  // Sound: the server parses params, query and body with this endpoint's own schemas before it calls.
  return { endpoint, handle: handle as LearnBound['handle'] };
}

/** Who calls. Throws `session_missing`, which the server has thrown before for every endpoint of employees. */
export function learnerOf({ learner }: { readonly learner: Learner | null }): Learner {
  if (learner === null) throw new MenshenError('session_missing');
  return learner;
}
