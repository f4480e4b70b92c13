import type { Cell, Sheet, Workbook } from './model.ts';
import { type Part, relationships, writePackage } from './package.ts';
import { escapeText, xmlHead } from './xml.ts';

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const spreadsheet = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** Limits of Excel. */
const maxText = 32_767;
const maxSheetName = 31;
const maxRows = 1_048_576;
const dayMs = 86_400_000;
/** Day 0 of Excel's calendar, with the leap day of 1900 that never was. */
const excelEpoch = Date.UTC(1899, 11, 30);

/** Formats of cells, by their place in `cellXfs`. */
const formats = { plain: 0, head: 1, moment: 2, quoted: 3, wrapped: 4 } as const;

/**
 * A text that a spreadsheet could take for a formula. Every text of ours is a text cell, which no program evaluates; what looks like a formula also
 * carries Excel's mark of quoted text, so that it stays text when somebody edits the cell.
 */
const formulaLike = /^[\s\u00a0]*[=+\-@\t\r|＝＋－＠]/;

/**
 * An Excel file (SpreadsheetML, ECMA-376 part 1) of a workbook. The same workbook gives the same bytes; no cell is a formula.
 * @throws RangeError for a workbook without sheets, or a sheet with more rows than Excel takes.
 */
export function writeXlsx(workbook: Workbook): Uint8Array {
  if (workbook.sheets.length === 0) throw new RangeError('a workbook has at least one sheet');
  const serial = serialIn(workbook.timeZone ?? 'Asia/Shanghai');
  const names = sheetNames(workbook.sheets.map(({ name }) => name));
  const sheets = workbook.sheets.map(
    (sheet, at): Part => ({
      name: `xl/worksheets/sheet${at + 1}.xml`,
      type: `${spreadsheet}.worksheet+xml`,
      xml: sheetXml(sheet, serial),
    }),
  );
  const entries = names.map((name, at) => `<sheet name="${escapeText(name)}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`);
  const parts: readonly Part[] = [
    {
      name: 'xl/workbook.xml',
      type: `${spreadsheet}.sheet.main+xml`,
      xml: `${xmlHead}<workbook xmlns="${main}" xmlns:r="${office}"><sheets>${entries.join('')}</sheets></workbook>`,
    },
    { name: 'xl/styles.xml', type: `${spreadsheet}.styles+xml`, xml: stylesXml },
    ...sheets,
    {
      name: 'xl/_rels/workbook.xml.rels',
      xml: relationships([
        ...sheets.map((_, at) => ({ type: `${office}/worksheet`, target: `worksheets/sheet${at + 1}.xml` })),
        { type: `${office}/styles`, target: 'styles.xml' },
      ]),
    },
  ];
  return writePackage({ title: names[0] ?? '', language: 'zh-CN', main: 'xl/workbook.xml', ...workbook }, parts);
}

function sheetXml({ columns, rows }: Sheet, serial: (at: number) => number): string {
  if (rows.length + 1 > maxRows) throw new RangeError('too many rows for a sheet');
  const widths = columns.map(
    ({ width = 16 }, at) => `<col min="${at + 1}" max="${at + 1}" width="${Math.min(Math.max(width, 4), 120)}" customWidth="1"/>`,
  );
  const head = row(
    1,
    columns.map(({ title }, at) => textCell(reference(at, 1), title, formats.head)),
  );
  const body = rows.map((cells, at) =>
    row(
      at + 2,
      columns.map((_, column) => cellXml(reference(column, at + 2), cells[column] ?? null, serial)),
    ),
  );
  const last = reference(Math.max(0, columns.length - 1), rows.length + 1);
  return (
    `${xmlHead}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>` +
    (widths.length === 0 ? '' : `<cols>${widths.join('')}</cols>`) +
    `<sheetData>${head}${body.join('')}</sheetData>` +
    (columns.length === 0 ? '' : `<autoFilter ref="A1:${last}"/>`) +
    '</worksheet>'
  );
}

const row = (number: number, cells: readonly string[]): string => `<row r="${number}">${cells.join('')}</row>`;

function cellXml(place: string, cell: Cell, serial: (at: number) => number): string {
  if (cell === null) return '';
  if (typeof cell === 'boolean') return `<c r="${place}" t="b"><v>${Number(cell)}</v></c>`;
  // What is no number in a sheet is told as text: not to lose it.
  if (typeof cell === 'number')
    return Number.isFinite(cell) ? `<c r="${place}"><v>${cell}</v></c>` : textCell(place, String(cell), formats.plain);
  if (typeof cell === 'object') return `<c r="${place}" s="${formats.moment}"><v>${serial(cell.at)}</v></c>`;
  const format = formulaLike.test(cell) ? formats.quoted : cell.includes('\n') ? formats.wrapped : formats.plain;
  return textCell(place, cell, format);
}

function textCell(place: string, text: string, format: number): string {
  const shown = text.length > maxText ? `${text.slice(0, maxText - 1)}…` : text;
  return `<c r="${place}" t="inlineStr"${format === 0 ? '' : ` s="${format}"`}><is><t xml:space="preserve">${escapeText(shown)}</t></is></c>`;
}

/** `A1`, `AB20`. */
function reference(column: number, row: number): string {
  let letters = '';
  for (let rest = column; rest >= 0; rest = Math.floor(rest / 26) - 1) letters = String.fromCharCode(65 + (rest % 26)) + letters;
  return `${letters}${row}`;
}

/** Days since Excel's epoch by the wall clock of a time zone; Excel knows no zones. */
function serialIn(timeZone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  });
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const of = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
    const wall = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
    return Math.round(((wall - excelEpoch) / dayMs) * 1e8) / 1e8;
  };
}

/** Names that Excel takes: no `[]:*?/\`, at most 31 characters, not empty, each once whatever its case. */
function sheetNames(wanted: readonly string[]): string[] {
  const taken = new Set<string>();
  return wanted.map((name, at) => {
    const clean =
      name
        .replace(/[[\]:*?/\\\u0000-\u001f]/g, ' ')
        .replace(/^'+|'+$/g, '')
        .trim() || `Sheet${at + 1}`;
    for (let copy = 1; ; copy += 1) {
      const suffix = copy === 1 ? '' : ` (${copy})`;
      const candidate = `${[...clean]
        .slice(0, maxSheetName - suffix.length)
        .join('')
        .slice(0, maxSheetName - suffix.length)}${suffix}`;
      if (taken.has(candidate.toLowerCase())) continue;
      taken.add(candidate.toLowerCase());
      return candidate;
    }
  });
}

const stylesXml =
  `${xmlHead}<styleSheet xmlns="${main}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>` +
  '<fonts count="2"><font><sz val="11"/><name val="宋体"/></font><font><b/><sz val="11"/><name val="宋体"/></font></fonts>' +
  '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>' +
  '<fill><patternFill patternType="solid"><fgColor rgb="FFF2F2F2"/></patternFill></fill></fills>' +
  '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
  '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="5">' +
  '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' +
  '<xf numFmtId="0" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1"/>' +
  '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>' +
  '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1"/>' +
  '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment wrapText="1" vertical="top"/></xf>' +
  '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>';
