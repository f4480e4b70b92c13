import type { RequestHeaders } from './http1/request-head.ts';

/** Whether a request says that a body comes with it (RFC 9112 §6.3). A declared length of 0 is none. */
export function hasBody({ headers }: { readonly headers: RequestHeaders }): boolean {
  const declared = headers['content-length'];
  return (declared !== undefined && declared !== '0') || headers['transfer-encoding'] !== undefined;
}
