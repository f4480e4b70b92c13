import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { doublePrecision } from './number.ts';

describe('doublePrecision', () => {
  test.each([
    '0',
    '-0',
    '0.0',
    '0e99',
    '1',
    '100',
    '1.50',
    '0.1',
    '9007199254740992',
    '1152921504606847000',
    '1e21',
    '1E+21',
    '5e-324',
    '1.7976931348623157e308',
    '0.30000000000000004',
    '-12.50e-1',
  ])('%s is exact', (text) => expect(doublePrecision(text)).toBe('exact'));

  test.each([
    '9007199254740993',
    '1152921504606846977',
    '0.1000000000000000055511151231257827',
    '3.14159265358979323846',
    '1e-400',
    '123456789012345678901',
  ])('%s is rounded', (text) => expect(doublePrecision(text)).toBe('rounded'));

  test.each(['1e309', '-1e400', '9'.repeat(400)])('%s is infinite', (text) => expect(doublePrecision(text)).toBe('infinite'));

  test('every number that JSON.stringify writes is exact', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(doublePrecision(JSON.stringify(value))).toBe('exact');
      }),
    );
  });

  test('every number of at most 15 digits is exact', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999_999_999 }), fc.integer({ min: 0, max: 15 }), (digits, point) => {
        const text = String(digits).padStart(16, '0');
        expect(doublePrecision(`${Number(text.slice(0, 16 - point))}.${text.slice(16 - point)}0`)).toBe('exact');
      }),
    );
  });
});
