import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHeadReader, type HeadProblem, type HeadReader, type RequestHead, readRequestHead } from './request-head.ts';

const readBy = (reader: HeadReader, text: string): RequestHead | HeadProblem => {
  // What follows the head, and the buffer itself, belong to somebody else a moment later.
  const buffer = Buffer.from(`${text}\r\n\r\nGET /inside HTTP/1.1`, 'latin1');
  const head = reader.read(buffer, text.length);
  buffer.fill(0);
  return head;
};
const linesOf = (head: RequestHead | HeadProblem): readonly string[] => ('problem' in head ? [] : head.rawHeaders);

describe('the heads of one connection', () => {
  const starts = fc.constantFrom(
    ...['GET /a HTTP/1.1', 'GET /b?c=d HTTP/1.1', 'POST /a HTTP/1.1', 'GET /a HTTP/1.0', 'GET /\xe5 HTTP/1.1'],
    ...['get /a HTTP/1.1', 'GET /a b HTTP/1.1', 'GET  /a HTTP/1.1', 'GET /a HTTP/2.0', 'GET /a\nX: b HTTP/1.1', ''],
  );
  const lines = fc.constantFrom(
    ...['\r\nHost: a', '\r\nHost: b', '\r\nhost: a', '\r\nHost: a\r\nX: 1', '\r\nHost: a\r\nX: 2', '\r\nX: 1\r\nHost: a', ''],
    ...['\r\nHost: a\r\nConnection: close', '\r\nHost: a\r\nContent-Length: 3', '\r\nHost: a\r\nTransfer-Encoding: chunked'],
    ...[
      '\r\nHost: a b',
      '\r\nHost: a\r\nHost: a',
      '\r\nHost: a\r\n X: 1',
      '\r\nHost: a\r\nX : 1',
      '\r\nHost: a\r\nX: \0',
      '\r\n',
    ],
  );

  it('are read as each would be by itself, whatever came before', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(starts, lines), { minLength: 2, maxLength: 24 }), (heads) => {
        const reader = createHeadReader();
        for (const [start, behind] of heads) {
          const text = start + behind;
          const head = readBy(reader, text);
          // Only the memo says that the lines are shared.
          expect('problem' in head ? head : { ...head, memo: null }).toEqual(readRequestHead(text));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('have their lines read once where they stay the same', () => {
    const reader = createHeadReader();
    const heads = ['/1', '/22', '/333', '/4444'].map((target) => readBy(reader, `GET ${target} HTTP/1.1\r\nHost: a\r\nX-A: b`));
    expect(heads.map((head) => ('target' in head ? head.target : null))).toEqual(['/1', '/22', '/333', '/4444']);
    expect(linesOf(heads[2]!)).toBe(linesOf(heads[1]!));
    expect(linesOf(heads[3]!)).toBe(linesOf(heads[1]!));
  });

  it('take no memory for lines that are long, or new with every request', () => {
    const long = createHeadReader();
    const repeated = Array.from({ length: 3 }, () => readBy(long, `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(2_048)}`));
    expect(linesOf(repeated[2]!)).not.toBe(linesOf(repeated[1]!));
    const signed = createHeadReader();
    for (let at = 10; at < 20; at += 1) readBy(signed, `GET / HTTP/1.1\r\nHost: a\r\nX: ${at}`);
    const after = Array.from({ length: 3 }, () => readBy(signed, 'GET / HTTP/1.1\r\nHost: a\r\nX: 99'));
    expect(linesOf(after[2]!)).not.toBe(linesOf(after[1]!));
  });
});
