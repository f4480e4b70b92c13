import { describe, expect, test } from 'vitest';
import { growth, mostlyLinear } from '../testing/growth.ts';
import { LinearRegExp } from './linear-reg-exp.ts';

/** Patterns and texts that take a backtracking engine exponential or polynomial time. */
const attacks: readonly (readonly [string, (size: number) => string])[] = [
  ['^(a+)+$', (size) => `${'a'.repeat(size)}!`],
  ['^(a|a)*$', (size) => `${'a'.repeat(size)}!`],
  ['^(\\w+\\s?)*$', (size) => `${'a'.repeat(size)}!`],
  ['^([a-zA-Z0-9._-]+)*@x$', (size) => 'a.'.repeat(size / 2)],
  ['(x+x+)+y', (size) => 'x'.repeat(size)],
  ['^.*.*.*=.*$', (size) => 'a'.repeat(size)],
];

describe('no pattern makes a text expensive', () => {
  test.each(attacks)('%s ends on a megabyte', (pattern, text) => {
    expect(new LinearRegExp(pattern).test(text(1_000_000))).toBe(false);
  });

  test.each(attacks)('%s takes time in proportion to the text', (pattern, text) => {
    const regExp = new LinearRegExp(pattern);
    const prepare = (size: number) => {
      const sample = text(size);
      return () => regExp.test(sample);
    };
    expect(growth(prepare, 5_000)).toBeLessThan(mostlyLinear);
  });
});
