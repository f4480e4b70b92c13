import { createHash } from 'node:crypto';
import type { FindingSeverity } from '@menshen/contract';
import { weightOf } from '@menshen/scan/facts';
import * as z from 'zod';
import type { FindingContent, ReportedFinding, ScanReport } from '../model.ts';
import { maskedLine } from './mask.ts';
import { bounded, cleaned, count, mostFindings, mostLines, mostSteps, UnreadableReport } from './words.ts';

const message = z.object({ text: z.string().optional(), markdown: z.string().optional() }).optional();
const snippet = z.object({ snippet: z.object({ text: z.string().optional() }).optional(), startLine: count.optional() });
const location = z.object({
  physicalLocation: z
    .object({
      artifactLocation: z.object({ uri: z.string().max(4_000).optional() }).optional(),
      region: snippet.optional(),
      contextRegion: snippet.optional(),
    })
    .optional(),
  message,
});
const fingerprints = z.record(z.string(), z.string().max(500)).optional();

const result = z.object({
  ruleId: z.string().max(300).optional(),
  rule: z.object({ id: z.string().max(300).optional() }).optional(),
  level: z.string().max(20).optional(),
  kind: z.string().max(20).optional(),
  message,
  locations: z.array(location).max(1_000).optional(),
  fingerprints,
  partialFingerprints: fingerprints,
  baselineState: z.string().max(20).optional(),
  suppressions: z
    .array(z.object({ status: z.string().max(20).optional(), justification: z.string().optional() }))
    .max(100)
    .optional(),
  codeFlows: z
    .array(
      z.object({
        threadFlows: z.array(z.object({ locations: z.array(z.object({ location: location.optional() })).max(10_000) })).max(100),
      }),
    )
    .max(100)
    .optional(),
  properties: z.object({ severity: z.string().optional(), confidence: z.string().optional() }).loose().optional(),
});

const rule = z.object({
  id: z.string().max(300),
  name: z.string().optional(),
  shortDescription: message,
  fullDescription: message,
  help: message,
  properties: z
    .object({ tags: z.array(z.string()).max(200).optional(), 'security-severity': z.union([z.string(), z.number()]).optional() })
    .loose()
    .optional(),
});

const driver = z.object({
  name: z.string().max(200),
  version: z.string().max(200).optional(),
  semanticVersion: z.string().max(200).optional(),
  rules: z.array(rule).max(20_000).optional(),
});

const log = z.object({
  version: z.string().regex(/^2\.1\./),
  runs: z
    .array(
      z.object({
        tool: z.object({
          driver,
          extensions: z
            .array(z.object({ rules: z.array(rule).max(20_000).optional() }))
            .max(100)
            .optional(),
        }),
        invocations: z
          .array(
            z.object({
              executionSuccessful: z.boolean().optional(),
              toolExecutionNotifications: z
                .array(z.object({ level: z.string().optional(), message }))
                .max(100_000)
                .optional(),
            }),
          )
          .max(100)
          .optional(),
        results: z.array(result).max(mostFindings).nullish(),
      }),
    )
    .length(1),
});

type Result = z.output<typeof result>;
type RuleOf = z.output<typeof rule>;

/** Reads a SARIF 2.1.0 log of one run, of any tool. @throws UnreadableReport */
export function readSarifReport(value: unknown): ScanReport {
  const read = log.safeParse(value);
  const run = read.data?.runs[0];
  if (!read.success || run === undefined) throw new UnreadableReport('not a SARIF log of one run', { cause: read.error });
  const { driver: by, extensions = [] } = run.tool;
  const rules = new Map([...(by.rules ?? []), ...extensions.flatMap(({ rules: more = [] }) => more)].map((one) => [one.id, one]));
  const notes = (run.invocations ?? []).flatMap(({ toolExecutionNotifications = [] }) => toolExecutionNotifications);
  const seen = new Map<string, number>();
  const failed = (run.invocations ?? []).some(({ executionSuccessful }) => executionSuccessful === false);
  return {
    tool: toolName(by.name),
    toolVersion: by.semanticVersion ?? by.version ?? null,
    findings: (run.results ?? [])
      // What a tool says is gone, or no fault, is neither kept nor seen.
      .filter(
        ({ baselineState, kind }) => baselineState !== 'absent' && (kind === undefined || kind === 'fail' || kind === 'open'),
      )
      .map((one) => reported(one, rules, seen)),
    complete: !failed && run.results !== null && !notes.some(({ level }) => level === 'error'),
    unread: new Set(),
    untried: new Set(),
    problems: notes
      .filter(({ level }) => level === 'error' || level === 'warning')
      .slice(0, 1_000)
      .map(({ message: said }) => both('', cleaned(said?.text ?? '', 300))),
  };
}

const both = (file: string, text: string) => ({ file, message: { zh: text, en: text } });

/** Name of a tool as part of a finding's identity: small letters, digits, dots and hyphens. */
export function toolName(name: string): string {
  const plain = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40);
  return plain === '' ? 'unknown' : plain;
}

