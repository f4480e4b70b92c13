import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type Body, createInspector } from '../inspector.ts';
import type { InspectionProfile } from '../profile.ts';
import type { Refusal } from '../refusal.ts';

const contentType = 'application/json';
const text = JSON.stringify({ items: Array.from({ length: 50 }, (_, index) => ({ sku: `TEA-${index}`, title: '西湖龙井' })) });
const plain = Buffer.from(text);

async function inspect(bytes: Buffer, contentEncoding: string, profile: InspectionProfile = {}): Promise<Refusal | Body> {
  return createInspector(profile).inspectBody({ contentType, contentEncoding, bytes });
}

describe.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
] as const)('%s', (coding, compress) => {
  test('is undone: what is passed on is the plain body', async () => {
    const body = await inspect(compress(plain), coding.toUpperCase());
    expect(body).toMatchObject({ kind: 'json', value: JSON.parse(text) });
    expect('bytes' in body && body.bytes.equals(plain)).toBe(true);
  });

  test('a small body may shrink as far as it will', async () => {
    expect(await inspect(compress(Buffer.from(`"${'a'.repeat(60_000)}"`)), coding)).toHaveProperty('kind', 'json');
  });

  test('a bomb is refused by its ratio, at once or on the way', async () => {
    const bomb = compress(Buffer.alloc(50_000_000, 0x20));
    expect(await inspect(bomb, coding)).toMatchObject({ status: 413 });
    expect(await inspect(bomb, coding, { limits: { maxBodyBytes: 200_000_000, maxCompressionRatio: 20 } })).toMatchObject({
      code: 'compression_ratio',
      status: 413,
    });
  });

  test('the body limit holds after decompression', async () => {
    const random = Buffer.from(Array.from({ length: 4_000 }, (_, index) => (index * 7_919) % 64).map((n) => 48 + n));
    expect(await inspect(compress(random), coding, { limits: { maxBodyBytes: 3_999 } })).toMatchObject({
      code: 'body_too_large',
    });
  });

  test('a large one is undone without holding up others, with the same result', async () => {
    const large = Buffer.from(
      JSON.stringify({ text: Array.from({ length: 30_000 }, (_, index) => `${(index * 7_919) % 10_007}`).join('') }),
    );
    const result = createInspector({ limits: { maxBodyBytes: 10_000_000 } }).inspectBody({
      contentType,
      contentEncoding: coding,
      bytes: compress(large),
    });
    expect(result).toBeInstanceOf(Promise);
    expect(await result).toMatchObject({ kind: 'json', value: JSON.parse(large.toString()) });
  });

  test('cut off, with something after the end, empty, or no such format', async () => {
    const compressed = compress(plain);
    for (const bytes of [
      compressed.subarray(0, -1),
      compressed.subarray(0, 10),
      Buffer.concat([compressed, Buffer.from([0])]),
      Buffer.concat([compressed, Buffer.from('{"a":1}')]),
      Buffer.alloc(0),
      plain,
    ]) {
      expect(await inspect(bytes, coding)).toMatchObject({ code: 'body_malformed' });
      expect(await inspect(bytes, coding, { limits: { maxBodyBytes: 100_000_000, maxCompressionRatio: 100_000 } })).toMatchObject(
        { code: 'body_malformed' },
      );
    }
  });
});

test('codings that one server skips and another undoes', async () => {
  expect(await inspect(deflateRawSync(plain), 'deflate')).toMatchObject({ code: 'body_malformed' });
  for (const coding of ['compress', 'zstd', 'gzip, gzip', 'gzip,identity', 'x', '', ' gzip']) {
    expect(await inspect(gzipSync(plain), coding)).toMatchObject({ code: 'body_encoding_unsupported', status: 415 });
  }
  expect(await inspect(plain, 'identity')).toHaveProperty('kind', 'json');
});

test('what comes out is inspected like any other body', async () => {
  expect(await inspect(gzipSync('{"a":1,"a":2}'), 'gzip')).toMatchObject({ code: 'body_ambiguous' });
  expect(await inspect(gzipSync(gzipSync(plain)), 'gzip')).toMatchObject({ code: 'body_not_utf8' });
});
