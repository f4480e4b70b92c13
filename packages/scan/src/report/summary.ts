import type { Finding } from '../finding.ts';
import { type Severity, severities } from '../rule.ts';

export type Counts = Readonly<Record<Severity, number>>;

export function countBySeverity(findings: readonly Finding[]): Counts {
  const counts: Record<Severity, number> = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}

/** Whether any finding is at least as severe as `level`; `none` never. */
export function reaches(findings: readonly Finding[], level: Severity | 'none'): boolean {
  return level !== 'none' && findings.some(({ severity }) => severities.indexOf(severity) <= severities.indexOf(level));
}
