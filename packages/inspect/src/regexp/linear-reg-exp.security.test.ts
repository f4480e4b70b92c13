import { describe, expect, test } from 'vitest';
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
    const time = (size: number): number => {
      const sample = text(size);
      let best = Number.POSITIVE_INFINITY;
      for (let run = 0; run < 7; run += 1) {
        const start = performance.now();
        regExp.test(sample);
        best = Math.min(best, performance.now() - start);
      }
      return best;
    };
    time(100_000);
    // Quadratic growth would be a factor of 64; margins are for a busy machine.
    expect(time(800_000)).toBeLessThan(time(100_000) * 32 + 5);
  });
});
