import { encodeUtf8, noBytes } from '@menshen/wire';
import { isBytes } from '../bytes.ts';
import type { OutgoingRequest } from './outgoing.ts';

/** Raw path and query of an address below `origin`, the query without its question mark: signature and approval are taken over these. */
export function targetOf(url: string, origin: string): { readonly path: string; readonly query: string } {
  const [, path = '', query = ''] = /^([^?]*)\??(.*)$/.exec(url.slice(origin.length)) || [];
  return { path, query };
}

/** The bytes that the platform makes of a body. */
export function bodyBytes({ body }: Pick<OutgoingRequest, 'body'>): Uint8Array {
  return body === undefined ? noBytes : isBytes(body) ? new Uint8Array(body) : encodeUtf8(body);
}
