import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { forgetUnits, unitsOf } from './units.ts';

afterEach(forgetUnits);

const charactersOf = (text: string): number[] => Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));

describe('unitsOf', () => {
  test('gives the units of any text, and zeros behind it', () =>
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 90 }), { maxLength: 8 }), (texts) => {
        for (const text of texts) {
          const units = unitsOf(text);
          expect([...units.subarray(0, text.length)]).toEqual(charactersOf(text));
          expect([...units.subarray(text.length, text.length + 16)]).toEqual(Array(16).fill(0));
        }
      }),
    ));

  test.each([39, 40, 41, 1_023, 1_024, 1_025, 200_000])('gives halves of pairs as they are, in a text of %i', (length) => {
    const text = '\ud835\uffff\0a\udc00\u0130'.repeat(Math.ceil(length / 6)).slice(0, length);
    const units = unitsOf(text);
    expect(Buffer.compare(Buffer.from(units.slice(0, length).buffer), Buffer.from(text, 'utf16le'))).toBe(0);
    expect(units[length]).toBe(0);
  });

  test('keeps a text while three others are asked for', () => {
    const units = unitsOf('a first text');
    for (const other of ['one', 'two', 'three']) unitsOf(other);
    expect(String.fromCharCode(...units.subarray(0, 12))).toBe('a first text');
    expect(unitsOf('a first text')).toBe(units);
  });

  test('nothing of a request stays once it is let go of', () => {
    const held = ['secret-one'.repeat(30), 'secret', 'secret-two', '', 'secret-three'.repeat(9)].map((text) => unitsOf(text));
    unitsOf('x');
    forgetUnits();
    for (const units of held) expect(units.every((unit) => unit === 0)).toBe(true);
  });
});
