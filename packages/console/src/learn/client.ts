import type { Endpoint, Language } from '@menshen/contract';
import { useCallback, useEffect, useState } from 'react';
import { ApiError } from '../api/api-error.ts';
import { createCaller, type Input, type Output } from '../api/call.ts';
import type { LearnTranslate } from './translate.ts';

let csrf: string | null = null;
let spoken: Language = 'zh';
const listeners = new Set<() => void>();

const caller = createCaller({
  fetch: (input, init) => fetch(input, init),
  csrf: () => csrf,
  language: () => spoken,
});

/** The session's CSRF token, as the server gave it; null signs nobody in. */
export function setCsrf(token: string | null): void {
  csrf = token;
}

export function setSpoken(language: Language): void {
  spoken = language;
}

/** Hears that the session has ended. */
export function onSessionEnd(hear: () => void): () => void {
  listeners.add(hear);
  return () => listeners.delete(hear);
}

/** Calls an endpoint of the page. Throws ApiError. */
export async function call<E extends Endpoint>(endpoint: E, input: Input<E>): Promise<Output<E>> {
  try {
    return await caller(endpoint, input);
  } catch (error) {
    if (error instanceof ApiError && error.code === 'session_missing') for (const hear of listeners) hear();
    throw error;
  }
}

const named = [
  'unreachable',
  'session_missing',
  'attempts_used_up',
  'attempt_over',
  'contest_closed',
  'labs_off',
  'labs_full',
  'lab_over',
  'lab_broken',
  'lab_unreachable',
  'rate_limited',
  'unsubscribe_invalid',
  'not_found',
] as const;

/** An error in words. */
export function errorText(error: unknown, t: LearnTranslate): string {
  const code = error instanceof ApiError ? named.find((one) => one === error.code) : undefined;
  return t(code === undefined ? 'error.other' : `error.${code}`);
}

export interface Loaded<T> {
  readonly data: T | null;
  readonly error: unknown;
  readonly reload: () => void;
}

/** Loads what an endpoint says, anew whenever `key` changes. */
export function useLoaded<T>(key: string, load: () => Promise<T>): Loaded<T> {
  const [state, setState] = useState<{ readonly key: string; readonly data: T | null; readonly error: unknown }>({
    ...{ key, data: null, error: null },
  });
  const [turn, setTurn] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` says when what is loaded is another; `turn` asks once more.
  useEffect(() => {
    let left = false;
    load().then(
      (data) => left || setState({ key, data, error: null }),
      (error: unknown) => left || setState({ key, data: null, error }),
    );
    return () => {
      left = true;
    };
  }, [key, turn]);
  const reload = useCallback(() => setTurn((last) => last + 1), []);
  return { data: state.key === key ? state.data : null, error: state.key === key ? state.error : null, reload };
}
