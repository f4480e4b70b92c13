import type { CsvProblemCode } from './problems.ts';

export const maxFileBytes = 8 * 1_048_576;
const maxRows = 100_000;
const maxColumns = 64;

export type CsvEncoding = 'utf-8' | 'gb18030';

export interface CsvRow {
  /** Line on which the row begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

export type CsvResult =
  | { readonly ok: true; readonly encoding: CsvEncoding; readonly rows: readonly CsvRow[] }
  | { readonly ok: false; readonly line: number; readonly code: CsvProblemCode };

/** Decodes strictly: bytes that the encoding does not have are no text. GB18030 is tried where UTF-8 fails, as spreadsheets in Chinese write it. */
export function decodeCsv(bytes: Uint8Array, wanted: CsvEncoding | 'auto'): { text: string; encoding: CsvEncoding } | null {
  const tries: readonly CsvEncoding[] = wanted === 'auto' ? ['utf-8', 'gb18030'] : [wanted];
  for (const encoding of tries) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      return { text, encoding };
    } catch {
      // The next one, or none.
    }
  }
  return null;
}

/**
 * Reads a file of comma-separated values (RFC 4180), in one pass. The separator is the comma, semicolon or tab that the first line has most of.
 * Empty lines are skipped. A quote that is misplaced or never closed is an error of its line, not a guess.
 */
export function parseCsv(bytes: Uint8Array, wanted: CsvEncoding | 'auto' = 'auto'): CsvResult {
  if (bytes.length > maxFileBytes) return { ok: false, line: 1, code: 'file_too_large' };
  const decoded = decodeCsv(bytes, wanted);
  if (decoded === null) return { ok: false, line: 1, code: 'encoding_unknown' };
  const { text, encoding } = decoded;
  const separator = separatorOf(text);
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let line = 1;
  let rowLine = 1;
  let at = 0;
  while (at <= text.length) {
    let cell: string;
    if (text[at] === '"') {
      const begun = line;
      let value = '';
      at += 1;
      for (;;) {
        const end = text.indexOf('"', at);
        if (end < 0) return { ok: false, line: begun, code: 'quote_unclosed' };
        const part = text.slice(at, end);
        value += part;
        line += newlines(part);
        if (text[end + 1] !== '"') {
          at = end + 1;
          break;
        }
        value += '"';
        at = end + 2;
      }
      const next = text[at];
      if (next !== undefined && next !== separator && next !== '\n' && next !== '\r')
        return { ok: false, line, code: 'quote_misplaced' };
      cell = value;
    } else {
      let end = at;
      while (end < text.length && text[end] !== separator && text[end] !== '\n' && text[end] !== '\r') end += 1;
      cell = text.slice(at, end);
      // `="007"` is how spreadsheets keep leading zeros; any other quote inside a bare value is a mistake.
      if (cell.includes('"') && !/^="[^"]*"$/.test(cell)) return { ok: false, line, code: 'quote_misplaced' };
      at = end;
    }
    cells.push(cell);
    if (cells.length > maxColumns) return { ok: false, line, code: 'too_many_columns' };
    if (text[at] === separator) {
      at += 1;
      continue;
    }
    if (cells.some((one) => one.trim() !== '')) rows.push({ line: rowLine, cells });
    if (rows.length > maxRows + 1) return { ok: false, line: rowLine, code: 'too_many_rows' };
    cells = [];
    if (text[at] === '\r' && text[at + 1] === '\n') at += 1;
    at += 1;
    line += 1;
    rowLine = line;
  }
  return rows.length === 0 ? { ok: false, line: 1, code: 'file_empty' } : { ok: true, encoding, rows };
}

function separatorOf(text: string): string {
  const end = text.search(/[\r\n]/);
  const first = text.slice(0, Math.min(end < 0 ? text.length : end, 10_000));
  const count = (character: string): number => first.split(character).length - 1;
  return [',', ';', '\t'].reduce((best, one) => (count(one) > count(best) ? one : best));
}

function newlines(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}
