import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatMediaType, isJsonType, isUtf8Charset, parseMediaType } from './media-type.ts';

const read = (text: string): unknown => {
  const media = parseMediaType(text);
  return media === null ? null : [media.type, Object.fromEntries(media.parameters)];
};

describe('parseMediaType', () => {
  test.each([
    ['application/json', ['application/json', {}]],
    ['Application/JSON', ['application/json', {}]],
    ['application/json;charset=utf-8', ['application/json', { charset: 'utf-8' }]],
    ['application/json ; Charset="UTF-8"', ['application/json', { charset: 'UTF-8' }]],
    ['application/json; charset=utf-8 ; v=2', ['application/json', { charset: 'utf-8', v: '2' }]],
    ['multipart/form-data; boundary="a b;c=d"', ['multipart/form-data', { boundary: 'a b;c=d' }]],
    ['multipart/form-data; boundary=----WebKitFormBoundaryX', ['multipart/form-data', { boundary: '----WebKitFormBoundaryX' }]],
    ['application/vnd.x+json', ['application/vnd.x+json', {}]],
  ])('%s', (text, expected) => expect(read(text)).toStrictEqual(expected));

  test.each([
    '',
    'json',
    '/json',
    'application/',
    'application/json,text/html',
    'application/json, application/json',
    'application / json',
    'application/json;',
    'application/json;;charset=utf-8',
    'application/json; charset',
    'application/json; charset=',
    'application/json; =utf-8',
    'application/json; charset =utf-8',
    'application/json; charset= utf-8',
    'application/json; charset=utf-8; charset=gbk',
    'application/json; charset=utf-8; CHARSET=gbk',
    'application/json; charset="utf-8',
    'application/json; charset="utf-8"x',
    'application/json; charset="a\\"b"',
    "application/json; charset=utf-8'x y",
    "multipart/form-data; boundary*=utf-8''a",
    'multipart/form-data; boundary*0=a; boundary*1=b',
    'multipart/form-data boundary=a',
    'application/json\u0000',
    `application/json; x=${'y'.repeat(600)}`,
    `application/json${'; a=b'.repeat(9)}`,
  ])('refused: %j', (text) => expect(parseMediaType(text)).toBeNull());

  test('what is written reads the same', () => {
    const value = fc.oneof(fc.constantFrom('a', '"a b"', '"', '"a;b=c"', 'a b', '"\\"', ''), fc.string({ maxLength: 4 }));
    const parameters = fc.array(fc.tuple(fc.constantFrom('v', 'boundary', 'a*', ''), fc.constantFrom('=', ' =', ''), value), {
      maxLength: 3,
    });
    fc.assert(
      fc.property(parameters, (list) => {
        const media = parseMediaType(`a/b${list.map((parts) => `; ${parts.join('')}`).join('')}`);
        if (media !== null) expect(parseMediaType(formatMediaType(media))).toStrictEqual(media);
      }),
      { numRuns: 1_000 },
    );
  });
});

test('charsets that are UTF-8 or part of it', () => {
  expect(['UTF-8', 'utf8', 'US-ASCII'].map(isUtf8Charset)).toStrictEqual([true, true, true]);
  expect(['gbk', 'gb18030', 'utf-16', 'utf-7', 'ibm037', 'iso-8859-1', ''].map(isUtf8Charset)).toStrictEqual(
    Array(7).fill(false),
  );
});

test('JSON and its suffixes', () => {
  expect(['application/json', 'application/problem+json'].map(isJsonType)).toStrictEqual([true, true]);
  expect(['text/json', 'application/jsonp', 'application/xml', 'image/x+json'].map(isJsonType)).toStrictEqual([
    false,
    false,
    false,
    false,
  ]);
});
