import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request as the handlers of this backend see it. */
export interface Call {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The JSON object of the body; empty when there is none, and for a form with files. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Size of the body. */
  readonly bytes: number;
  /** Who asks, as the gateway vouches for it; empty where nobody needs to have signed in. */
  readonly uid: string;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Handlers by method and path, such as `GET /portal/api/employees/:uid`. */
export type Handlers = Readonly<Record<string, (call: Call) => Answer | Promise<Answer>>>;

export interface Route {
  readonly method: string;
  readonly segments: readonly string[];
  readonly handle: Handlers[string];
}

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const created = (body: unknown): Answer => ({ status: 201, body });
export const failed = (status: number, error: string): Answer => ({ status, body: { error } });

export function compileRoutes(handlers: Handlers): readonly Route[] {
  return Object.entries(handlers).map(([pattern, handle]) => {
    const [method = '', path = ''] = pattern.split(' ');
    return { method, segments: path.split('/'), handle };
  });
}

/** The first route that fits; literal segments stand before parameters in the order of declaration. */
export function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { route: Route; params: Record<string, string> } | undefined {
  const segments = path.split('/');
  for (const route of routes) {
    if (route.method !== method || route.segments.length !== segments.length) continue;
    const params: Record<string, string> = Object.create(null);
    const fits = route.segments.every((segment, at) => {
      const given = segments[at] ?? '';
      if (!segment.startsWith(':')) return segment === given;
      params[segment.slice(1)] = decode(given);
      return true;
    });
    if (fits) return { route, params };
  }
  return undefined;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

const maxBodyBytes = 8 * 1024 * 1024;

/** The body, and what it holds as JSON; a form with files is taken as it comes. Undefined when it is too large, broken, or no object. */
export async function readBody(request: IncomingMessage): Promise<Pick<Call, 'body' | 'bytes'> | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const bytes: Buffer = chunk;
    length += bytes.length;
    if (length > maxBodyBytes) return undefined;
    chunks.push(bytes);
  }
  if (length === 0 || request.headers['content-type']?.startsWith('multipart/') === true) return { body: {}, bytes: length };
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? { body: { ...value }, bytes: length } : undefined;
  } catch {
    return undefined;
  }
}

export function send(response: ServerResponse, { status, body }: Answer): void {
  const text = JSON.stringify(body);
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(text) })
    .end(text);
}
