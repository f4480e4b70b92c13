import { adminSession, getToday, listApprovals } from '@menshen/contract';
import { MutationCache, QueryCache, QueryClient, queryOptions } from '@tanstack/react-query';
import { ApiError } from './api-error.ts';
import { createCaller } from './call.ts';
import { createGuardedCaller } from './guarded-caller.ts';
import { createPrompts } from './prompts.ts';

let onSessionLost = (): void => {};

/** Says what happens when the server no longer knows the session. */
export function whenSessionLost(act: () => void): void {
  onSessionLost = act;
}

function watch(error: unknown): void {
  if (error instanceof ApiError && error.code === 'admin_session_missing') onSessionLost();
}

const retries = 2;

/** Refusals are answers and are not asked for again; a lost connection is. */
const mayRetry = (count: number, error: unknown): boolean =>
  count < retries && error instanceof ApiError && (error.status === 0 || error.status >= 502);

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: watch }),
  mutationCache: new MutationCache({ onError: watch }),
  defaultOptions: { queries: { staleTime: 5_000, retry: mayRetry, refetchOnWindowFocus: true }, mutations: { retry: false } },
});

/** Calls the server. Throws ApiError. */
export const call = createCaller({
  fetch: (input, init) => fetch(input, init),
  csrf: () => queryClient.getQueryData(sessionQuery.queryKey)?.csrf ?? null,
  language: () => document.documentElement.lang,
});

/** The signed-in administrator and the token that writes carry. */
export const sessionQuery = queryOptions({
  queryKey: [adminSession.id],
  queryFn: ({ signal }) => call(adminSession, {}, signal),
  staleTime: 300_000,
});

/** Questions that stand between a call and its answer; the shell shows them. */
export const prompts = createPrompts();

/** Does what a person asked for: second factor and approval are asked for where the server wants them. Throws ApiError, ApprovalFiled. */
export const act = createGuardedCaller({
  call,
  prompts,
  onFiled() {
    for (const { id } of [listApprovals, getToday]) void queryClient.invalidateQueries({ queryKey: [id] });
  },
});
