import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnswerHead } from './answer-head.ts';
import { AnswerParser } from './answer-parser.ts';

interface Read {
  readonly head: AnswerHead | null;
  readonly body: string;
  readonly ended: boolean;
  readonly error: string | null;
}

/** Feeds the bytes in pieces cut at `cuts`, then closes when asked to. */
function read(text: string, { method = 'GET', cuts = [] as readonly number[], close = false } = {}): Read {
  const bytes = Buffer.from(text, 'latin1');
  let head: AnswerHead | null = null;
  let body = '';
  let ended = false;
  const parser = new AnswerParser({
    head: (seen) => {
      head = seen;
    },
    data: (piece) => {
      body += piece.toString('latin1');
    },
    end: () => {
      ended = true;
    },
  });
  parser.begin(method);
  const edges = [0, ...[...cuts].filter((cut) => cut > 0 && cut < bytes.length).sort((a, b) => a - b), bytes.length];
  try {
    for (let at = 1; at < edges.length; at += 1) {
      const piece = bytes.subarray(edges[at - 1], edges[at]);
      if (piece.length > 0) parser.push(piece);
    }
    if (close) parser.finish();
    return { head, body, ended, error: null };
  } catch (error) {
    return { head, body, ended, error: error instanceof Error && 'code' in error ? String(error.code) : 'other' };
  }
}

const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

describe('an answer of the backend', () => {
  it('ends by its length, by its chunks or by the closing', () => {
    expect(read('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello')).toMatchObject({ body: 'hello', ended: true, error: null });
    expect(read(`${chunked}5;x=1\r\nhello\r\n3\r\n你\r\n0\r\nX-Trailer: 1\r\n\r\n`.replace('你', 'abc'))).toMatchObject({
      body: 'helloabc',
      ended: true,
    });
    const until = read('HTTP/1.1 200 OK\r\n\r\nall of it', { close: true });
    expect(until).toMatchObject({ body: 'all of it', ended: true, error: null });
    expect(until.head?.persistent).toBe(false);
  });

  it.each([
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'],
    ['GET', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n'],
    ['GET', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
    ['GET', 'HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n'],
  ])('%s %j has no body', (method, text) => {
    expect(read(text, { method })).toMatchObject({ body: '', ended: true, error: null });
  });

  it('passes informational answers over, keeps cookies apart and joins other repeated headers', () => {
    const { head } = read(
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nVary: a\r\nVary: b\r\nContent-Length: 0\r\nKeep-Alive: timeout=5, max=9\r\n\r\n',
    );
    expect(head).toMatchObject({ status: 200, persistent: true, keepAliveMs: 5_000 });
    expect(head?.headers).toMatchObject({ 'set-cookie': ['a=1', 'b=2'], vary: 'a, b' });
    expect(head?.headers['link']).toBeUndefined();
  });

  it('reads the same however the bytes are cut', () => {
    const texts = [
      'HTTP/1.1 103 x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 11\r\nX: y\r\n\r\nhello world',
      `${chunked}a\r\n0123456789\r\n1\r\nx\r\n0\r\nT: 1\r\n\r\n`,
      'HTTP/1.1 404 Not Found\r\n\r\nbody until the end',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.array(fc.nat(120), { maxLength: 12 }), (text, cuts) => {
        expect(read(text, { cuts, close: true })).toEqual(read(text, { close: true }));
        expect(read(text, { cuts, close: true }).error).toBeNull();
      }),
      { numRuns: 500 },
    );
  });
});

/** Each of these would let two readers disagree about where the answer ends, or smuggle a second answer to the next caller. */
describe('an answer that can be read in two ways is refused', () => {
  it.each([
    ['a length beside a transfer coding', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!'],
    ['a list of lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello'],
    ['a signed length', 'HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello'],
    ['a length in hexadecimal', 'HTTP/1.1 200 OK\r\nContent-Length: 0x5\r\n\r\nhello'],
    ['a coding besides chunked', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n'],
    ['chunked twice', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['chunked in HTTP/1.0', 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['a space before the colon', 'HTTP/1.1 200 OK\r\nContent-Length : 5\r\n\r\nhello'],
    ['a folded line', 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n'],
    ['a bare line feed', 'HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n'],
    ['a bare carriage return', 'HTTP/1.1 200 OK\r\nX: a\rb\r\nContent-Length: 0\r\n\r\n'],
    ['a NUL', 'HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 0\r\n\r\n'],
    ['a header without a name', 'HTTP/1.1 200 OK\r\n: x\r\nContent-Length: 0\r\n\r\n'],
    ['bytes behind a length', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 200 OK\r\n\r\n'],
    ['bytes behind the last chunk', `${chunked}0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n`],
    ['an upgrade', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n'],
    ['another protocol', 'HTTP/2 200\r\n\r\n'],
    ['no status', 'HTTP/1.1 OK\r\n\r\n'],
    ['a status out of range', 'HTTP/1.1 600 x\r\n\r\n'],
    ['a chunk size with a sign', `${chunked}-5\r\nhello\r\n`],
    ['a chunk size with a prefix', `${chunked}0x5\r\nhello\r\n`],
    ['a chunk that does not end', `${chunked}5\r\nhelloX\r\n`],
    ['a chunk line with a bare line feed', `${chunked}5\nhello\r\n`],
    ['a head beyond the limit', `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(70_000)}\r\n\r\n`],
    ['a head that never ends', `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(70_000)}`],
    ['too many headers', `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(201)}\r\n`],
    ['a chunk extension beyond the limit', `${chunked}5;${'x'.repeat(400)}\r\nhello\r\n`],
    ['a trailer beyond the limit', `${chunked}0\r\n${`t: ${'x'.repeat(1_000)}\r\n`.repeat(20)}\r\n`],
    ['informational answers without end', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(20)],
  ])('%s', (_name, text) => {
    expect(read(text).error).toBe('backend_answer_invalid');
    expect(read(text, { cuts: Array.from({ length: text.length }, (_, at) => at).slice(0, 600) }).error).toBe(
      'backend_answer_invalid',
    );
  });

  it('a body that is cut off is no whole answer', () => {
    expect(read('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel', { close: true })).toMatchObject({
      ended: false,
      error: 'backend_answer_invalid',
    });
    expect(read(`${chunked}5\r\nhel`, { close: true })).toMatchObject({ ended: false, error: 'backend_answer_invalid' });
  });

  it('never throws anything else, whatever the bytes', () => {
    const part = fc.constantFrom(
      'HTTP/1.1 200 OK',
      '\r\n',
      '\n',
      'content-length: 3',
      'transfer-encoding: chunked',
      '3',
      'abc',
      '0',
      ':',
      ' ',
      '\0',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), fc.array(fc.nat(200), { maxLength: 5 }), (parts, cuts) => {
        expect([null, 'backend_answer_invalid']).toContain(read(parts.join(''), { cuts, close: true }).error);
      }),
      { numRuns: 2_000 },
    );
  });
});