function reported(one: Result, rules: ReadonlyMap<string, RuleOf>, seen: Map<string, number>): ReportedFinding {
  const id = cleaned(one.ruleId ?? one.rule?.id ?? 'unknown', 120).replaceAll(/[^A-Za-z0-9_./:@-]/g, '-');
  const about = rules.get(one.ruleId ?? one.rule?.id ?? '');
  const [at] = one.locations ?? [];
  const { file, line } = placeOf(at);
  const severity = severityOf(one, about);
  const confidence = (['high', 'medium', 'low'] as const).find((word) => word === one.properties?.confidence) ?? 'medium';
  const said = cleaned(one.message?.text ?? one.message?.markdown ?? about?.shortDescription?.text ?? id, 1_000);
  const title = cleaned(about?.shortDescription?.text ?? about?.name ?? id, 200);
  const help = about?.help?.text ?? about?.fullDescription?.text;
  const steps = (one.codeFlows?.[0]?.threadFlows[0]?.locations ?? []).slice(0, mostSteps).map(({ location: step }) => {
    const where = placeOf(step);
    const label = cleaned(step?.message?.text ?? '', 300);
    return { file: where.file ?? '', line: where.line ?? 0, excerpt: excerptOf(step), label: { zh: label, en: label } };
  });
  const justified = one.suppressions?.find(({ status }) => status === undefined || status === 'accepted');
  const content: FindingContent = {
    title: { zh: title, en: title },
    message: { zh: said, en: said },
    cwe: cweOf(about),
    ...{ excerpt: excerptOf(at), steps, evidence: null, exchange: [] },
    help: help === undefined ? null : { zh: cleaned(help, 4_000), en: cleaned(help, 4_000) },
  };
  return {
    fingerprint: fingerprintOf(
      one,
      `${id}\n${file ?? ''}`,
      `${content.excerpt.find(({ marked }) => marked)?.text ?? said}`,
      seen,
    ),
    ...{ rule: id, severity, confidence, file, line, route: null },
    weight: weightOf({ rule: id, severity, confidence, ...(steps.length === 0 ? {} : { steps: [] }) }),
    suppression: justified === undefined ? null : cleaned(justified.justification ?? '', 500),
    content: bounded(content),
  };
}

const ours = 'menshen/v1';

/** The tool's own, else a hash of rule, file, code and the place among equals: lines may move. */
function fingerprintOf(
  { fingerprints: whole, partialFingerprints: part }: Result,
  place: string,
  code: string,
  seen: Map<string, number>,
): string {
  const own = part?.[ours];
  if (own !== undefined && /^[0-9a-f]{16}$/.test(own)) return own;
  const given = Object.entries({ ...part, ...whole }).sort(([a], [b]) => (a < b ? -1 : 1))[0];
  const base = given === undefined ? `${place}\n${code.replaceAll(/\s+/g, '')}` : `${place}\n${given[0]}\n${given[1]}`;
  const before = seen.get(base) ?? 0;
  seen.set(base, before + 1);
  return createHash('sha256').update(`${base}\n${before}`).digest('hex').slice(0, 32);
}

const byLevel: Readonly<Record<string, FindingSeverity>> = { error: 'high', warning: 'medium', note: 'low', none: 'info' };

/** A word in the result's properties, else the rule's score in the manner of CVSS, else the level. */
function severityOf({ level = 'warning', properties }: Result, about: RuleOf | undefined): FindingSeverity {
  const named = (['critical', 'high', 'medium', 'low', 'info'] as const).find((word) => word === properties?.severity);
  if (named !== undefined) return named;
  const score = Number(about?.properties?.['security-severity'] ?? Number.NaN);
  if (score >= 0) return score >= 9 ? 'critical' : score >= 7 ? 'high' : score >= 4 ? 'medium' : score > 0 ? 'low' : 'info';
  return byLevel[level] ?? 'medium';
}

/** CWE numbers from tags as GitHub and others write them. */
function cweOf(about: RuleOf | undefined): number[] {
  const found = (about?.properties?.tags ?? []).flatMap((tag) => {
    const number = /(?:^|[/:\s])cwe[-/: ]?0{0,4}(\d{1,5})\b/i.exec(tag.slice(0, 200))?.[1];
    return number === undefined ? [] : [Number(number)];
  });
  return [...new Set(found)].slice(0, 20);
}

function placeOf(at: z.output<typeof location> | undefined): { file: string | null; line: number | null } {
  const uri = at?.physicalLocation?.artifactLocation?.uri;
  return { file: uri === undefined ? null : cleaned(decoded(uri), 1_000), line: at?.physicalLocation?.region?.startLine ?? null };
}

function decoded(uri: string): string {
  const path = uri.replace(/^file:\/\/\/?/, '').replace(/^\.\//, '');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** A tool's snippet, with what looks like a credential masked: we cannot know that the tool did. */
function excerptOf(at: z.output<typeof location> | undefined): FindingContent['excerpt'] {
  const place = at?.physicalLocation;
  const region = place?.contextRegion?.snippet?.text === undefined ? place?.region : place.contextRegion;
  const text = region?.snippet?.text;
  if (text === undefined) return [];
  const first = region?.startLine ?? place?.region?.startLine ?? 1;
  const found = place?.region?.startLine ?? first;
  return text
    .slice(0, 8_000)
    .split('\n')
    .slice(0, mostLines)
    .map((line, at_) => ({ number: first + at_, text: cleaned(maskedLine(line), 400), marked: first + at_ === found }));
}
