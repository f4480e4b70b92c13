import { clientEndpoints, refusalHeader, requestIdHeader, type SessionUser } from '@menshen/wire';

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
}

/** Answers one request of the app; a thrown error is a broken connection. */
export type Backend = (request: SeenRequest) => Response | Promise<Response>;

export interface ScriptedGateway {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Everything that arrived, in order. */
  readonly seen: SeenRequest[];
  /** What the backend behind the gateway got. */
  readonly forwarded: SeenRequest[];
  /** Codes and bodies of logins. */
  readonly logins: Record<string, unknown>[];
  /** Next answers instead of the ordinary ones, by path; used up one by one. */
  readonly script: Map<string, (Backend | 'ordinary')[]>;
  backend: Backend;
  /** Answers of the gateway itself to whoever has a session, by path. */
  readonly endpoints: Map<string, Backend>;
  /** Ends every session. */
  endSessions(code: string): void;
  readonly liveTokens: Set<string>;
}

export const user: SessionUser = { uid: 'u1001', name: '李雷', kind: 'employee' };

let requests = 0;

/** An answer that only the gateway can give. */
export function refuse(status: number, code: string, extra: Record<string, unknown> = {}): Response {
  requests += 1;
  const requestId = `r${requests}`;
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    [refusalHeader]: code,
    [requestIdHeader]: requestId,
  };
  if (typeof extra.retryAfter === 'number') headers['retry-after'] = String(extra.retryAfter);
  return new Response(JSON.stringify({ code, message: `text of ${code}`, requestId, ...extra }), { status, headers });
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', [requestIdHeader]: 'r0', ...headers },
  });
}

/** A gateway that keeps the client protocol's rules on single-use codes and sessions, for tests of the SDK without a server. */
export function createScriptedGateway(): ScriptedGateway {
  const seen: SeenRequest[] = [];
  const forwarded: SeenRequest[] = [];
  const logins: Record<string, unknown>[] = [];
  const usedCodes = new Set<unknown>();
  const liveTokens = new Set<string>();
  const script = new Map<string, (Backend | 'ordinary')[]>();
  let endedCode = 'session_invalid';
  let issued = 0;

  const grant = (): Response => {
    issued += 1;
    const token = `mst1.${'t'.repeat(60)}${String(issued).padStart(4, '0')}`;
    liveTokens.add(token);
    return json(200, {
      token,
      expiresAt: 2_000_000_000_000,
      idleSeconds: 3600,
      user,
      assurance: 1,
      serverTime: 1_999_999_000_000,
    });
  };

  const ordinary = (request: SeenRequest): Response | Promise<Response> => {
    const token = request.headers.get('authorization')?.replace('Bearer ', '') ?? '';
    if (request.path === clientEndpoints.login) {
      const body = JSON.parse(request.body);
      logins.push(body);
      if (usedCodes.has(body.code)) return refuse(401, 'code_used');
      usedCodes.add(body.code);
      return grant();
    }
    if (request.path === clientEndpoints.bind) return grant();
    if (request.path.startsWith('/public/')) return gateway.backend(request);
    if (token === '') return refuse(401, 'session_missing');
    if (!liveTokens.has(token)) return refuse(401, endedCode);
    if (request.path === clientEndpoints.logout) {
      liveTokens.delete(token);
      return new Response(null, { status: 204 });
    }
    if (request.path === clientEndpoints.session) {
      return json(200, { user, assurance: 2, expiresAt: 2_000_000_500_000, idleSeconds: 3600, serverTime: 1_999_999_000_000 });
    }
    const own = gateway.endpoints.get(request.path);
    if (own !== undefined) return own(request);
    forwarded.push(request);
    return gateway.backend(request);
  };

  const gateway: ScriptedGateway = {
    seen,
    forwarded,
    logins,
    script,
    liveTokens,
    endpoints: new Map(),
    backend: (request) => json(200, { method: request.method, body: request.body }),
    endSessions(code) {
      endedCode = code;
      liveTokens.clear();
    },
    async fetch(url, init) {
      const path = url.replace(/^https?:\/\/[^/]+/, '').replace(/\?.*$/, '');
      const request: SeenRequest = {
        method: init.method ?? 'GET',
        url,
        path,
        headers: new Headers(init.headers),
        body: typeof init.body === 'string' ? init.body : '',
      };
      seen.push(request);
      const next = script.get(path)?.shift() ?? 'ordinary';
      const answer = await (next === 'ordinary' ? ordinary(request) : next(request));
      init.signal?.throwIfAborted();
      const location = answer.headers.get('location');
      return location === null || init.redirect === 'manual' ? answer : gateway.fetch(location, { ...init, redirect: 'manual' });
    },
  };
  return gateway;
}
