import { mayLook, type Place, report } from '../cursor.ts';

/** Signs with which a spreadsheet begins a formula, with those of full width. */
const begins = new Set([...'=+-@＝＋－＠'].map((sign) => sign.charCodeAt(0)));
const separators = new Set([...',;\t\n\r|'].map((sign) => sign.charCodeAt(0)));

const sticky = (pattern: RegExp): ((text: string, at: number) => boolean) => {
  const own = new RegExp(pattern.source, 'iuy');
  return (text, at) => {
    own.lastIndex = at;
    return own.test(text);
  };
};
/** `=cmd|'/C calc'!A0`: dynamic data exchange, with whatever stands before it in the formula. */
const exchange = sticky(/[^|\n]{0,120}?(?:\b[A-Za-z][\w.]{0,40}|')\s{0,8}\|\s{0,8}(?:'[^'\n]{0,200}'|[^!\n"]{0,200})!/);
/** Functions that call programs, libraries or addresses, anywhere near the formula's begin. */
const command = sticky(
  /[^\n]{0,160}?(?<![A-Za-z_.])(?:(?:_xlfn\.)?WEBSERVICE|IMPORTXML|IMPORTDATA|IMPORTHTML|IMPORTFEED|IMPORTRANGE|CALL|REGISTER(?:\.ID)?|EXEC|RTD|DDE|DDEAUTO|SHELL|FOPEN|FWRITELN|RUN|SQL\.REQUEST)\s{0,4}\(/,
);
/** A link or a picture whose address is put together from other cells. */
const sending = sticky(/[^\n]{0,80}?(?<![A-Za-z_.])(?:HYPERLINK|IMAGE)\s{0,4}\([^\n]{0,200}?&/);
/** A formula by its form: a function, a reference to a cell, a sum. A number, a name or a dash is none. */
const formula = sticky(/[=＝@＠+＋\-－]{1,4}\s{0,8}(?:[A-Za-z_][\w.]{0,40}\s{0,4}\(|\$?[A-Za-z]{1,3}\$?\d{1,7}(?![\w.])|["'])/);
const equals = sticky(/[=＝][^\n,;\t]{1}/);

/** Looks at the cells of a table for formulas. `base` is where the text begins. Linear: at each sign that begins a cell a bounded distance is read. */
export function scanCells(text: string, place: Place, base = 0): void {
  let start = true;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (separators.has(unit)) {
      start = true;
      continue;
    }
    // Spreadsheets take away quotes and spaces in front.
    if (unit === 0x22 || unit === 0x20 || unit === 0xfeff || unit === 0xa0) continue;
    if (start && begins.has(unit) && !number(text, at)) {
      const rule = examine(text, at, place);
      if (rule === undefined) return;
      if (rule !== null) report(place, rule, base + at);
    }
    start = false;
  }
}

/** Numbers and telephone numbers, which tables are full of. */
const number = sticky(/[+-][\d. ()-]{1,40}%?(?=[",;\t\r\n]|$)/);
const near = 300;
/** A closer look costs about this many looks at a mark. */
const closeLook = 16;

/** Undefined where no more may be looked at. */
function examine(text: string, at: number, place: Place): ReturnType<typeof formulaRule> | undefined {
  const piece = text.slice(at, at + near);
  const may = mayLook(place, /[(|]/.test(piece) ? closeLook : 1);
  return may ? formulaRule(piece, 0) : undefined;
}

/** What a formula does: null where it is none. */
export function formulaRule(text: string, at: number): 'upload.formula_command' | 'upload.formula' | null {
  if (text.includes('(', at) && (command(text, at) || sending(text, at))) return 'upload.formula_command';
  if (text.includes('|', at) && exchange(text, at)) return 'upload.formula_command';
  return formula(text, at) || equals(text, at) ? 'upload.formula' : null;
}
