import type * as contract from '@menshen/contract';
import type * as z from 'zod';

interface FakeCall<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> {
  readonly params: z.output<P>;
  readonly query: z.output<Q>;
  readonly body: z.output<B>;
  /** Id of the approval that the call carries. */
  readonly approval: string | undefined;
}

export interface FakeHandler {
  readonly endpoint: contract.Endpoint;
  readonly handle: (call: FakeCall<z.ZodType, z.ZodType, z.ZodType>) => unknown;
}

/** An endpoint with what answers it, of the endpoint's own types. */
export function bind<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
  endpoint: contract.Endpoint<P, Q, B, R>,
  handle: (call: FakeCall<P, Q, B>) => z.input<R>,
): FakeHandler {
  return { endpoint, handle: handle as unknown as FakeHandler['handle'] };
}
