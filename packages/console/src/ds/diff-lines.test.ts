import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DiffLine, diffLines } from './diff-lines.ts';

const shown = (lines: readonly DiffLine[]): string[] =>
  lines.map((line) =>
    line.kind === 'skipped' ? `… ${line.count}` : `${{ same: ' ', removed: '-', added: '+' }[line.kind]}${line.text}`,
  );

describe('the lines of two texts', () => {
  it('is nothing for equal texts', () => {
    expect(diffLines('a\nb\n', 'a\nb\n')).toEqual([]);
    expect(diffLines('', '')).toEqual([]);
  });

  it('tells a change with what is around it, and counts the rest', () => {
    const before = Array.from({ length: 20 }, (_, nth) => `line ${nth}`);
    const after = before.toSpliced(10, 1, 'other', 'more');
    expect(shown(diffLines(before.join('\n'), after.join('\n')))).toEqual([
      ...['… 7', ' line 7', ' line 8', ' line 9', '-line 10', '+other', '+more', ' line 11', ' line 12', ' line 13', '… 6'],
    ]);
    const [, first] = diffLines(before.join('\n'), after.join('\n'));
    expect(first).toMatchObject({ old: 8, new: 8 });
  });

  it('of a file that is new, or gone', () => {
    expect(shown(diffLines('', 'a\nb\n'))).toEqual(['+a', '+b']);
    expect(shown(diffLines('a\n', ''))).toEqual(['-a']);
  });

  it('rebuilds both texts, whatever they are', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 })
      .map((lines) => lines.map((line) => `${line}\n`).join(''));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffLines(before, after);
        const skipped = lines.reduce((sum, line) => sum + (line.kind === 'skipped' ? line.count : 0), 0);
        const count = (kind: string): number => lines.filter((line) => line.kind === kind).length;
        if (before === after) return lines.length === 0;
        const lengthOf = (whole: string): number => (whole === '' ? 0 : whole.split('\n').length - 1);
        expect(count('removed') + count('same') + skipped).toBe(lengthOf(before));
        expect(count('added') + count('same') + skipped).toBe(lengthOf(after));
        for (const line of lines) {
          if (line.kind === 'skipped') continue;
          if (line.old !== null) expect(before.split('\n')[line.old - 1]).toBe(line.text);
          if (line.new !== null) expect(after.split('\n')[line.new - 1]).toBe(line.text);
        }
        return true;
      }),
    );
  });

  it('ends for large texts that share nothing', () => {
    const lines = (word: string) => Array.from({ length: 5_000 }, (_, nth) => `${word} ${nth}`).join('\n');
    expect(diffLines(lines('a'), lines('b'))).toHaveLength(10_000);
  });
});
