import { describe, expect, test } from 'vitest';
import { createInspector } from './inspector.ts';
import type { InspectionProfile } from './profile.ts';

const inspect = (contentType: string | undefined, text: string | Buffer, profile: InspectionProfile = {}) =>
  createInspector(profile).inspectBody({ contentType, bytes: Buffer.from(text as string) });

describe('inspectHead', () => {
  const inspector = createInspector({ repeatable: ['id'] });

  test('gives the canonical path and query and what the body needs', () => {
    expect(
      inspector.inspectHead({
        method: 'POST',
        rawPath: '/api/%6frders/%e8%8c%b6',
        rawQuery: 'id=1&id=2&q=a+b',
        headers: ['Host', 'a', 'Content-Type', 'application/json', 'Content-Encoding', 'gzip'],
      }),
    ).toMatchObject({
      path: '/api/orders/%E8%8C%B6',
      decodedPath: '/api/orders/茶',
      query: { id: ['1', '2'], q: 'a b' },
      rawQuery: 'id=1&id=2&q=a%20b',
      contentType: 'application/json',
      contentEncoding: 'gzip',
    });
  });

  test.each([
    [{ rawPath: '/a/../b' }, 'path_malformed', 400, 'path'],
    [{ rawPath: `/${'a'.repeat(2_048)}` }, 'path_malformed', 400, 'path'],
    [{ rawQuery: 'x=%00' }, 'query_malformed', 400, 'query parameter 0'],
    [{ rawQuery: 'a=1&b=2&a=3' }, 'query_ambiguous', 400, 'query parameter 2'],
    [{ rawQuery: `a=${'x'.repeat(8_192)}` }, 'query_malformed', 400, 'query'],
    [
      { rawQuery: Array.from({ length: 101 }, (_, index) => `a${index}=`).join('&') },
      'too_many_fields',
      400,
      'query parameter 100',
    ],
    [{ headers: ['Host', 'a', 'Host', 'b'] }, 'header_malformed', 400, 'header host'],
    [{ headers: ['X', 'y'.repeat(17_000)] }, 'headers_too_large', 431, 'headers'],
  ])('%o', (part, code, status, where) => {
    expect(inspector.inspectHead({ method: 'GET', rawPath: '/', rawQuery: '', headers: [], ...part })).toStrictEqual({
      code,
      status,
      where,
    });
  });
});

describe('inspectBody', () => {
  test.each([
    ['application/json', '{"a":1}', 'json', { a: 1 }, 'application/json'],
    ['application/json; charset=UTF8; v=2', '[]', 'json', [], 'application/json; charset=utf-8; v=2'],
    ['application/merge-patch+json', '{}', 'json', {}, 'application/merge-patch+json'],
    ['text/plain;charset=us-ascii', 'hello', 'text', 'hello', 'text/plain; charset=utf-8'],
    ['text/plain', '', 'text', '', 'text/plain'],
  ])('%s', (contentType, text, kind, value, canonical) => {
    expect(inspect(contentType, text)).toStrictEqual({
      kind,
      mediaType: contentType.split(';')[0],
      contentType: canonical,
      bytes: Buffer.from(text),
      value,
      files: [],
    });
  });

  test('a form goes on in its canonical spelling', () => {
    const body = inspect('application/x-www-form-urlencoded', 'name=王&memo=a+b&');
    expect(body).toMatchObject({ kind: 'form', value: { name: '王', memo: 'a b' } });
    expect('bytes' in body && body.bytes.toString()).toBe('name=%E7%8E%8B&memo=a%20b');
  });

  test('JSON goes on byte by byte', () => {
    const bytes = Buffer.from(' {"b":1.0,\n"a":"\\u4e2d"} ');
    const body = createInspector().inspectBody({ contentType: 'application/json', bytes });
    expect('bytes' in body && body.bytes).toBe(bytes);
  });

  test.each([
    [undefined, '{}', 'content_type_unsupported'],
    ['', '{}', 'content_type_unsupported'],
    ['application/xml', '<a/>', 'content_type_unsupported'],
    ['text/html', '<a>', 'content_type_unsupported'],
    ['application/octet-stream', 'x', 'content_type_unsupported'],
    ['multipart/mixed; boundary=B', '--B--', 'content_type_unsupported'],
    ['application/json; charset=gbk', '{}', 'charset_unsupported'],
    ['text/plain; charset=utf-16', 'x', 'charset_unsupported'],
    ['text/plain; charset=utf-7', '+ADw-', 'charset_unsupported'],
    ['application/x-www-form-urlencoded; charset=ibm037', 'a=1', 'charset_unsupported'],
    ['application/json', '', 'body_malformed'],
    ['text/plain', '\ufeffx', 'body_malformed'],
    ['text/plain', 'a\u0000', 'body_malformed'],
    ['text/plain', Buffer.from([0xff]), 'body_not_utf8'],
    ['application/x-www-form-urlencoded', Buffer.from([0x61, 0x3d, 0xff]), 'body_not_utf8'],
    ['application/x-www-form-urlencoded', 'a=1&a=2', 'body_ambiguous'],
    ['application/x-www-form-urlencoded', '\ufeffa=1', 'body_malformed'],
  ])('%s %j is refused', (contentType, text, code) => expect(inspect(contentType, text)).toMatchObject({ code }));

  test('raw bodies only where the route takes them, by type or group', () => {
    const profile: InspectionProfile = { bodyTypes: ['binary'], rawTypes: ['image/*', 'application/pdf'] };
    const bytes = Buffer.from([0xff, 0xd8, 0xff]);
    expect(inspect('image/png', bytes, profile)).toMatchObject({
      kind: 'binary',
      mediaType: 'image/png',
      value: undefined,
      bytes,
    });
    expect(inspect('application/pdf', bytes, profile)).toMatchObject({ kind: 'binary' });
    for (const contentType of ['application/octet-stream', 'imagex/png', 'application/json']) {
      expect(inspect(contentType, bytes, profile)).toMatchObject({ code: 'content_type_unsupported' });
    }
  });

  test('an empty JSON body where the route takes it', () => {
    expect(inspect('application/json', '', { emptyBody: true })).toMatchObject({ kind: 'json', value: undefined });
  });

  test('takes any view on bytes, without copying them', () => {
    const whole = new TextEncoder().encode('xx[1]xx');
    const body = createInspector().inspectBody({ contentType: 'application/json', bytes: whole.subarray(2, 5) });
    expect(body).toMatchObject({ value: [1] });
    expect('bytes' in body && body.bytes.buffer).toBe(whole.buffer);
  });

  test('the size limit is exact', () => {
    const profile: InspectionProfile = { limits: { maxBodyBytes: 4 } };
    expect(inspect('text/plain', '1234', profile)).toHaveProperty('kind');
    expect(inspect('text/plain', '12345', profile)).toMatchObject({ code: 'body_too_large', status: 413 });
  });
});

describe('profiles', () => {
  test.each([{ maxDepth: 0 }, { maxDepth: 1_001 }, { maxKeys: 1.5 }, { maxBodyBytes: Number.NaN }, { maxParts: -1 }])(
    '%o makes no sense',
    (limits) => expect(() => createInspector({ limits })).toThrow(RangeError),
  );

  test('a file may fill a body that the profile enlarges', () => {
    expect(createInspector({ limits: { maxBodyBytes: 5_000_000 } }).profile.limits.maxFileBytes).toBe(5_000_000);
  });
});
