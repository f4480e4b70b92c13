import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeWrapped } from './base64.ts';
import { decodeEntities } from './entities.ts';
import { decodeEscapes } from './escapes.ts';
import { foldWidth } from './fold.ts';
import { withoutPadding } from './padding.ts';
import { decodePercent } from './percent.ts';

describe('decodePercent', () => {
  it.each([
    ['%3Cb%3E', '<b>'],
    ['%e4%b8%ad', '中'],
    ['%F0%9F%98%80', '😀'],
    ['%c0%af%c0%ae', '/.'],
    ['%e0%80%af', '/'],
    ['%f0%80%80%af', '/'],
    ['%c0%2f', '/'],
    ['%u003cb', '<b'],
    ['%uff1cb', '<b'],
    ['%u2215', '/'],
    ['%ca%bc', "'"],
    ['%F1o', 'ño'],
    ['100%', '100%'],
    ['50% off %zz', '50% off %zz'],
    ['%2527', '%27'],
    ['a+b', 'a+b'],
    ['', ''],
  ])('%j is %j', (text, plain) => expect(decodePercent(text, false)).toBe(plain));

  it('turns plus into space where asked', () => expect(decodePercent('a+b%2B', true)).toBe('a b+'));

  it('decodes what encodeURIComponent encodes', () =>
    fc.assert(
      fc.property(
        // Of what lenient servers take for another character, the test above tells.
        fc
          .string({ unit: 'grapheme' })
          .filter(
            (text) =>
              text === text.normalize('NFKC') &&
              !/[\u2215\u2044\u2216\u02b9\u02bc\u02c8\u2032\u3008\u3009\uefc8\uf025]/.test(text),
          ),
        (text) => {
          expect(decodePercent(encodeURIComponent(text), false)).toBe(text);
        },
      ),
    ));
});

describe('decodeEntities', () => {
  it.each([
    ['&lt;b&gt;', '<b>'],
    ['&#60;b&#x3e;', '<b>'],
    ['&#0000060b', '<b'],
    ['&#x6A&#x61', 'ja'],
    ['java&Tab;script&colon;', 'java\tscript:'],
    ['&lparb&rpar;', '&lparb)'],
    ['&ltb', '<b'],
    ['Q&A 与 R&D', 'Q&A 与 R&D'],
    ['&#xffffffff;', '&#xffffffff;'],
    ['a&b=c', 'a&b=c'],
    ['&', '&'],
  ])('%j is %j', (text, plain) => expect(decodeEntities(text)).toBe(plain));
});

describe('decodeEscapes', () => {
  it.each([
    ['\\u003cb', '<b'],
    ['\\u{3c}b', '<b'],
    ['\\x3cb', '<b'],
    ['\\074b', '<b'],
    ['C:\\users\\new', 'C:\\users\\new'],
    ['\\d+(\\.\\d{1,2})?', '\\d+(\\.\\d{1,2})?'],
    ['\\u00', '\\u00'],
    ['\\', '\\'],
  ])('%j is %j', (text, plain) => expect(decodeEscapes(text)).toBe(plain));
});

describe('foldWidth', () => {
  it.each([
    ['＜ｓｃｒｉｐｔ＞', '<script>'],
    ['１＝１', '1=1'],
    ['\u02bcx', "'x"],
    ['中文', '中文'],
  ])('%j is %j', (text, plain) => expect(foldWidth(text)).toBe(plain));
});

describe('decodeWrapped', () => {
  it.each([
    [Buffer.from("' or 1=1 -- ").toString('base64'), "' or 1=1 -- "],
    [Buffer.from('<b>中文</b>').toString('base64url'), '<b>中文</b>'],
    [Buffer.from('select 1 from t').toString('hex'), 'select 1 from t'],
    [`0x${Buffer.from('select 1 from t').toString('hex')}`, 'select 1 from t'],
    [`data:text/plain;base64,${Buffer.from('<script>').toString('base64')}`, '<script>'],
    ['SO20260812000123', null],
    ['13800138000', null],
    ['f3a91c77d2b84e0f', null],
    ['o48jbHyqhR3uXr9g2erkt67MefN6', null],
    ['data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA', null],
    ['internationalisation', null],
  ])('%j is %j', (text, plain) => expect(decodeWrapped(text)).toBe(plain));
});

it('what is told from its first digits is what the whole decoding says', () => {
  const plain = fc.string({ unit: fc.constantFrom('a', '<', ' ', 'é', '中', '𠮷', '\t'), minLength: 9, maxLength: 30 });
  fc.assert(
    fc.property(plain, (text) => {
      expect(decodeWrapped(Buffer.from(text).toString('base64'))).toBe(text);
    }),
  );
  const bytes = fc.array(fc.constantFrom(0x61, 0x3c, 0x20, 0x80, 0xbf, 0xc3, 0xe4, 0xb8, 0xad, 0xf0), {
    minLength: 9,
    maxLength: 18,
  });
  fc.assert(
    fc.property(bytes, (given) => {
      const decoded = Buffer.from(given).toString();
      expect(decodeWrapped(Buffer.from(given).toString('base64'))).toBe(decoded.includes('\ufffd') ? null : decoded);
    }),
    { numRuns: 5_000 },
  );
});

it('takes long runs out of long texts only', () => {
  expect(withoutPadding('A'.repeat(200))).toBe('A'.repeat(200));
  expect(withoutPadding(`${'A'.repeat(5_000)}' or 1=1${' '.repeat(2_000)}x`)).toBe("' or 1=1x");
  expect(withoutPadding('ab'.repeat(2_000))).toBe('ab'.repeat(2_000));
});

it('finds runs wherever they begin and end', () => {
  const stretch = fc.tuple(fc.constantFrom('A', 'b', ' '), fc.nat(400)).map(([letter, length]) => letter.repeat(length));
  fc.assert(
    fc.property(fc.array(stretch, { minLength: 4, maxLength: 12 }), (stretches) => {
      const text = stretches.join('');
      const plain = text.length < 1_024 ? text : text.replace(/(.)\1{127,}/g, '');
      expect(withoutPadding(text)).toBe(plain);
    }),
    { numRuns: 2_000 },
  );
});

it('no decoder throws or lengthens a text', () => {
  const piece = fc.constantFrom(
    '%',
    '%u',
    '%c0',
    '%2',
    '&',
    '&#',
    '&#x',
    '\\',
    '\\u',
    '\\x',
    '\\u{',
    '}',
    'a',
    '3c',
    ';',
    '＜',
    '=',
    '\ud800',
    'lt',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(piece, { maxLength: 24 }).map((pieces) => pieces.join('')),
      ),
      (text) => {
        for (const decode of [(t: string) => decodePercent(t, true), decodeEntities, decodeEscapes, foldWidth, withoutPadding])
          expect(decode(text).length).toBeLessThanOrEqual(text.length);
        expect((decodeWrapped(text) ?? '').length).toBeLessThanOrEqual(text.length);
      },
    ),
    { numRuns: 2_000 },
  );
});
