import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { BackendAnswer } from '../../gateway/backend-answer.ts';
import type { RequestContext } from '../../gateway/context.ts';
import { examineAnswer } from './examine-answer.ts';
import { compileDisclosure } from './rules.ts';

const trace = JSON.stringify({ pad: 'x'.repeat(2_000), message: 'TypeError: x\n    at run (/srv/app.js:3:1)' });
const card = JSON.stringify({ pad: 'x'.repeat(2_000), card: '6222021234567890128' });

/** What becomes of an answer under what gateway and route say; with the answer as it would leave. */
function examine(given: Partial<BackendAnswer> & { bytes: Buffer; encoding?: string }, gateway = {}, route = {}) {
  const { bytes, encoding, ...more } = given;
  const headers = { 'content-type': 'application/json', ...(encoding === undefined ? {} : { 'content-encoding': encoding }) };
  const answer: BackendAnswer = { status: 200, headers, chunks: [bytes], length: bytes.length, pump: null, ...more };
  const disclosure = compileDisclosure([gateway, undefined, route], []);
  const context = { id: 'r', traces: [], app: { id: 'portal' }, route: { match: 'GET /x', disclosure }, answer };
  const ended = examineAnswer(context as unknown as RequestContext, answer, () => undefined);
  return { code: typeof ended === 'number' ? null : ended.code, answer: context.answer };
}

const packed: readonly (readonly [string, (text: string) => Buffer])[] = [
  ['gzip', gzipSync],
  ['GZIP', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
];

describe('a leak in an answer that the client has asked for compressed', () => {
  it.each(packed)('by %s is withheld as in clear', (encoding, pack) => {
    expect(examine({ bytes: pack(trace), encoding }).code).toBe('answer_withheld');
    expect(examine({ bytes: pack('{"fine":true}'), encoding }).code).toBeNull();
  });

  it.each(packed)('by %s is masked, and what leaves is in clear', (encoding, pack) => {
    const { code, answer } = examine({ bytes: pack(card), encoding }, { bank_card: 'mask' });
    const text = Buffer.concat([...answer.chunks]).toString();
    expect([code, answer.headers['content-encoding']]).toEqual([null, undefined]);
    expect(JSON.parse(text)).toMatchObject({ card: '***************0128' });
  });

  it('is seen in the beginning of one that streams', () => {
    const whole = gzipSync(trace + Array.from({ length: 50_000 }, (_, at) => (at * 2_654_435_761) >>> 0).join(' '));
    const bytes = whole.subarray(0, 65_536);
    expect(examine({ bytes, encoding: 'gzip', pump: async () => 0 }).code).toBe('answer_withheld');
  });

  it('that cannot be read does not leave where something is to be hidden', () => {
    for (const [encoding, bytes] of [
      ['gzip', Buffer.from('no gzip')],
      ['compress', Buffer.from(trace)],
      ['gzip', gzipSync(Buffer.alloc(8 << 20, ' '))],
      ['constructor', Buffer.from(trace)],
    ] as const)
      expect(examine({ bytes, encoding }, {}, { bank_card: 'mask' }).code).toBe('backend_answer_invalid');
  });
});

it('a number cannot be had in two halves, by asking for a range', () => {
  const half = { status: 206, bytes: Buffer.from(card.slice(0, -10)) };
  expect(examine(half).code).toBe('answer_withheld');
  const ranges = { 'content-type': 'multipart/byteranges; boundary=x' };
  expect(examine({ ...half, headers: ranges }).code).toBe('answer_withheld');
  // A film is watched in pieces.
  expect(examine({ ...half, headers: { 'content-type': 'video/mp4' } }).code).toBeNull();
});
