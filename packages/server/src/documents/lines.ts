import { figure } from './bars.ts';
import type { Block } from './model.ts';
import { escapeText } from './xml.ts';

type Lines = Extract<Block, { readonly kind: 'lines' }>;

const width = 640;
const left = 44;
const right = 12;
const top = 24;
const plotHeight = 150;
const rowHeight = 18;
/** Told apart on black and white paper: by the dashes of the line. */
const dashes = ['', '6 3', '2 3', '9 3 2 3'] as const;
/** Points of a row of characters. */
const letters = 30;
const blocks = '▁▂▃▄▅▆▇█';

/** What is no number is as good as not known. */
const known = (value: number | null | undefined): number | null =>
  value === null || value === undefined || !Number.isFinite(value) ? null : value;
const valuesOf = ({ series }: Lines): number[] => series.flatMap(({ values }) => values.flatMap((value) => known(value) ?? []));

/** A round number that nothing is higher than. */
function ceilingOf(values: readonly number[]): number {
  const most = Math.max(1, ...values);
  const unit = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((times) => times * unit).find((one) => one >= most) ?? 10 * unit;
}

/** A chart of lines as inline SVG from zero up: whole pixels and no font of its own, so that the same figures are the same bytes. */
export function linesSvg(lines: Lines): string {
  const { caption, labels, series, marks = [] } = lines;
  const most = ceilingOf(valuesOf(lines));
  const room = width - left - right;
  const x = (at: number): number => left + (labels.length < 2 ? 0 : Math.round((at / (labels.length - 1)) * room));
  const y = (value: number): number => top + plotHeight - Math.round((value / most) * plotHeight);
  const grid = [0, 0.5, 1].map((part) => {
    const height = y(most * part);
    return (
      `<line x1="${left}" y1="${height}" x2="${width - right}" y2="${height}" stroke="#d0d0d0"/>` +
      `<text x="${left - 6}" y="${height + 4}" text-anchor="end">${figure(most * part)}</text>`
    );
  });
  const under = top + plotHeight + 16;
  const [first = '', last = ''] = [labels[0], labels.at(-1)];
  const ends =
    `<text x="${left}" y="${under}">${escapeText(first)}</text>` +
    (labels.length < 2 ? '' : `<text x="${width - right}" y="${under}" text-anchor="end">${escapeText(last)}</text>`);
  const drawn = series.flatMap(({ values }, index) => {
    const dash = dashes[index % dashes.length] ?? '';
    const stroke = `fill="none" stroke="#262626" stroke-width="2"${dash === '' ? '' : ` stroke-dasharray="${dash}"`}`;
    return runsOf(values).map((run) =>
      run.length === 1
        ? run.map(([at, value]) => `<circle cx="${x(at)}" cy="${y(value)}" r="3" fill="#262626"/>`).join('')
        : `<polyline points="${run.map(([at, value]) => `${x(at)},${y(value)}`).join(' ')}" ${stroke}/>`,
    );
  });
  const numbered = marks.map(
    ({ at }, index) =>
      `<line x1="${x(at)}" y1="${top}" x2="${x(at)}" y2="${top + plotHeight}" stroke="#8c8c8c" stroke-dasharray="1 3"/>` +
      `<text x="${x(at)}" y="${top - 6 - (index % 2) * 10}" text-anchor="middle">${index + 1}</text>`,
  );
  const legend = series.map(({ name, values }, index) => {
    const height = under + 10 + index * rowHeight;
    const dash = dashes[index % dashes.length] ?? '';
    const now = known(values.at(-1));
    return (
      `<line x1="${left}" y1="${height + 6}" x2="${left + 34}" y2="${height + 6}" stroke="#262626" stroke-width="2"${dash === '' ? '' : ` stroke-dasharray="${dash}"`}/>` +
      `<text x="${left + 42}" y="${height + 10}">${escapeText(name)}${now === null ? '' : ` ${figure(now)}`}</text>`
    );
  });
  const height = under + 10 + series.length * rowHeight;
  return (
    `<figure><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeText(caption)}" font-size="12">` +
    `${grid.join('')}${ends}${numbered.join('')}${drawn.join('')}${legend.join('')}</svg><figcaption>${escapeText(caption)}</figcaption></figure>`
  );
}

/** Stretches without a hole: nothing is drawn over days of which nothing is known. */
function runsOf(values: readonly (number | null)[]): (readonly [at: number, value: number])[][] {
  const runs: (readonly [number, number])[][] = [];
  let run: (readonly [number, number])[] = [];
  for (const [at, one] of values.entries()) {
    const value = known(one);
    if (value !== null) {
      if (run.length === 0) runs.push(run);
      run.push([at, value]);
    } else run = [];
  }
  return runs;
}

/** The same as rows of a table: name, course in block characters, first and last figure. */
export function linesRows(lines: Lines): readonly (readonly [string, string, string, string])[] {
  const most = ceilingOf(valuesOf(lines));
  const count = Math.min(letters, lines.labels.length);
  const index = (at: number): number => (count < 2 ? 0 : Math.round((at / (count - 1)) * (lines.labels.length - 1)));
  return lines.series.map(({ name, values }) => {
    const course = Array.from({ length: count }, (_, at) => {
      const value = known(values[index(at)]);
      return value === null ? ' ' : (blocks[Math.min(7, Math.floor((value / most) * 8))] ?? ' ');
    });
    const seen = values.flatMap((value) => known(value) ?? []);
    const [first, last] = [seen[0], seen.at(-1)];
    return [name, course.join(''), first === undefined ? '' : figure(first), last === undefined ? '' : figure(last)] as const;
  });
}
