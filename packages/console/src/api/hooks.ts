import type { Endpoint } from '@menshen/contract';
import {
  keepPreviousData,
  type UseQueryResult,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { Input, Output } from './call.ts';
import { act, call } from './client.ts';

interface EndpointQueryOptions<E extends Endpoint> {
  /** What tells this query from others of its endpoint; the input itself when absent. */
  readonly key?: unknown;
  /** The input, or how to make it anew for each fetch: for spans that end now. */
  readonly input: Input<E> | (() => Input<E>);
  readonly enabled?: boolean;
  readonly refetchMs?: number;
  /** While another input loads, the data of the one before stays: for filters, not for another person or request. */
  readonly keep?: boolean;
}

const inputOf = <E extends Endpoint>(input: Input<E> | (() => Input<E>)): Input<E> =>
  typeof input === 'function' ? (input as () => Input<E>)() : input;

/** Data of an endpoint, shared by every component that asks for the same. */
export function useEndpoint<E extends Endpoint>(endpoint: E, options: EndpointQueryOptions<E>): UseQueryResult<Output<E>> {
  const query = useQuery<unknown>({
    queryKey: [endpoint.id, options.key ?? options.input],
    queryFn: ({ signal }) => call(endpoint, inputOf(options.input), signal),
    ...(options.keep === true ? { placeholderData: keepPreviousData } : {}),
    enabled: options.enabled ?? true,
    ...(options.refetchMs === undefined ? {} : { refetchInterval: options.refetchMs }),
  });
  return query as UseQueryResult<Output<E>>;
}

interface Listed {
  readonly next: string | null;
}

/** The pages of a list, by the cursor that each page gives for the next. */
export function useEndpointPages<E extends Endpoint>(
  endpoint: E,
  options: { readonly key: unknown; readonly input: (cursor: string | undefined) => Input<E>; readonly enabled?: boolean },
) {
  return useInfiniteQuery({
    queryKey: [endpoint.id, 'pages', options.key],
    queryFn: ({ pageParam, signal }) => call(endpoint, options.input(pageParam), signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => (last as Listed).next ?? undefined,
    placeholderData: keepPreviousData,
    enabled: options.enabled ?? true,
  });
}

/** A write, with what the server wants before it: second factor, approval. What it changes is named by the endpoints to be read anew. */
export function useAction<E extends Endpoint>(endpoint: E, stale: readonly Endpoint[] = []) {
  const client = useQueryClient();
  return useMutation<Output<E>, Error, Input<E>>({
    mutationFn: (input) => act(endpoint, input),
    onSuccess: async () => {
      await Promise.all(stale.map((read) => client.invalidateQueries({ queryKey: [read.id] })));
    },
  });
}
