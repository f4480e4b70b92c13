import { Ecc, QrCode } from '@rc-component/qrcode/es/libs/qrcodegen';

/** Modules of quiet around a code (ISO/IEC 18004 wants four). */
const quiet = 4;
const perRow = 5;
const cell = 240;
const caption = 28;

/** What a code says: the bare token for a mini program code's `scene`, or an address that ends with it. */
export function contentOf(prefix: string, code: string): string {
  return `${prefix}${code}`;
}

/** Whether codes may be put behind this address: none, or one that a token can end. */
export function isPrefix(prefix: string): boolean {
  return prefix === '' || (/^https?:\/\/[\x21-\x7e]{3,200}[/=]$/.test(prefix) && URL.canParse(prefix));
}

/** The dark modules of a code as one SVG path, in module units, and its size with the quiet zone. */
export function codePath(content: string): { readonly path: string; readonly size: number } {
  const modules = QrCode.encodeText(content, Ecc.MEDIUM).getModules();
  const parts: string[] = [];
  modules.forEach((row, y) => {
    for (let x = 0; x < row.length; x += 1) {
      const from = x;
      while (row[x] === true) x += 1;
      if (x > from) parts.push(`M${from + quiet} ${y + quiet}h${x - from}v1h-${x - from}z`);
    }
  });
  return { path: parts.join(''), size: modules.length + 2 * quiet };
}

export interface SheetCode {
  readonly content: string;
  /** Printed beneath: batch and number. */
  readonly label: string;
}

export interface Sheet {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** A page of codes to print, drawn in this browser. */
export function codeSheet(codes: readonly SheetCode[]): Sheet {
  const columns = Math.min(perRow, Math.max(1, codes.length));
  const width = columns * cell;
  const height = Math.ceil(codes.length / columns) * (cell + caption);
  const drawn = codes.map(({ content, label }, at) => {
    const { path, size } = codePath(content);
    const x = (at % columns) * cell;
    const y = Math.floor(at / columns) * (cell + caption);
    return (
      `<g transform="translate(${x} ${y})"><path fill="#000" shape-rendering="crispEdges" transform="scale(${cell / size})" d="${path}"/>` +
      `<text x="${cell / 2}" y="${cell + 14}" text-anchor="middle" font-family="sans-serif" font-size="13">${escaped(label)}</text></g>`
    );
  });
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">` +
    `<rect width="100%" height="100%" fill="#fff"/>${drawn.join('')}</svg>`;
  return { svg, width, height };
}

/** The same page as PNG. */
export async function sheetAsPng({ svg, width, height }: Sheet): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d')?.drawImage(image, 0, 0);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob === null) throw new Error('the browser cannot draw a page of this size');
  return blob;
}
