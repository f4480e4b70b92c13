import { type ErrorCode, errorStatus, errorText, type Language } from '@menshen/contract';
import { refusalHeader } from '@menshen/wire';
import type { ClientResponse } from './http1/client-response.ts';

export interface RefusalBody {
  readonly code: ErrorCode;
  readonly requestId: string;
  readonly language: Language;
  readonly retryAfter?: number | undefined;
  /** Further fields of our own making, such as a binding ticket. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Writes a refusal: `{code, message, requestId, retryAfter?}`; nothing of the request is echoed. */
export function writeRefusal(response: ClientResponse, body: RefusalBody): number {
  const text = JSON.stringify({
    code: body.code,
    message: errorText(body.code, body.language),
    requestId: body.requestId,
    ...(body.retryAfter === undefined ? {} : { retryAfter: body.retryAfter }),
    ...body.extra,
  });
  const status = errorStatus(body.code);
  if (response.headersSent) {
    response.destroy();
    return status;
  }
  response.setHeader(refusalHeader, body.code);
  if (body.retryAfter !== undefined) response.setHeader('retry-after', String(body.retryAfter));
  if (status === 401) response.setHeader('www-authenticate', 'Bearer');
  return writeJson(response, status, text, body.requestId);
}

const jsonHeaders = [
  'content-type',
  'application/json; charset=utf-8',
  'cache-control',
  'no-store',
  'x-content-type-options',
  'nosniff',
] as const;

/** Writes a JSON answer of our own with the headers that every such answer carries. Returns the status. */
export function writeJson(response: ClientResponse, status: number, text: string, requestId: string): number {
  if (response.headersSent) {
    response.destroy();
    return status;
  }
  response.writeHead(status, [...jsonHeaders, 'x-menshen-request-id', requestId]).end(text);
  return status;
}
