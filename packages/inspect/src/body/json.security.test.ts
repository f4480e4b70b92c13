import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normaliseProfile } from '../profile.ts';
import { growth, mostlyLinear } from '../testing/growth.ts';
import { createJsonReader } from './json.ts';

const profile = normaliseProfile({});
const read = createJsonReader(profile);
const open = createJsonReader(
  normaliseProfile({
    limits: { maxBodyBytes: 100_000_000, maxKeys: 1_000_000, maxArrayItems: 10_000_000, maxStringLength: 100_000_000 },
  }),
);
const codeOf = (bytes: Buffer, reader = read): string => {
  const result = reader(bytes);
  return 'code' in result ? result.code : 'accepted';
};
const code = (text: string): string => codeOf(Buffer.from(text));

describe('a key twice in one object', () => {
  test.each([
    '{"a":1,"a":2}',
    '{"a":1,"b":2,"a":1}',
    '{"a":1,"\\u0061":2}',
    '{"\\u0061":1,"a":2}',
    '{"\\u0061":1,"\\u0061":2}',
    '{"\\u4e2d":1,"中":2}',
    '{"a\\/b":1,"a/b":2}',
    '{"\\ud83d\\ude00":1,"😀":2}',
    '{"":1,"":2}',
    '{"x":[{"y":{"a":1,"a":2}}]}',
    '[{"a":{"b":1},"c":[1,2],"a":null}]',
    '{"a":{"a":1},"a":{"a":1}}',
    '{"0":1,"0":2}',
    '{"a":"},{","b":"\\"","a":1}',
  ])('%s', (text) => expect(code(text)).toBe('body_ambiguous'));

  test('is found among thousands of keys, wherever it stands', () => {
    const keys = Array.from({ length: 9_999 }, (_, index) => `"key${index}":${index}`);
    expect(codeOf(Buffer.from(`{${keys.join()}}`), open)).toBe('accepted');
    for (const twice of ['key0', 'key5000', 'key9998']) {
      expect(codeOf(Buffer.from(`{${keys.join()},"${twice}":0}`), open)).toBe('body_ambiguous');
      expect(codeOf(Buffer.from(`{"${twice}":0,${keys.join()}}`), open)).toBe('body_ambiguous');
    }
  });

  test('is never overlooked: accepted means that nothing was lost by parsing', () => {
    const key = fc.constantFrom('a', 'b', '\\u0061', 'ab', '', 'constructor', '中');
    const { value } = fc.letrec<{ value: string }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom('1', '"x"', '""', '[]', '{}', 'null'),
        fc
          .array(fc.tuple(key, tie('value')), { maxLength: 4 })
          .map((members) => `{${members.map(([name, item]) => `"${name}":${item}`).join()}}`),
        fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join()}]`),
      ),
    }));
    fc.assert(
      fc.property(value, (text) => {
        const members = (text.match(/":/g) ?? []).length;
        const kept = (JSON.stringify(JSON.parse(text)).match(/":/g) ?? []).length;
        expect(code(text)).toBe(members === kept ? 'accepted' : 'body_ambiguous');
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('keys that reach a prototype', () => {
  test.each([
    '{"__proto__":{"admin":true}}',
    '{"a":[{"__proto__":1}]}',
    '{"\\u005f_proto__":1}',
    '{"constructor":{"prototype":{"admin":true}}}',
    '{"x":{"constructor":{"\\u0070rototype":1}}}',
  ])('%s', (text) => expect(code(text)).toBe('body_ambiguous'));
});

describe('text that is not plain UTF-8', () => {
  test.each([
    ['overlong slash', [0x22, 0xc0, 0xaf, 0x22], 'body_not_utf8'],
    ['overlong NUL', [0x22, 0xc0, 0x80, 0x22], 'body_not_utf8'],
    ['overlong quote in three bytes', [0x22, 0xe0, 0x80, 0xa2, 0x22], 'body_not_utf8'],
    ['an encoded surrogate (CESU-8)', [0x22, 0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80, 0x22], 'body_not_utf8'],
    ['beyond U+10FFFF', [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22], 'body_not_utf8'],
    ['a truncated character', [0x22, 0xe4, 0xb8, 0x22], 'body_not_utf8'],
    ['GBK', [0x22, 0xd6, 0xd0, 0x22], 'body_not_utf8'],
    ['a byte order mark', [0xef, 0xbb, 0xbf, 0x7b, 0x7d], 'body_malformed'],
  ])('%s', (_name, bytes, expected) => expect(codeOf(Buffer.from(bytes))).toBe(expected));

  test.each(['utf16le', 'utf-16be'])('%s, with and without byte order mark', (encoding) => {
    const bytes = Buffer.from('{"a":"b"}', 'utf16le');
    if (encoding === 'utf-16be') bytes.swap16();
    const mark = encoding === 'utf-16be' ? [0xfe, 0xff] : [0xff, 0xfe];
    expect(codeOf(bytes)).toBe('body_malformed');
    expect(codeOf(Buffer.concat([Buffer.from(mark), bytes]))).toBe('body_not_utf8');
  });

  test.each([
    '"\\ud800"',
    '"\\udc00"',
    '"\\udc00\\ud800"',
    '"\\ud83dx"',
    '"\\ud83d\\n"',
    '"\\ud83d\\ud83d\\ude00"',
    '{"\\ud800":1}',
    '"\\u0000"',
    '{"a\\u0000b":1}',
    '{"a":1,"b":"x\\u0000"}',
  ])('%s', (text) => expect(code(text)).toBe('body_ambiguous'));
});

describe('size and shape', () => {
  test('100,000 levels are refused early, also by a profile that allows the deepest', () => {
    const deepest = createJsonReader(normaliseProfile({ limits: { maxDepth: 1_000 } }));
    for (const text of ['['.repeat(100_000), '{"a":'.repeat(100_000), `${'['.repeat(100_000)}${']'.repeat(100_000)}`]) {
      expect(codeOf(Buffer.from(text))).toBe('body_too_deep');
      expect(codeOf(Buffer.from(text), deepest)).toBe('body_too_deep');
    }
  });

  test('closing more than was opened harms nothing', () =>
    expect(codeOf(Buffer.from(`${']'.repeat(100_000)}${'['.repeat(30)}`))).toBe('body_malformed'));

  test('a string of 10 MB is refused, or read where the profile allows it', () => {
    const plain = Buffer.from(`{"text":"${'文'.repeat(3_333_333)}"}`);
    const escaped = Buffer.from(`{"text":"${'\\u6587'.repeat(1_666_666)}"}`);
    for (const bytes of [plain, escaped]) {
      expect(codeOf(bytes)).toBe('body_too_large');
      expect(codeOf(bytes, open)).toBe('accepted');
    }
  });

  test('a number of a megabyte costs nothing', () => expect(code(`[${'9'.repeat(1_000_000)}]`)).toBe('body_ambiguous'));
});

describe('random and mutated bytes', () => {
  const grammar = fc.array(
    fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"',
      '"a"',
      '\\',
      '\\u',
      '1',
      '-',
      '.',
      'e',
      '1e999',
      'true',
      'null',
      ' ',
      '\n',
      '\u0000',
      '中',
      '/',
      '"__proto__"',
    ),
    { maxLength: 24 },
  );

  test('never throw; what is accepted JSON.parse accepts', () => {
    const holds = (bytes: Buffer): void => {
      const result = read(bytes);
      if (!('code' in result)) expect(result.value).toStrictEqual(JSON.parse(bytes.toString()));
    };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => holds(Buffer.from(bytes))),
      { numRuns: 2_000 },
    );
    fc.assert(
      fc.property(grammar, (tokens) => holds(Buffer.from(tokens.join('')))),
      { numRuns: 3_000 },
    );
    const sample = Buffer.from('{"orderNo":"SO\\u00312","items":[{"sku":"茶","n":2}],"memo":"\\ud83d\\ude00"}');
    fc.assert(
      fc.property(fc.nat(sample.length - 1), fc.nat(255), fc.nat(sample.length), (at, byte, cut) => {
        const mutated = Buffer.from(sample);
        mutated[at] = byte;
        holds(mutated);
        holds(mutated.subarray(0, cut));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('time grows with the size, not faster', () => {
  // From where the set of hashes is full and every key is looked at again: below, a key costs a part of that.
  test('distinct keys', () => {
    const prepare = (size: number) => {
      const bytes = Buffer.from(`{${Array.from({ length: size / 12 }, (_, i) => `"k${i}":1`).join()}}`);
      return () => open(bytes);
    };
    expect(growth(prepare, 120_000)).toBeLessThan(mostlyLinear);
  });

  const shapes: readonly (readonly [string, (size: number) => string])[] = [
    ['the same key', (size) => `{${'"a":1,'.repeat(size / 6)}"a":1}`],
    ['escaped keys', (size) => `{${Array.from({ length: size / 18 }, (_, i) => `"\\u006b${i}":1`).join()}}`],
    ['many small objects', (size) => `[${'{"a":1},'.repeat(size / 8)}{}]`],
    ['backslashes', (size) => `"${'\\\\'.repeat(size / 2)}"`],
    ['unterminated strings', (size) => `${'["'.repeat(size / 2)}`],
    ['long numbers', (size) => `[${'1234567890123456,'.repeat(size / 17)}0]`],
  ];

  test.each(shapes)('%s', (_name, make) => {
    const prepare = (size: number) => {
      const bytes = Buffer.from(make(size));
      return () => open(bytes);
    };
    expect(growth(prepare, 4_000)).toBeLessThan(mostlyLinear);
  });
});
