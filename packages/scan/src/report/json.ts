import type { Finding } from '../finding.ts';
import type { Problem } from '../problem.ts';
import { catalogue } from '../rules/catalogue.ts';
import type { ScanStats } from '../scan.ts';
import { firstFindings } from './order.ts';
import { countBySeverity } from './summary.ts';

export interface JsonReportInput {
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  readonly stats: ScanStats;
  readonly version: string;
  /** Fingerprints that a baseline already knew, and those that it knew and that are gone. */
  readonly baseline?: { readonly known: number; readonly gone: number };
  readonly suppressed: number;
}

/** The report for programs. Both languages of every text; the shape is described in docs/guides/scanner.md. */
export function toJson({ findings, problems, stats, version, baseline, suppressed }: JsonReportInput) {
  return {
    tool: 'menshen',
    version,
    summary: {
      ...countBySeverity(findings),
      total: findings.length,
      suppressed,
      ...(baseline === undefined ? {} : { baseline }),
    },
    stats,
    first: firstFindings(findings).map(({ fingerprint }) => fingerprint),
    findings: findings.map((finding) => ({
      ...finding,
      cwe: catalogue.get(finding.rule)?.cwe ?? [],
      family: catalogue.get(finding.rule)?.family ?? null,
    })),
    problems,
  };
}
