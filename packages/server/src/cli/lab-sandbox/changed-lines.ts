import type { ChangedLine } from '../../train/labs/protocol.ts';

const context = 2;

/** Lines that differ between two texts, by their longest common subsequence, each change with the lines around it. Texts of a few hundred lines. */
export function changedLines(before: string, after: string): readonly ChangedLine[] {
  const [from, to] = [before.trimEnd().split('\n'), after.trimEnd().split('\n')];
  // common[i][j]: length of the longest common subsequence of what is left from i and j on.
  const common = Array.from({ length: from.length + 1 }, () => new Uint32Array(to.length + 1));
  for (let i = from.length - 1; i >= 0; i -= 1)
    for (let j = to.length - 1; j >= 0; j -= 1)
      set(common, i, j, from[i] === to[j] ? at(common, i + 1, j + 1) + 1 : Math.max(at(common, i + 1, j), at(common, i, j + 1)));
  const lines: ChangedLine[] = [];
  for (let i = 0, j = 0; i < from.length || j < to.length; ) {
    if (i < from.length && j < to.length && from[i] === to[j]) {
      lines.push([' ', from[i] ?? '']);
      i += 1;
      j += 1;
    } else if (j >= to.length || (i < from.length && at(common, i + 1, j) >= at(common, i, j + 1))) {
      lines.push(['-', from[i] ?? '']);
      i += 1;
    } else {
      lines.push(['+', to[j] ?? '']);
      j += 1;
    }
  }
  const near = (place: number): boolean =>
    lines.slice(Math.max(0, place - context), place + context + 1).some(([mark]) => mark !== ' ');
  return lines.filter((_, place) => near(place));
}

const at = (table: readonly Uint32Array[], i: number, j: number): number => table[i]?.[j] ?? 0;
function set(table: readonly Uint32Array[], i: number, j: number, value: number): void {
  const row = table[i];
  if (row !== undefined) row[j] = value;
}
