/** A line of a comparison: in both texts, only in the old one, only in the new one, or a number of equal lines that are not shown. */
export type DiffLine =
  | {
      readonly kind: 'same' | 'removed' | 'added';
      readonly text: string;
      readonly old: number | null;
      readonly new: number | null;
    }
  | { readonly kind: 'skipped'; readonly count: number };

/** Cells of the table of common lines; a pair of texts that needs more is told as removed and added whole. */
const maxCells = 4_000_000;
const context = 3;

const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

/** Which lines of two lists are common, by the longest common subsequence; null where the table would be too large. */
function commonLines(before: readonly string[], after: readonly string[]): readonly (readonly [number, number])[] | null {
  const width = after.length + 1;
  if ((before.length + 1) * width > maxCells) return null;
  const lengths = new Uint32Array((before.length + 1) * width);
  const at = (row: number, column: number): number => lengths[row * width + column] ?? 0;
  for (let row = before.length - 1; row >= 0; row -= 1) {
    for (let column = after.length - 1; column >= 0; column -= 1) {
      lengths[row * width + column] =
        before[row] === after[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const pairs: [number, number][] = [];
  for (let row = 0, column = 0; row < before.length && column < after.length; ) {
    if (before[row] === after[column]) pairs.push([row++, column++]);
    else if (at(row + 1, column) >= at(row, column + 1)) row += 1;
    else column += 1;
  }
  return pairs;
}

/** Compares two texts line by line, with three equal lines around each change. Nothing for equal texts. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const old = linesOf(before);
  const young = linesOf(after);
  let head = 0;
  while (head < old.length && head < young.length && old[head] === young[head]) head += 1;
  let tail = 0;
  while (tail < old.length - head && tail < young.length - head && old.at(-1 - tail) === young.at(-1 - tail)) tail += 1;
  if (head === old.length && head === young.length) return [];
  const middle = commonLines(old.slice(head, old.length - tail), young.slice(head, young.length - tail)) ?? [];
  const pairs = [
    ...Array.from({ length: head }, (_, line) => [line, line] as const),
    ...middle.map(([row, column]) => [row + head, column + head] as const),
    ...Array.from({ length: tail }, (_, line) => [old.length - tail + line, young.length - tail + line] as const),
  ];
  const all: DiffLine[] = [];
  let row = 0;
  let column = 0;
  for (const [oldLine, newLine] of [...pairs, [old.length, young.length] as const]) {
    for (; row < oldLine; row += 1) all.push({ kind: 'removed', text: old[row] ?? '', old: row + 1, new: null });
    for (; column < newLine; column += 1) all.push({ kind: 'added', text: young[column] ?? '', old: null, new: column + 1 });
    if (oldLine === old.length) break;
    all.push({ kind: 'same', text: old[oldLine] ?? '', old: oldLine + 1, new: newLine + 1 });
    row = oldLine + 1;
    column = newLine + 1;
  }
  return folded(all);
}

/** Leaves out equal lines that are far from every change. */
function folded(lines: readonly DiffLine[]): readonly DiffLine[] {
  const near = lines.map((_, at) =>
    lines.slice(Math.max(0, at - context), at + context + 1).some(({ kind }) => kind === 'removed' || kind === 'added'),
  );
  const shown: DiffLine[] = [];
  let skipped = 0;
  const flush = (): void => {
    if (skipped > 0) shown.push({ kind: 'skipped', count: skipped });
    skipped = 0;
  };
  for (const [at, line] of lines.entries()) {
    if (near[at] === true) {
      flush();
      shown.push(line);
    } else skipped += 1;
  }
  flush();
  return shown;
}
