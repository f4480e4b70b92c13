import type { SourceFile } from '../../project/source-file.ts';
import { type Severity, severities } from '../../rule.ts';

/** A severity some steps milder, never below `info`. */
export function milder(severity: Severity, steps: number): Severity {
  return severities[Math.min(severities.length - 1, severities.indexOf(severity) + steps)] ?? 'info';
}

/** Severity where the file stands: milder in tests and examples. */
export function severityAt(file: SourceFile, severity: Severity): Severity {
  if (file.marks.has('test') || /[.-](?:unittest|test)\.[a-z]+$/i.test(file.path)) return milder(severity, 2);
  if (/[.-](?:local|dev|development|example|sample|template)\.[a-z]+$|\.(?:example|sample|template|dist)$/i.test(file.path))
    return milder(severity, 1);
  return file.marks.has('example') ? milder(severity, 1) : severity;
}
