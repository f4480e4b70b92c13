import { createHash } from 'node:crypto';
import type { ProbeFinding } from './model.ts';
import { probeRules } from './rules.ts';
import type { ProbeResult } from './run-probe.ts';

/** Stays the same while rule, interface and detail do; the host is not part of it, so that staging may move. */
export function fingerprintOf({ rule, route, detail }: ProbeFinding, origin: string): string {
  const place = route === origin ? '/' : route;
  return createHash('sha256').update(`${rule}\n${place}\n${detail}`).digest('hex').slice(0, 32);
}

const ranks = { critical: 0, high: 1, medium: 2, low: 3, info: 4 } as const;

/** The worst first, each once. */
export function sorted(findings: readonly ProbeFinding[], origin: string): ProbeFinding[] {
  const known = new Map(findings.map((finding) => [fingerprintOf(finding, origin), finding]));
  return [...known.values()].sort((a, b) => ranks[a.severity] - ranks[b.severity] || (a.route < b.route ? -1 : 1));
}

/** The report for programs, and what is uploaded. */
export function toProbeJson({ findings, untried, complete }: ProbeResult, origin: string, version: string) {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  const listed = sorted(findings, origin);
  for (const { severity } of listed) counts[severity] += 1;
  return {
    tool: 'menshen-probe',
    version,
    target: origin,
    summary: { ...counts, total: listed.length },
    partial: !complete,
    /** Rules that were not looked for: what they found before is not gone. */
    untried: untried.map(({ rule }) => rule),
    findings: listed.map((finding) => ({
      ...{ rule: finding.rule, severity: finding.severity, confidence: finding.confidence, message: finding.message },
      ...{ file: null, line: null, route: finding.route, fingerprint: fingerprintOf(finding, origin) },
      cwe: [...(probeRules.get(finding.rule)?.cwe ?? [])],
      exchange: [...finding.exchange],
    })),
    problems: untried.map(({ rule, why }) => ({
      ...{ code: 'untried', file: '' },
      message: { zh: `${rule}：${why.zh}`, en: `${rule}: ${why.en}` },
    })),
  };
}

const levels = { critical: 'error', high: 'error', medium: 'warning', low: 'note', info: 'note' } as const;

/** SARIF 2.1.0: an interface is a logical location, because there is no file. */
export function toProbeSarif({ findings, untried }: ProbeResult, origin: string, version: string, language: 'zh' | 'en') {
  const listed = sorted(findings, origin);
  const ids = [...new Set(listed.map(({ rule }) => rule))].sort();
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Menshen-Probe',
            semanticVersion: version,
            rules: ids.map((id) => {
              const rule = probeRules.get(id);
              return {
                id,
                shortDescription: { text: rule?.title[language] ?? id },
                fullDescription: { text: rule?.description[language] ?? id },
                help: { text: `${rule?.description[language] ?? ''}\n\n${rule?.fix[language] ?? ''}` },
                helpUri: `https://cwe.mitre.org/data/definitions/${rule?.cwe[0] ?? 1000}.html`,
                properties: { tags: ['security', ...(rule?.cwe ?? []).map((cwe) => `external/cwe/cwe-${cwe}`)] },
              };
            }),
          },
        },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: untried.map(({ rule, why }) => ({
              ...{ level: 'note', message: { text: `${rule}: ${why[language]}` } },
            })),
          },
        ],
        results: listed.map((finding) => ({
          ...{ ruleId: finding.rule, ruleIndex: ids.indexOf(finding.rule), level: levels[finding.severity] },
          message: { text: `${finding.route}: ${finding.message[language]}` },
          locations: [{ logicalLocations: [{ fullyQualifiedName: finding.route, kind: 'resource' }] }],
          partialFingerprints: { 'menshenProbe/v1': fingerprintOf(finding, origin) },
          properties: { severity: finding.severity, confidence: finding.confidence, exchange: [...finding.exchange] },
        })),
      },
    ],
  };
}
