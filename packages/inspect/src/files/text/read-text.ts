import { type Place, report, spend } from '../cursor.ts';
import { typeOfText, utf16Of } from '../kind-of-bytes.ts';
import type { FileBytes, FileType } from '../model.ts';
import { scanDoctype } from './doctype.ts';
import { scanCells } from './formulas.ts';
import { scanMarkup } from './markup.ts';
import { isMagickDrawing, serverSettingAt } from './server-settings.ts';

const windowBytes = 262_144;
/** Characters of the text before that are read again with the next. */
const overlap = 2_048;
/** A drawing, page or document is read whole up to here. */
const maxWhole = 8_388_608;
const controls = /[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]/;

export interface TextUse {
  /** Whether a spreadsheet is likely to open it. */
  readonly table: boolean;
}

/** Reads a text in UTF-8, UTF-16 with its mark, or GB18030: what it is, and what in it a browser, a server or a spreadsheet would run. */
export async function readText(source: FileBytes, place: Place, use: TextUse): Promise<FileType> {
  const head = await source.read(0, 4);
  const wide = utf16Of(head);
  for (const encoding of wide === null ? (['utf-8', 'gb18030'] as const) : [wide]) {
    const type = await readAs(source, place, use, encoding);
    if (type === null) continue;
    if (encoding === 'gb18030') report(place, 'upload.text_encoding');
    return type;
  }
  report(place, 'upload.structure');
  return 'text';
}

/** Null where the bytes are not in this encoding. */
async function readAs(source: FileBytes, place: Place, use: TextUse, encoding: string): Promise<FileType | null> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let text = '';
  let base = 0;
  let type: FileType | null = null;
  for (let at = 0; at < source.size; ) {
    const bytes = await source.read(at, windowBytes);
    if (bytes.length === 0) break;
    at += bytes.length;
    await spend(place.state, bytes.length);
    const last = at >= source.size;
    try {
      text += decoder.decode(bytes, { stream: !last });
    } catch {
      return null;
    }
    type ??= typeOfText(text);
    if (type !== 'text') {
      if (!last && text.length < maxWhole) continue;
      if (!last) report(place, 'upload.too_much', at);
      type = typeOfText(text);
      readMarkup(text, place, type);
      if (!last && type !== 'text') return type;
    } else readPlain(text, place, use, base, !last);
    const kept = last ? 0 : Math.min(overlap, text.length);
    base += text.length - kept;
    text = text.slice(text.length - kept);
  }
  return type ?? 'text';
}

function readMarkup(text: string, place: Place, type: FileType): void {
  if (type !== 'svg' && type !== 'xml' && type !== 'html') return;
  const control = controls.exec(text);
  if (control !== null) report(place, 'upload.structure', control.index);
  if (type === 'html') report(place, 'upload.html_page', 0);
  scanDoctype(text, place);
  scanMarkup(text, place, type);
  const setting = serverSettingAt(text);
  if (setting >= 0) report(place, 'upload.server_config', setting);
}

function readPlain(text: string, place: Place, { table }: TextUse, base: number, more: boolean): void {
  const control = controls.exec(text);
  if (control !== null) report(place, 'upload.structure', base + control.index);
  scanMarkup(text, place, 'text', base, more);
  const setting = serverSettingAt(text);
  if (setting >= 0) report(place, 'upload.server_config', base + setting);
  if (base === 0 && isMagickDrawing(text)) report(place, 'upload.drawing_command', 0);
  if (table) scanCells(text, place, base);
}
