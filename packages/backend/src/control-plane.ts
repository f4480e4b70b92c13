/** How a backend reaches Menshen's API. */
export interface ControlPlaneOptions {
  /** Address of the console's API, such as `https://menshen.example.com`. */
  readonly url: string;
  /** API token from the console; its scope is named by what uses it. */
  readonly token: string;
  /** 5,000 if absent. */
  readonly timeoutMs?: number;
  readonly fetch?: typeof fetch;
}

/** An answer that came: its status, and its object where it is one. */
export interface ControlPlaneAnswer {
  readonly status: number;
  readonly value: Readonly<Record<string, unknown>> | null;
}

/** Sends one call. Rejects with whatever `fetch` rejects with when no answer comes in time. */
export type ControlPlane = (path: string, body: unknown) => Promise<ControlPlaneAnswer>;

const maxAnswerCharacters = 64_000_000;

/** Calls with a token, to the address that was configured and nowhere else: redirects are refused. */
export function createControlPlane(options: ControlPlaneOptions): ControlPlane {
  const base = new URL(options.url);
  const send = options.fetch ?? fetch;
  return async (path, body) => {
    const answer = await send(new URL(path, base), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${options.token}` },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(options.timeoutMs ?? 5_000),
    });
    const text = await answer.text();
    return { status: answer.status, value: text.length > maxAnswerCharacters ? null : parseObject(text) };
  };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
