import { approvalHeader, type Endpoint, refusal } from '@menshen/contract';
import type * as z from 'zod';
import { ApiError } from './api-error.ts';
import { withBoxes, withMarks } from './direction-marks.ts';

/** A part that an endpoint does not declare keeps the general schema type. */
type Part<Name extends string, Schema extends z.ZodType> = z.ZodType extends Schema
  ? unknown
  : { readonly [key in Name]: z.input<Schema> };

/** What a call of an endpoint takes: exactly the parts that the endpoint declares. */
export type Input<E extends Endpoint> =
  E extends Endpoint<infer Params, infer Query, infer Body>
    ? Part<'params', Params> & Part<'query', Query> & Part<'body', Body>
    : never;

export type Output<E extends Endpoint> = z.output<E['response']>;

export interface LooseInput {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

export interface CallerOptions {
  readonly fetch: typeof fetch;
  /** The session's CSRF token; null when nobody is signed in. */
  readonly csrf: () => string | null;
  /** Language of the server's own texts. */
  readonly language: () => string;
}

/** `approval` is the id of an approval of exactly this call. */
export type Caller = <E extends Endpoint>(
  endpoint: E,
  input: Input<E>,
  signal?: AbortSignal,
  approval?: string,
) => Promise<Output<E>>;

/** Fills `{name}` in a path. A value is one segment: whatever it holds is encoded. */
export function fillPath(path: string, params: Readonly<Record<string, unknown>>): string {
  return path.replace(/\{(\w+)\}/g, (_match, name: string) => {
    const value = params[name];
    if (value === undefined) throw new TypeError(`missing path parameter ${name}`);
    const segment = encodeURIComponent(String(value));
    // A URL parser takes these two segments away, encoded or not, and the call would reach another endpoint.
    if (segment === '.' || segment === '..') throw new ApiError('not_found', 404);
    return segment;
  });
}

/** Query string with a leading `?`, or nothing. Absent and empty values are left out. */
export function queryString(query: Readonly<Record<string, unknown>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

/**
 * A typed client of the contract's endpoints, same origin, with the session's cookie. Answers are checked against the contract.
 * Throws ApiError; an aborted call throws the signal's reason.
 */
export function createCaller(options: CallerOptions): Caller {
  return async (endpoint, input, signal, approval) => {
    const { params = {}, query = {}, body } = withMarks(input as LooseInput);
    const headers: Record<string, string> = { accept: 'application/json', 'accept-language': options.language() };
    const csrf = options.csrf();
    if (endpoint.method !== 'GET' && csrf !== null) headers['x-menshen-csrf'] = csrf;
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (approval !== undefined) headers[approvalHeader] = approval;
    const url = fillPath(endpoint.path, params) + queryString(query);
    let response: Response;
    try {
      response = await options.fetch(url, {
        method: endpoint.method,
        headers,
        credentials: 'same-origin',
        redirect: 'error',
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch {
      signal?.throwIfAborted();
      throw new ApiError('unreachable', 0, null, {}, null);
    }
    const answer = await response.text().then(read, () => undefined);
    signal?.throwIfAborted();
    if (!response.ok) throw failure(response, answer);
    const parsed = endpoint.response.safeParse(answer);
    if (!parsed.success) throw new ApiError('answer_unreadable', response.status, response.headers.get('x-menshen-request-id'));
    return parsed.data as Output<typeof endpoint>;
  };
}

function read(text: string): unknown {
  try {
    return JSON.parse(withBoxes(text));
  } catch {
    return undefined;
  }
}

function failure(response: Response, answer: unknown): ApiError {
  const parsed = refusal.safeParse(answer);
  if (!parsed.success) return new ApiError('answer_unreadable', response.status, response.headers.get('x-menshen-request-id'));
  const { code, requestId, details, retryAfter } = parsed.data;
  const header = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new ApiError(code, response.status, requestId, details, retryAfter ?? (Number.isFinite(header) ? header : null));
}
