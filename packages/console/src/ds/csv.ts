/**
 * What begins a formula (OWASP, CSV injection), as in our Excel files: also in full width, as spreadsheets of East Asian editions take it, and behind blanks
 * and line breaks, which some take off first.
 */
const formula = /^\s*[=+\-@|＝＋－＠]|^[\t\r\n]/;

/** A cell that a spreadsheet would run as a formula is shown as text. */
function cell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  const harmless = typeof value === 'string' && formula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/**
 * Rows as CSV (RFC 4180), with the byte order mark by which Excel knows UTF-8. `mark` is the watermark by which the file is traced: a last line of one
 * cell, so that every file that leaves the console says who made it.
 */
export function toCsv(head: readonly string[], rows: readonly (readonly (string | number | null)[])[], mark: string): string {
  return `\uFEFF${[head, ...rows, [`# ${mark}`]].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}
