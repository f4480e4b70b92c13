import fc from 'fast-check';
import { expect, it } from 'vitest';
import { balancedClosing, balancedClosings, createClosings, longest } from './closings.ts';

const closes = ['}', ')', ']', '}}', '%>'] as const;
const text = fc.string({ unit: fc.constantFrom('{', '}', '(', ')', ']', '%', '>', '"', "'", '\n', 'a', '1'), maxLength: 60 });

it('the closings of all places at once are those of each place', () => {
  fc.assert(
    fc.property(text, fc.constantFrom(...closes), (given, close) => {
      const all = balancedClosings(given, close);
      for (let from = 0; from <= given.length; from += 1)
        expect(all[from]).toBe(balancedClosing(given, from, given.length, close));
    }),
    { numRuns: 2_000 },
  );
});

it('an expression ends where looking through it alone says, however many there are', () => {
  const unit = fc.constantFrom('${', '{{', '}', '}}', 'a', '"', "'", '(', ')', '\n');
  fc.assert(
    fc.property(fc.array(unit, { minLength: 20, maxLength: 900 }), fc.constantFrom(...closes), (parts, close) => {
      const given = parts.join('');
      const closing = createClosings(given);
      for (let from = 0; from < given.length; from += 7) {
        const limit = Math.min(given.length, from + longest);
        const first = given.slice(from, limit + close.length - 1).indexOf(close);
        const balanced = balancedClosing(given, from, limit, close);
        expect(closing(from, close)).toBe(first < 0 ? -1 : balanced >= 0 ? balanced : from + first);
      }
    }),
    { numRuns: 100 },
  );
});
