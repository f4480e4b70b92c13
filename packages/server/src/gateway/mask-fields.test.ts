import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskValue } from '../protect/disclosure/formats.ts';
import { maskFields as maskAs } from './mask-fields.ts';

const maskText = (text: string): string => maskValue(text, 'text');
const maskFields = (value: unknown, paths: readonly string[]) =>
  maskAs(
    value,
    paths.map((path) => ({ path, as: 'text' as const })),
  );

describe('masked fields', () => {
  it.each([
    ['13800001234', '138****34'],
    ['6222020200012345678', '622****78'],
    ['张三', '****'],
    ['1234567', '****'],
    ['', '****'],
    ['𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷', '𠮷𠮷𠮷****𠮷𠮷'],
  ])('%s is shown as %s', (text, shown) => {
    expect(maskText(text)).toBe(shown);
  });

  it.each([
    [
      { phone: '13800001234', name: 'x' },
      { phone: '138****34', name: 'x' },
    ],
    [[{ phone: '13800001234' }], [{ phone: '138****34' }]],
    [{ data: { items: [{ owner: { phone: 1 } }] } }, { data: { items: [{ owner: { phone: null } }] } }],
    [{ bank: { card: '6222020200012345678', name: 'y' } }, { bank: { card: '622****78', name: 'y' } }],
    [{ bank: [{ card: '6222020200012345678' }] }, { bank: [{ card: '622****78' }] }],
    [{ bank: { bank: { card: '1' } } }, { bank: { bank: { card: '****' } } }],
    [{ phone: { mobile: '1', home: ['2'] } }, { phone: null }],
  ])('%j', (value, expected) => {
    expect(JSON.parse(JSON.stringify(maskFields(value, ['phone', 'bank.card'])?.value))).toEqual(expected);
  });

  it('take the form of their kind, also as numbers', () => {
    const fields = [
      { path: 'mobile', as: 'phone' },
      { path: 'name', as: 'name' },
    ] as const;
    const value = {
      list: [
        { name: '张三', mobile: 13800001234 },
        { name: '欧阳娜娜', mobile: '13800001234' },
      ],
    };
    expect(JSON.parse(JSON.stringify(maskAs(value, fields)?.value))).toEqual({
      list: [
        { name: '*三', mobile: '138******34' },
        { name: '欧**娜', mobile: '138******34' },
      ],
    });
  });

  it('leaves alone what is not named: a card that is in no bank, a key of the same letters', () => {
    for (const value of [
      { card: '1' },
      { bank: { x: { card: '1' } } },
      { Phone: '1' },
      { 'bank.card': '1' },
      [],
      null,
      'phone',
      7,
    ]) {
      expect(maskFields(value, ['phone', 'bank.card'])).toBeNull();
    }
  });

  it('never lets a named text through, whatever is around it', () => {
    const secret = 'very secret text';
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom<unknown>(secret, 1, null),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('a', 'b', 'phone', 'x'), tie('tree'), { maxKeys: 4 }),
      ),
    }));
    const leaks = (value: unknown, inside: boolean): boolean => {
      if (typeof value === 'string') return inside && value === secret;
      if (typeof value !== 'object' || value === null) return false;
      return Array.isArray(value)
        ? value.some((item) => leaks(item, inside))
        : Object.entries(value).some(([key, member]) => leaks(member, inside || key === 'phone'));
    };
    fc.assert(
      fc.property(tree, (value) => {
        const done = maskFields(value, ['phone']);
        expect(leaks(done === null ? value : done.value, false)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});
