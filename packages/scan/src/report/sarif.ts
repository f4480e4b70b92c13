import type { Finding, Location, Step } from '../finding.ts';
import type { Problem } from '../problem.ts';
import type { Rule, Severity } from '../rule.ts';
import { catalogue } from '../rules/catalogue.ts';
import { safeText } from './excerpt.ts';
import type { Language } from './language.ts';

/** A SARIF 2.1.0 log (OASIS Standard, 27 March 2020), as plain data. */
export interface SarifLog {
  readonly $schema: string;
  readonly version: '2.1.0';
  readonly runs: readonly Readonly<Record<string, unknown>>[];
}

export interface SarifOptions {
  readonly version: string;
  readonly language: Language;
  /** Fingerprints that the baseline knows: they are reported as unchanged. Null where there is no baseline. */
  readonly known?: ReadonlySet<string> | null;
  /** Findings that a comment in the source suppresses, with its reason. */
  readonly suppressed?: ReadonlyMap<Finding, string>;
}

const levels: Record<Severity, 'error' | 'warning' | 'note'> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
};
const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
const cweVersion = '4.14';

/** Findings as SARIF, with the path of the data as code flows and CWE as a taxonomy. */
export function toSarif(findings: readonly Finding[], problems: readonly Problem[], options: SarifOptions): SarifLog {
  const { language } = options;
  const suppressed = [...(options.suppressed?.keys() ?? [])];
  const rules = [...new Set([...findings, ...suppressed].map(({ rule }) => rule))]
    .sort()
    .flatMap((id) => catalogue.get(id) ?? []);
  const index = new Map(rules.map(({ id }, at) => [id, at]));
  const weaknesses = [...new Set(rules.flatMap(({ cwe }) => cwe))].sort((a, b) => a - b);
  return {
    $schema: schema,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Menshen',
            semanticVersion: options.version,
            language: language === 'zh' ? 'zh-CN' : 'en-US',
            supportedTaxonomies: [{ name: 'CWE', index: 0 }],
            rules: rules.map((rule) => ruleOf(rule, language, weaknesses)),
          },
        },
        taxonomies: [
          {
            name: 'CWE',
            version: cweVersion,
            organization: 'MITRE',
            informationUri: `https://cwe.mitre.org/data/published/cwe_v${cweVersion}.pdf`,
            isComprehensive: false,
            shortDescription: { text: 'The MITRE Common Weakness Enumeration' },
            taxa: weaknesses.map((id) => ({ id: String(id), helpUri: `https://cwe.mitre.org/data/definitions/${id}.html` })),
          },
        ],
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { SRCROOT: { description: { text: 'The folder that was scanned' } } },
        invocations: [
          { executionSuccessful: true, toolExecutionNotifications: problems.map((problem) => notificationOf(problem, language)) },
        ],
        results: [
          ...findings.map((finding) => resultOf(finding, index, language, options.known ?? null)),
          ...suppressed.map((finding) => ({
            ...resultOf(finding, index, language, null),
            suppressions: [
              { kind: 'inSource', status: 'accepted', justification: safeText(options.suppressed?.get(finding) ?? '') },
            ],
          })),
        ],
      },
    ],
  };
}

function ruleOf(rule: Rule, language: Language, weaknesses: readonly number[]) {
  const example = Object.values(rule.examples)[0];
  const code = example === undefined ? '' : `\n\n\`\`\`\n${example.bad}\n\`\`\`\n→\n\`\`\`\n${example.good}\n\`\`\``;
  return {
    id: rule.id,
    name: pascal(rule.title.en),
    shortDescription: { text: rule.title[language] },
    fullDescription: { text: rule.description[language] },
    help: {
      text: `${rule.description[language]}\n\n${rule.fix[language]}`,
      markdown: `${rule.description[language]}\n\n**${rule.fix[language]}**${code}`,
    },
    helpUri: `https://cwe.mitre.org/data/definitions/${rule.cwe[0] ?? 1000}.html`,
    defaultConfiguration: { level: levels[rule.severity], rank: rule.score * 10 },
    relationships: rule.cwe.map((id) => ({
      target: { id: String(id), index: weaknesses.indexOf(id), toolComponent: { name: 'CWE', index: 0 } },
      kinds: ['superset'],
    })),
    properties: {
      tags: ['security', rule.family, ...rule.cwe.map((id) => `external/cwe/cwe-${id}`)],
      precision: 'high',
      'security-severity': rule.score.toFixed(1),
      'problem.severity': levels[rule.severity] === 'note' ? 'recommendation' : levels[rule.severity],
      guide: rule.guide,
      asvs: rule.asvs,
      mlps: rule.mlps.map((clause) => `GB/T 22239-2019 ${clause}`),
    },
  };
}

function resultOf(finding: Finding, index: ReadonlyMap<string, number>, language: Language, known: ReadonlySet<string> | null) {
  return {
    ruleId: finding.rule,
    ruleIndex: index.get(finding.rule) ?? -1,
    level: levels[finding.severity],
    message: { text: safeText(finding.message[language]) },
    locations: [locationOf(finding)],
    partialFingerprints: { 'menshen/v1': finding.fingerprint },
    ...(known === null ? {} : { baselineState: known.has(finding.fingerprint) ? 'unchanged' : 'new' }),
    ...(finding.steps === undefined || finding.steps.length === 0 ? {} : { codeFlows: [codeFlow(finding.steps, language)] }),
    ...(finding.evidence === undefined || finding.evidence.places.length === 0
      ? {}
      : {
          relatedLocations: finding.evidence.places.map((place, id) => ({
            ...locationOf(place),
            id,
            message: { text: finding.evidence?.text[language] ?? '' },
          })),
        }),
    properties: { severity: finding.severity, confidence: finding.confidence },
  };
}

function codeFlow(steps: readonly Step[], language: Language) {
  return {
    threadFlows: [
      {
        locations: steps.map((step, at) => ({
          executionOrder: at + 1,
          importance: at === 0 || at === steps.length - 1 ? 'essential' : 'important',
          location: { ...locationOf(step), message: { text: safeText(step.label[language]) } },
        })),
      },
    ],
  };
}

function locationOf({ file, line, column, endLine, endColumn }: Location) {
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(file), uriBaseId: 'SRCROOT' },
      region: { startLine: line, startColumn: column, endLine, endColumn: Math.max(endColumn, endLine === line ? column : 1) },
    },
  };
}

/** A relative URI (RFC 3986): every segment encoded, so that a hostile name stays a name. */
export const uriOf = (path: string): string => path.split('/').map(encodeSegment).join('/');

function encodeSegment(segment: string): string {
  // A lone surrogate cannot be encoded: the replacement character stands for it.
  return encodeURIComponent(segment.toWellFormed());
}

function notificationOf(problem: Problem, language: Language) {
  return {
    level: problem.code === 'not-reached' ? 'note' : 'warning',
    descriptor: { id: problem.code },
    message: { text: safeText(problem.message[language]) },
    ...(problem.file === ''
      ? {}
      : {
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: uriOf(problem.file), uriBaseId: 'SRCROOT' },
                ...(problem.line === undefined ? {} : { region: { startLine: problem.line } }),
              },
            },
          ],
        }),
  };
}

const pascal = (text: string): string =>
  text
    .replace(/[^A-Za-z0-9]+(\w)?/g, (_match, next: string | undefined) => next?.toUpperCase() ?? '')
    .replace(/^./, (first) => first.toUpperCase());
