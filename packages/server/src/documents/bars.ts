import { escapeText } from './xml.ts';

type Rows = readonly (readonly [label: string, value: number])[];

const width = 640;
const rowHeight = 26;
const labelWidth = 200;
const figureWidth = 60;
const letters = 20;

/** Length of a bar out of the longest; a figure that is not nothing is always seen. */
function lengthOf(value: number, most: number, whole: number): number {
  if (!(value > 0) || most <= 0) return 0;
  return Math.max(1, Math.round((value / most) * whole));
}

const mostOf = (rows: Rows): number => Math.max(0, ...rows.map(([, value]) => value));
/** Figures in charts have one decimal at most, and no locale. */
export const figure = (value: number): string => String(Math.round(value * 10) / 10);

/** A chart as inline SVG: whole numbers of pixels, no font of its own, so that the same rows are the same bytes. */
export function barsSvg(caption: string, rows: Rows): string {
  const most = mostOf(rows);
  const room = width - labelWidth - figureWidth;
  const bars = rows.map(([label, value], at) => {
    const top = at * rowHeight;
    const length = lengthOf(value, most, room);
    return (
      `<text x="${labelWidth - 8}" y="${top + 18}" text-anchor="end">${escapeText(label)}</text>` +
      `<rect x="${labelWidth}" y="${top + 5}" width="${length}" height="16" fill="#595959"/>` +
      `<text x="${labelWidth + length + 6}" y="${top + 18}">${figure(value)}</text>`
    );
  });
  const height = rows.length * rowHeight;
  return (
    `<figure><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeText(caption)}" font-size="12">` +
    `${bars.join('')}</svg><figcaption>${escapeText(caption)}</figcaption></figure>`
  );
}

/** The same chart as rows of a table: name, bar of block characters, figure. */
export function barsRows(rows: Rows): readonly (readonly [string, string, string])[] {
  const most = mostOf(rows);
  return rows.map(([label, value]) => [label, '\u2588'.repeat(lengthOf(value, most, letters)), figure(value)] as const);
}
