import type { StoredFile, StoredReport } from './model.ts';

/**
 * The text that is signed for a file of a report: short, so that anybody writes it again from the file alone. One line each, a line feed after the last. Reports from
 * before signing keys could be rotated name no key, and are about everything.
 */
export function statementOf(
  { number, kind, subject }: Pick<StoredReport, 'number' | 'kind' | 'subject'>,
  { name, sha256, key }: Pick<StoredFile, 'name' | 'sha256' | 'key'>,
): string {
  if (key === null) return `menshen-report/1\nreport ${number} ${kind}\nfile ${name}\nsha256 ${sha256}\n`;
  return `menshen-report/2\nreport ${number} ${kind} ${subject}\nfile ${name}\nsha256 ${sha256}\nkey ${key}\n`;
}
