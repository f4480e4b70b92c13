import { STATUS_CODES } from 'node:http';

const statusLines = new Map(
  Object.entries(STATUS_CODES).map(([status, reason]) => [Number(status), `HTTP/1.1 ${status} ${reason}\r\n`]),
);

/** How the end of an answer's body will be known. */
export type AnswerFraming = 'none' | 'length' | 'chunked' | 'close';

/** What could end a header early, or is no Latin-1. The backend's headers are checked when they are read; here is the last line of defence. */
const splitting = /[^\t\x20-\x7e\x80-\xff]/;
/** The connection's own: a caller that sets them is wrong about who owns the framing. */
const owned: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'trailer']);

export interface AnswerHead {
  readonly text: string;
  readonly framing: AnswerFraming;
  /** The declared length in bytes; null when there is none. */
  readonly length: number | null;
}

export interface AnswerFacts {
  readonly method: string;
  readonly minor: 0 | 1;
  /** The body's length where it is known; null when it streams. */
  readonly bodyBytes: number | null;
  /** `date` and `connection` lines, each with its end. */
  readonly tail: string;
}

/**
 * The head of an answer as Latin-1 text, from a flat list of names in lower case and values. A declared `content-length` stays; where there is none, the body's
 * length is said, else its end is marked by chunks, or for HTTP/1.0 by the closing. Throws TypeError for a header that would split the answer.
 */
export function answerHead(
  status: number,
  headers: readonly string[],
  { method, minor, bodyBytes, tail }: AnswerFacts,
): AnswerHead {
  const bodyless = status === 204 || status === 304 || status < 200;
  let text = statusLines.get(status) ?? `HTTP/1.1 ${status} \r\n`;
  let length: number | null = null;
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] ?? '';
    const value = headers[at + 1] ?? '';
    if (splitting.test(value) || owned.has(name)) throw new TypeError('header');
    // The answer is ours, and so is its time.
    if (name === 'date') continue;
    if (name === 'content-length') {
      if (bodyless && status !== 304) continue;
      length = Number(value);
    }
    text += `${name}: ${value}\r\n`;
  }
  if (bodyless) return { text: `${text}${tail}`, framing: 'none', length: null };
  if (length === null && bodyBytes !== null && method !== 'HEAD') {
    length = bodyBytes;
    text += `content-length: ${bodyBytes}\r\n`;
  }
  if (method === 'HEAD') return { text: `${text}${tail}`, framing: 'none', length: null };
  if (length !== null) return { text: `${text}${tail}`, framing: 'length', length };
  return minor === 1
    ? { text: `${text}transfer-encoding: chunked\r\n${tail}`, framing: 'chunked', length: null }
    : { text: `${text}${tail}`, framing: 'close', length: null };
}
