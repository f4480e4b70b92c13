import { createHeaderMemo, type HeaderMemo, isHostAndPort } from '@menshen/inspect';
import { emptyHeaders, fieldName, fieldValue } from './field-line.ts';

/** Names in lower case. A repeated header is one list, joined by a comma; `cookie` by a semicolon. */
export interface RequestHeaders {
  readonly [name: string]: string | undefined;
}

export interface RequestHead {
  readonly method: string;
  /** The request target as it was sent. */
  readonly target: string;
  /** Minor version of HTTP/1. */
  readonly minor: 0 | 1;
  readonly headers: RequestHeaders;
  /** Names as they were written, and values: name, value, name, value. */
  readonly rawHeaders: readonly string[];
  /** What is known of `rawHeaders`, where they come again. */
  readonly memo: HeaderMemo | null;
  /** Length of the body in bytes; -1 when it comes in chunks. */
  readonly bodyBytes: number;
  /** Whether the client would send another request on this connection. */
  readonly persistent: boolean;
  /** Whether the client waits for `100 Continue` before it sends the body. */
  readonly expectsContinue: boolean;
  readonly upgrade: boolean;
}

/** Why a head is refused: a stable code and a place of our own naming. */
export interface HeadProblem {
  readonly problem: 'bad_request' | 'header_malformed' | 'headers_too_large';
  readonly where: string;
}

const requestLine = /^([A-Z]{1,24}) ([\x21-\x7e\x80-\xff]+) HTTP\/1\.([01])$/;
/** Digits only, and no zero before them: some read an octal number there. */
const length = /^(?:0|[1-9]\d{0,14})$/;
/** Far above what any client sends; a count of its own, because each line costs more than its bytes. */
export const maxHeaderLines = 128;

const badRequest = (where: string): HeadProblem => ({ problem: 'bad_request', where });
const malformed = (where: string): HeadProblem => ({ problem: 'header_malformed', where });

/** Headers on which the connection depends: what comes twice, or cannot be read in exactly one way, ends it. */
const single: ReadonlySet<string> = new Set(['host', 'content-length', 'transfer-encoding', 'expect', 'upgrade']);

/**
 * Reads the head of a request: `text` is its bytes as Latin-1, without the empty line at its end. Stricter than RFC 9112 wherever two readers could disagree
 * about where the request ends or whom it is for (docs/decisions/0025). What a header means to the gateway is not asked here.
 */
export function readRequestHead(text: string): RequestHead | HeadProblem {
  const firstEnd = text.indexOf('\r\n');
  const start = requestLine.exec(firstEnd < 0 ? text : text.slice(0, firstEnd));
  if (start === null) return badRequest('request line');
  const [, method = '', target = ''] = start;
  const minor = start[3] === '0' ? 0 : 1;
  const rawHeaders: string[] = [];
  const headers = emptyHeaders<string>();
  for (let at = firstEnd < 0 ? text.length : firstEnd + 2; at < text.length; ) {
    const found = text.indexOf('\r\n', at);
    const end = found < 0 ? text.length : found;
    const colon = text.indexOf(':', at);
    if (colon <= at || colon > end) return malformed('header line');
    if (rawHeaders.length === maxHeaderLines * 2) return { problem: 'headers_too_large', where: 'header lines' };
    const field = fieldName(text.slice(at, colon));
    const value = field === null ? null : fieldValue(field, text, colon + 1, end);
    if (field === null || value === null) return malformed('header line');
    const name = field.lower;
    rawHeaders.push(field.written, value);
    const before = headers[name];
    if (before === undefined) headers[name] = value;
    else if (single.has(name)) return malformed(`header ${name}`);
    else headers[name] = name === 'cookie' ? `${before}; ${value}` : `${before}, ${value}`;
    at = end + 2;
  }
  const { host, expect } = headers;
  // HTTP/1.0 knows no Host; health checks of load balancers still speak it.
  if (host === undefined ? minor === 1 : !isHostAndPort(host)) return malformed('header host');
  const bodyBytes = bodyLength(headers, minor);
  if (bodyBytes === null) return malformed('body length');
  if (expect !== undefined && (minor === 0 || expect.toLowerCase() !== '100-continue')) return malformed('header expect');
  const options = connectionOptions(headers['connection']);
  return {
    method,
    target,
    minor,
    headers,
    rawHeaders,
    memo: null,
    bodyBytes,
    persistent: options === null ? minor === 1 : !options.includes('close') && (minor === 1 || options.includes('keep-alive')),
    expectsContinue: expect !== undefined && bodyBytes !== 0,
    upgrade: headers['upgrade'] !== undefined && options?.includes('upgrade') === true,
  };
}

/** Heads of one connection, which a phone sends with the same lines again and again: lines that came before are not read anew. */
export interface HeadReader {
  /** Reads a head of `end` bytes at the beginning of a buffer; see {@link readRequestHead}. The bytes are not kept. */
  read(buffer: Buffer, end: number): RequestHead | HeadProblem;
}

/** Longer lines are read each time: what a connection remembers is bounded. */
const longestKept = 2_048;
/** After so many heads with other lines of the same length the connection carries requests of many people, or signs each of them. */
const mostMisses = 4;

export function createHeadReader(): HeadReader {
  /** Bytes of the lines behind the request line, from the line break before them, and what was read there. */
  let kept: Buffer | null = null;
  let read: RequestHead | null = null;
  /** Bytes of the lines that came last. */
  let length = 0;
  let misses = 0;
  const again = (buffer: Buffer, end: number): RequestHead | null => {
    if (kept === null || read === null) return null;
    const from = end - kept.length;
    if (from <= 0 || buffer.compare(kept, 0, kept.length, from, end) !== 0) return null;
    // A request line has no line break: where it ends here, the lines begin.
    const start = requestLine.exec(buffer.toString('latin1', 0, from));
    if (start === null || (start[3] === '0' ? 0 : 1) !== read.minor) return null;
    return { ...read, method: start[1] ?? '', target: start[2] ?? '' };
  };
  return {
    read(buffer, end) {
      const known = again(buffer, end);
      if (known !== null) {
        misses = 0;
        return known;
      }
      const text = buffer.toString('latin1', 0, end);
      const head = readRequestHead(text);
      if ('problem' in head || misses >= mostMisses) return head;
      const from = text.indexOf('\r\n');
      const bytes = from < 0 ? 0 : end - from;
      // Only what came twice is worth keeping.
      if (bytes > 0 && bytes <= longestKept && bytes === length) {
        if (kept !== null) misses += 1;
        kept = misses >= mostMisses ? null : Buffer.from(buffer.subarray(from, end));
        read = kept === null ? null : { ...head, memo: createHeaderMemo() };
      }
      length = bytes;
      return head;
    },
  };
}

/** Length of the body (RFC 9112 §6.3), -1 for chunks; null when it can be read in more than one way. */
function bodyLength(headers: RequestHeaders, minor: 0 | 1): number | null {
  const coding = headers['transfer-encoding'];
  const declared = headers['content-length'];
  if (coding !== undefined) return minor === 1 && declared === undefined && coding.toLowerCase() === 'chunked' ? -1 : null;
  if (declared === undefined) return 0;
  return length.test(declared) ? Number(declared) : null;
}

const keepAlive: readonly string[] = ['keep-alive'];

function connectionOptions(header: string | undefined): readonly string[] | null {
  if (header === undefined) return null;
  if (header === 'keep-alive') return keepAlive;
  return header
    .toLowerCase()
    .split(',')
    .map((option) => option.trim());
}
