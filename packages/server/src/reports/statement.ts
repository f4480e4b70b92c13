import type { StoredFile, StoredReport } from './model.ts';

/** The text that is signed for a file of a report: short, so that anybody writes it again from the file alone. One line each, a line feed after the last. */
export function statementOf(
  { number, kind }: Pick<StoredReport, 'number' | 'kind'>,
  { name, sha256 }: Pick<StoredFile, 'name' | 'sha256'>,
): string {
  return `menshen-report/1\nreport ${number} ${kind}\nfile ${name}\nsha256 ${sha256}\n`;
}
