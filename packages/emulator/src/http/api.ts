import { ApiFailure } from '../api-failure.ts';

export type ApiBody = Readonly<Record<string, unknown>>;

/** One call of a platform API, as its endpoints see it. */
export interface ApiCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** The body as text. */
  readonly text: string;
  readonly ip: string;
}

/** Answers with the body of a success, or throws ApiFailure. */
export type ApiHandler = (call: ApiCall) => ApiBody | Promise<ApiBody>;

export type ApiRoutes = ReadonlyMap<string, ApiHandler>;

/** The JSON object in the body. Throws ApiFailure 44002 when the body is empty and 47001 when it is something else. */
export function readJson(call: Pick<ApiCall, 'text'>): Record<string, unknown> {
  if (call.text === '') throw new ApiFailure(44002);
  let value: unknown;
  try {
    value = JSON.parse(call.text);
  } catch {
    throw new ApiFailure(47001);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new ApiFailure(47001);
  return value as Record<string, unknown>;
}

/** A parameter of the query; empty when absent. */
export function queryText(call: Pick<ApiCall, 'query'>, name: string): string {
  return call.query.get(name) ?? '';
}

/** Unix seconds. */
export function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
