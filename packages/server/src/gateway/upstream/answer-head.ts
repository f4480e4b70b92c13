import { emptyHeaders, fieldName, fieldValue } from '../http1/field-line.ts';
import { UpstreamError } from './upstream-error.ts';

/** Names in lower case; a repeated header is one list, `set-cookie` an array. */
export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** How the end of an answer's body is known (RFC 9112 §6.3). */
export type Framing =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'close' };

export interface AnswerHead {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly framing: Framing;
  /** Whether the connection may carry another request once this answer has ended. */
  readonly persistent: boolean;
  /** How long the backend keeps an idle connection, in milliseconds, when it says so. */
  readonly keepAliveMs: number | null;
}

const statusLine = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;
const maxHeaders = 200;

const none: Framing = { kind: 'none' };
const chunked: Framing = { kind: 'chunked' };
const untilClose: Framing = { kind: 'close' };

/** Says that the backend's answer cannot be read in exactly one way. */
export function invalidAnswer(why: string): UpstreamError {
  return new UpstreamError('backend_answer_invalid', true, new Error(why));
}

/**
 * Reads the head of an answer: `text` is its bytes as Latin-1, without the empty line at its end. Stricter than RFC 9112 where a lenient reader and
 * a strict one could disagree about where the answer ends: no folded lines, no bare CR or LF, no space before a colon, no second length, and
 * never a length together with a transfer coding. Throws {@link UpstreamError} `backend_answer_invalid`.
 */
export function readAnswerHead(text: string, method: string): AnswerHead {
  const firstEnd = text.indexOf('\r\n');
  const start = statusLine.exec(firstEnd < 0 ? text : text.slice(0, firstEnd));
  if (start === null) throw invalidAnswer('status line');
  const status = Number(start[2]);
  const headers = emptyHeaders<string | string[]>();
  let count = 0;
  for (let at = firstEnd < 0 ? text.length : firstEnd + 2; at < text.length; ) {
    const found = text.indexOf('\r\n', at);
    const end = found < 0 ? text.length : found;
    const colon = text.indexOf(':', at);
    if (colon <= at || colon > end) throw invalidAnswer('header line');
    count += 1;
    if (count > maxHeaders) throw invalidAnswer('too many headers');
    const field = fieldName(text.slice(at, colon));
    if (field === null) throw invalidAnswer('header name');
    const value = fieldValue(field, text, colon + 1, end);
    if (value === null) throw invalidAnswer('control characters in the head');
    addHeader(headers, field.lower, value);
    at = end + 2;
  }
  const framing = framingOf(headers, status, method, start[1] === '0');
  return {
    status,
    headers,
    framing,
    persistent: isPersistent(headers, start[1] === '0', framing),
    keepAliveMs: idleHint(headers),
  };
}

function addHeader(headers: Record<string, string | string[] | undefined>, name: string, value: string): void {
  const before = headers[name];
  if (before === undefined) headers[name] = name === 'set-cookie' ? [value] : value;
  else if (Array.isArray(before)) before.push(value);
  else if (name === 'content-length') {
    if (before !== value) throw invalidAnswer('two lengths');
  } else headers[name] = `${before}, ${value}`;
}

function framingOf(headers: AnswerHeaders, status: number, method: string, old: boolean): Framing {
  const coding = headers['transfer-encoding'];
  const length = headers['content-length'];
  if (coding !== undefined && (old || length !== undefined)) throw invalidAnswer('transfer coding');
  if (coding !== undefined && String(coding).toLowerCase() !== 'chunked') throw invalidAnswer('transfer coding');
  if (length !== undefined && !/^\d{1,15}$/.test(String(length))) throw invalidAnswer('length');
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return none;
  if (coding !== undefined) return chunked;
  return length === undefined ? untilClose : { kind: 'length', bytes: Number(length) };
}

function isPersistent(headers: AnswerHeaders, old: boolean, framing: Framing): boolean {
  if (old || framing.kind === 'close') return false;
  const { connection } = headers;
  return connection === undefined || connection === 'keep-alive' || !/(^|,)\s*close\s*(,|$)/i.test(String(connection));
}

function idleHint(headers: AnswerHeaders): number | null {
  const hint = headers['keep-alive'];
  if (hint === undefined) return null;
  const seconds = /(?:^|[,;\s])timeout=(\d{1,6})(?:$|[,;\s])/.exec(String(hint).slice(0, 200));
  return seconds === null ? null : Number(seconds[1]) * 1_000;
}
