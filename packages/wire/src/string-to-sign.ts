import { encodeBase64url } from './base64url.ts';
import { encodeHex } from './hex.ts';
import type { SuiteBase } from './suite.ts';

/** What a request's signature covers. */
export interface SignedElements {
  /** Upper case. */
  readonly method: string;
  /** As {@link normaliseHost} gives it. */
  readonly host: string;
  /** Id of the app. */
  readonly app: string;
  /** As sent, with every percent sign, without the query. */
  readonly path: string;
  /** As sent, without the question mark; empty when there is none. */
  readonly query: string;
  /** As {@link contentTypeToSign} gives it. */
  readonly contentType: string;
  /** 16 bytes. */
  readonly sid: Uint8Array;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  /** 16 bytes. */
  readonly nonce: Uint8Array;
  /** Hash of the body as sent, 32 bytes; of nothing when there is no body. */
  readonly bodyHash: Uint8Array;
}

/** The `Host` header in lower case, without the ports 80 and 443, which clients leave out at will. */
export function normaliseHost(host: string): string {
  return host.toLowerCase().replace(/:(80|443)$/, '');
}

/** The `Content-Type` header without white space around it; empty when there is no body, because platforms add one of their own then. */
export function contentTypeToSign(contentType: string | undefined, bodyBytes: number): string {
  return bodyBytes === 0 || contentType === undefined ? '' : contentType.replace(/^[ \t]+|[ \t]+$/g, '');
}

/**
 * The text that is signed: eleven lines, joined by one line feed each, none at the end.
 * @throws TypeError when an element is not of its form; a line feed in one of them could stand for the border of two.
 */
export function stringToSign(suite: Pick<SuiteBase, 'macName'>, elements: SignedElements): string {
  const { method, host, app, path, query, contentType, sid, timestamp, nonce, bodyHash } = elements;
  const formed =
    /^[A-Z]{1,16}$/.test(method) &&
    /^[a-z0-9.:[\]_-]{1,300}$/.test(host) &&
    /^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/.test(app) &&
    /^\/[\x21-\x3e\x40-\x7e]*$/.test(path) &&
    /^[\x21-\x7e]*$/.test(query) &&
    /^[\x20-\x7e]*$/.test(contentType) &&
    sid.length === 16 &&
    Number.isSafeInteger(timestamp) &&
    timestamp > 0 &&
    nonce.length === 16 &&
    bodyHash.length === 32;
  if (!formed) throw new TypeError('wire: an element of the string to sign is malformed');
  return [
    suite.macName,
    method,
    host,
    app,
    path,
    query,
    contentType,
    encodeBase64url(sid),
    String(timestamp),
    encodeBase64url(nonce),
    encodeHex(bodyHash),
  ].join('\n');
}
