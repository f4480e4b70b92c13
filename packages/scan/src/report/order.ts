import type { Finding } from '../finding.ts';
import type { Family, Severity } from '../rule.ts';
import { catalogue } from '../rules/catalogue.ts';

const bySeverity: Record<Severity, number> = { critical: 100, high: 70, medium: 40, low: 15, info: 0 };
const byConfidence = { high: 20, medium: 8, low: -40 } as const;
/** What an attacker reaches first stands before what only helps one; packages come last, because there are always many. */
const byFamily: Partial<Record<Family, number>> = {
  cloud: 14,
  backend: 14,
  injection: 14,
  secret: 12,
  file: 10,
  taint: 10,
  network: 4,
  dependency: -60,
  config: -10,
  privacy: -4,
};

/** What an order is made of. */
type Weighed = Pick<Finding, 'rule' | 'severity' | 'confidence'> & { readonly steps?: readonly unknown[] };

export const familyOf = ({ rule }: Pick<Finding, 'rule'>): Family => catalogue.get(rule)?.family ?? 'config';

/** How much a finding matters, for the order in which people see them; higher first. */
export function weightOf(finding: Weighed): number {
  return (
    bySeverity[finding.severity] +
    byConfidence[finding.confidence] +
    (byFamily[familyOf(finding)] ?? 0) +
    (finding.steps === undefined ? 0 : 4)
  );
}

/**
 * The few findings to begin with: the heaviest, each rule once and each file at most twice, so that five findings are five different things to do.
 */
export function firstFindings(findings: readonly Finding[], count = 5): readonly Finding[] {
  const sorted = findings
    .filter(({ severity, confidence }) => severity !== 'info' && confidence !== 'low')
    .toSorted((a, b) => weightOf(b) - weightOf(a));
  const chosen: Finding[] = [];
  const rules = new Set<string>();
  const files = new Map<string, number>();
  for (const finding of sorted) {
    if (chosen.length === count) break;
    if (rules.has(finding.rule) || (files.get(finding.file) ?? 0) >= 2) continue;
    chosen.push(finding);
    rules.add(finding.rule);
    files.set(finding.file, (files.get(finding.file) ?? 0) + 1);
  }
  for (const finding of sorted) {
    if (chosen.length === count) break;
    if (!chosen.includes(finding)) chosen.push(finding);
  }
  return chosen;
}
