import { isUtf8 } from 'node:buffer';
import type { InspectionLimits } from '../profile.ts';
import { type Refusal, refuse } from '../refusal.ts';

/** What the rest of the inspection needs of the headers. */
export interface HeaderFacts {
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
}

/**
 * Headers on which the framing, the reading or the rights of a request depend. Each may come once, and never in a spelling
 * with underscores, which CGI-like servers take for the same name (RFC 9110 §5.3, RFC 3875 §4.1.18).
 */
const critical = [
  'host',
  'content-length',
  'transfer-encoding',
  'content-type',
  'content-encoding',
  'authorization',
  'proxy-authorization',
  'cookie',
  'origin',
  'referer',
  'range',
  'expect',
  'upgrade',
  'user-agent',
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'if-range',
] as const;

const unknown = -1;
const invalid = -2;
const host = critical.indexOf('host');
const contentLength = critical.indexOf('content-length');
const transferEncoding = critical.indexOf('transfer-encoding');
const contentType = critical.indexOf('content-type');
const contentEncoding = critical.indexOf('content-encoding');
const criticalIndex: ReadonlyMap<string, number> = new Map(critical.map((name, index) => [name, index]));

/** Phones put what they like into these: a device's Chinese name comes as bare UTF-8. */
const mayBeUtf8: ReadonlySet<number> = new Set([
  unknown,
  critical.indexOf('cookie'),
  critical.indexOf('referer'),
  critical.indexOf('user-agent'),
]);

const tokenName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const notPlain = /[^\t\x20-\x7e]/;
const control = /[\x00-\x08\x0a-\x1f\x7f\u0100-\uffff]/;
const validLength = /^\d{1,15}$/;
const validHost = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;

/** Whether a Host is host and port and nothing more (RFC 9110 §7.2). */
export const isHostAndPort = (value: string): boolean => validHost.test(value);

/** RFC 9110 §9.3: a body of these has no meaning, so that one server skips it and another takes it for the next request. */
const withoutBody: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'CONNECT']);

// Clients use few spellings: each is classified once. The bound keeps made-up names from filling memory.
const known = new Map<string, number>();
const maxKnown = 512;
const maxKnownLength = 64;

function classify(name: string): number {
  if (!tokenName.test(name)) return invalid;
  const lower = name.toLowerCase();
  const index = criticalIndex.get(lower);
  if (index !== undefined) return index;
  return !criticalIndex.has(lower.replaceAll('_', '-')) ? unknown : invalid;
}

function classOf(name: string): number {
  let index = known.get(name);
  if (index === undefined) {
    index = classify(name);
    if (known.size < maxKnown && name.length <= maxKnownLength) known.set(name, index);
  }
  return index;
}

/**
 * Checks headers in the form of `IncomingMessage.rawHeaders`: name, value, name, value. Values come as one character a byte.
 * Refused: what is no token as a name, controls, bytes that are not UTF-8, a critical header twice or misspelt,
 * Content-Length together with Transfer-Encoding or not a plain number, a transfer coding other than `chunked`, a Host that
 * is more than host and port, a body on GET, HEAD or OPTIONS.
 */
export function inspectHeaders(method: string, headers: readonly string[], limits: InspectionLimits): Refusal | HeaderFacts {
  if (headers.length > limits.maxHeaders * 2) return refuse('headers_too_large', 'headers');
  let bytes = 0;
  let present = 0;
  let type: string | undefined;
  let encoding: string | undefined;
  let length = '';
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = headers[at] ?? '';
    const value = headers[at + 1] ?? '';
    bytes += name.length + value.length;
    if (bytes > limits.maxHeaderBytes) return refuse('headers_too_large', 'headers');
    const index = classOf(name);
    if (index === invalid) return refuse('header_malformed', `header ${at >> 1}`);
    if (notPlain.test(value) && (!mayBeUtf8.has(index) || control.test(value) || !isUtf8(Buffer.from(value, 'latin1')))) {
      return malformed(index, at);
    }
    if (index < 0) continue;
    const bit = 1 << index;
    if ((present & bit) !== 0) return malformed(index, at);
    present |= bit;
    if (index === contentLength) {
      if (!validLength.test(value)) return malformed(index, at);
      length = value;
    } else if (index === transferEncoding) {
      if (value.toLowerCase() !== 'chunked') return malformed(index, at);
    } else if (index === host) {
      if (!isHostAndPort(value)) return malformed(index, at);
    } else if (index === contentType) {
      type = value;
    } else if (index === contentEncoding) {
      encoding = value;
    }
  }
  const chunked = (present & (1 << transferEncoding)) !== 0;
  if (chunked && length !== '') return malformed(transferEncoding, 0);
  if ((chunked || Number(length) > 0) && withoutBody.has(method)) return malformed(chunked ? transferEncoding : contentLength, 0);
  return { contentType: type, contentEncoding: encoding };
}

function malformed(index: number, at: number): Refusal {
  return refuse('header_malformed', index < 0 ? `header ${at >> 1}` : `header ${critical[index]}`);
}
