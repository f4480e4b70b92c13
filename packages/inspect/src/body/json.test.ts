import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normaliseProfile } from '../profile.ts';
import { createJsonReader } from './json.ts';

const read = createJsonReader(normaliseProfile({}));
const code = (text: string | Uint8Array): string => {
  const result = read(Buffer.from(text as string));
  return 'code' in result ? `${result.code} ${result.where}` : 'accepted';
};

/** Texts that RFC 8259 allows and that have one reading. */
const accepted = [
  'null',
  'true',
  '0',
  '-0',
  '"x"',
  ' \t\r\n{} \n',
  '[]',
  '[[],[[]]]',
  '{"a":{"a":{"a":1}}}',
  '[{"a":1},{"a":2}]',
  '{"a":[{"a":1}],"b":{"a":1}}',
  '{"":1}',
  '{"a":"\\"","b":"\\\\"}',
  '{"key\\n":1,"key":2}',
  '"\\ud83d\\ude00"',
  '"\\uD83D\\uDE00 \\u4e2d"',
  '{"中文键":"值","emoji":"😀"}',
  '{"constructor":"x","prototype":"y"}',
  '{"promotion":1,"parameter":2,"prototype":{}}',
  '[1e5,1.5E-3,-12.25,9007199254740991]',
  `"${'x'.repeat(1_000)}"`,
];

/** Texts that some parsers take and RFC 8259 does not. */
const malformed = [
  '{"a":1,}',
  '[1,]',
  '[,1]',
  '{,}',
  '{"a"}',
  '{"a":}',
  '{a:1}',
  "{'a':1}",
  '{"a":1}x',
  '{"a":1}{"a":1}',
  '[1] // end',
  '/* start */ [1]',
  '[NaN]',
  '[Infinity]',
  '[+1]',
  '[01]',
  '[.5]',
  '[5.]',
  '[0x10]',
  '[1 2]',
  '"\\x41"',
  '"a\nb"',
  '"tab\there"',
  '"unterminated',
  '"\\',
  '"\\u12',
  '{"a":1',
  '[',
  ']',
  '}',
  ' ',
  'nul',
  '\u00a0[]',
  '\u2028[]',
  '[1\u0000]',
  '"a\u0000b"',
];

describe('JSON bodies', () => {
  test.each(accepted)('accepted: %s', (text) => {
    const result = read(Buffer.from(text));
    expect('code' in result ? result : result.value).toStrictEqual(JSON.parse(text));
  });

  test.each(malformed)('malformed: %j', (text) => expect(code(text)).toBe('body_malformed body'));

  test('limits are exact, and say at which byte they are passed', () => {
    const small = createJsonReader(
      normaliseProfile({
        limits: { maxDepth: 2, maxKeys: 3, maxKeyLength: 4, maxStringLength: 6, maxArrayItems: 2, maxNumberLength: 20 },
      }),
    );
    const outcome = (text: string): string => {
      const result = small(Buffer.from(text));
      return 'code' in result ? `${result.code} ${result.where}` : 'accepted';
    };
    expect(outcome('[[1,2]]')).toBe('accepted');
    expect(outcome('[[[]]]')).toBe('body_too_deep body byte 2');
    expect(outcome('{"a":{"b":[]}}')).toBe('body_too_deep body byte 10');
    expect(outcome('[[],[],[]]')).toBe('too_many_fields body byte 6');
    expect(outcome('{"a":1,"b":1,"c":1}')).toBe('accepted');
    expect(outcome('{"a":1,"b":1,"c":1,"d":1}')).toBe('too_many_fields body byte 22');
    expect(outcome('{"abcd":1}')).toBe('accepted');
    expect(outcome('{"abcde":1}')).toBe('body_too_large body byte 2');
    expect(outcome('"123456"')).toBe('accepted');
    expect(outcome('"1234567"')).toBe('body_too_large body byte 1');
    expect(outcome('"中文"')).toBe('accepted');
    expect(outcome('"中文x"')).toBe('body_too_large body byte 1');
    expect(outcome('"\\u4e2d"')).toBe('accepted');
    expect(outcome('"\\u4e2d1"')).toBe('body_too_large body byte 1');
    expect(outcome('0.10000000000000000')).toBe('accepted');
    expect(outcome('[0.10000000000000000000]')).toBe('body_ambiguous body byte 1 number');
  });

  test('numbers beyond a double are refused, or passed as written where the profile says so', () => {
    const lenient = createJsonReader(normaliseProfile({ numbers: 'double' }));
    expect(code('{"id":9007199254740993}')).toBe('body_ambiguous body byte 6 number');
    expect(lenient(Buffer.from('{"id":9007199254740993}'))).not.toHaveProperty('code');
    expect(code('[1e999]')).toBe('body_ambiguous body byte 1 number');
    expect(lenient(Buffer.from('[1e999]'))).toHaveProperty('code', 'body_ambiguous');
  });

  test('any value that JSON.stringify writes passes and reads the same', () => {
    const wide = createJsonReader(normaliseProfile({ limits: { maxDepth: 200, maxStringLength: 1_000_000 } }));
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme', maxDepth: 6 }), fc.constantFrom('', '  ', '\t'), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        fc.pre(!text.includes('"__proto__"') && !text.includes('\\u0000'));
        const result = wide(Buffer.from(text));
        expect('code' in result ? result : result.value).toStrictEqual(JSON.parse(text));
      }),
      { numRuns: 1_000 },
    );
  });
});
