import type { ClientRuntime } from '../client-runtime.ts';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly init: RequestInit;
}

export interface FakePlatform extends ClientRuntime {
  readonly seen: SeenRequest[];
  /** Milliseconds of every sleep asked for. */
  readonly sleeps: number[];
  now: number;
  /** Requests to one path. */
  to(path: string): SeenRequest[];
}

/** Answers requests by `answer`: an object becomes JSON with status 200, a Response is passed on, a throw is a failed fetch. */
export function createFakePlatform(answer: (request: SeenRequest, count: number) => unknown): FakePlatform {
  const seen: SeenRequest[] = [];
  const sleeps: number[] = [];
  const platform: FakePlatform = {
    seen,
    sleeps,
    now: 1_700_000_000_000,
    to: (path) => seen.filter((request) => request.path === path),
    clock: () => platform.now,
    random: (size) => new Uint8Array(size).fill(0xff),
    sleep: async (milliseconds) => {
      sleeps.push(milliseconds);
    },
    fetch: async (url, init) => {
      const { pathname, searchParams } = new URL(url);
      const request = {
        method: init.method ?? 'GET',
        path: pathname,
        query: Object.fromEntries(searchParams),
        body: typeof init.body === 'string' ? JSON.parse(init.body) : undefined,
        init,
      };
      seen.push(request);
      const result = await answer(request, seen.filter(({ path }) => path === pathname).length);
      return result instanceof Response ? result : Response.json(result);
    },
  };
  return platform;
}

/** Answers the token endpoints with `token-1`, `token-2` and so on, and leaves everything else to `answer`. */
export function withTokens(answer: (request: SeenRequest, count: number) => unknown): typeof answer {
  return (request, count) => {
    const isToken = /\/(?:stable_token|token|gettoken)$/.test(request.path);
    return isToken ? { access_token: `token-${count}`, expires_in: 7200 } : answer(request, count);
  };
}
