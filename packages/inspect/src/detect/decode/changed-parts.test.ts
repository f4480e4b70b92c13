import fc from 'fast-check';
import { expect, it } from 'vitest';
import { changedParts } from './changed-parts.ts';

const prose = Array.from({ length: 900 }, (_, at) => `row ${at} of a list that nobody decodes.\n`).join('');

it('keeps what changed, with its surroundings, and the edges of the text', () => {
  const at = prose.indexOf('row 400');
  const before = `${prose.slice(0, at)}&lt;b onx=1&gt;${prose.slice(at)}`;
  const after = `${prose.slice(0, at)}<b onx=1>${prose.slice(at)}`;
  const parts = changedParts(before, after);
  expect(parts.length).toBeLessThan(3_000);
  expect(parts).toContain('row 399 of a list that nobody decodes.\n<b onx=1>row 400');
  expect(parts.startsWith(prose.slice(0, 400))).toBe(true);
  expect(parts.endsWith(prose.slice(-400))).toBe(true);
});

it('is cut where a line, a tag or a sentence ends', () => {
  const page = '<p class="note">a paragraph of a page</p>'.repeat(400);
  const parts = changedParts(`${page}%41${page}`, `${page}A${page}`);
  expect(parts.split(' \u2026 ').length).toBeGreaterThan(2);
  for (const piece of parts.split(' \u2026 ')) expect(piece).toMatch(/^[^<>]*<[\s\S]*>$/);
});

it('is the whole text where most of it has changed, or the text is short', () => {
  const coded = '%61'.repeat(4_000);
  expect(changedParts(coded, 'a'.repeat(4_000))).toBe('a'.repeat(4_000));
  expect(changedParts('%41bc', 'Abc')).toBe('Abc');
});

it('leaves nothing out that was not there before', () => {
  const piece = fc.constantFrom(...'abcdefgh', '%41', ' ', '\n', 'the same words again ', 'x'.repeat(130));
  const text = fc.array(piece, { minLength: 60, maxLength: 400 }).map((pieces) => pieces.join('').repeat(3));
  fc.assert(
    fc.property(text, fc.nat(), fc.string({ unit: 'grapheme-ascii', maxLength: 12 }), (before, place, change) => {
      const at = place % before.length;
      const after = before.slice(0, at) + change + before.slice(at + 9);
      const parts = changedParts(before, after);
      for (let from = 0; from + 24 <= after.length; from += 7) {
        const piece = after.slice(from, from + 24);
        expect(parts.includes(piece) || before.includes(piece)).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});
