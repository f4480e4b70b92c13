import { findingSeverity } from '@menshen/contract';
import { catalogue, weightOf } from '@menshen/scan/facts';
import * as z from 'zod';
import type { ReportedFinding, ScanReport } from '../model.ts';
import { probeRules } from '../probe/rules.ts';
import {
  bilingualWords,
  bounded,
  count,
  excerpt,
  mostFindings,
  mostPlaces,
  mostSteps,
  path,
  UnreadableReport,
  words,
} from './words.ts';

const place = { file: path, line: count, excerpt };
const confidence = z.enum(['high', 'medium', 'low']);

const finding = z.object({
  ...place,
  file: path.nullish(),
  line: count.nullish(),
  /** `GET /api/orders/{id}`: of the probe. */
  route: words(600).nullish(),
  rule: z.string().regex(/^[A-Z]{2,5}(-[A-Z0-9]{2,8}){1,3}$/),
  message: bilingualWords(1_000),
  severity: findingSeverity,
  confidence,
  fingerprint: z.string().regex(/^[0-9a-f]{16,64}$/),
  steps: z.array(z.object({ ...place, label: bilingualWords(300) })).optional(),
  evidence: z.object({ text: bilingualWords(500), places: z.array(z.object(place)) }).nullish(),
  exchange: z.array(words(600)).max(40).optional(),
  cwe: z.array(count).max(20).optional(),
  /** Reason of a comment in the source that accepts it. */
  suppression: words(500).nullish(),
});

const report = z.object({
  tool: z.enum(['menshen', 'menshen-probe']),
  version: words(60),
  findings: z.array(finding).max(mostFindings),
  /** Of `menshen scan`: those that comments accept. */
  suppressed: z.array(finding).max(mostFindings).optional(),
  problems: z
    .array(z.object({ code: z.string().max(60), file: path, message: bilingualWords(300) }))
    .max(100_000)
    .default([]),
  partial: z.boolean().optional(),
  untried: z.array(z.string().max(60)).max(500).optional(),
  summary: z.object({ baseline: z.unknown().optional() }).loose().optional(),
});

/** Problems after which what is missing may be there all the same. */
const unfinished: ReadonlySet<string> = new Set(['too-many-files', 'too-much-source', 'out-of-time', 'failed']);

/** Reads our own JSON. @throws UnreadableReport */
export function readMenshenReport(value: unknown): ScanReport {
  const read = report.safeParse(value);
  if (!read.success) throw new UnreadableReport('not a report of menshen', { cause: read.error });
  const { tool, version, findings, suppressed = [], problems, partial, summary } = read.data;
  // A baseline hides what it knows: its absence says nothing.
  const whole = partial !== true && summary?.baseline === undefined;
  return {
    tool,
    toolVersion: version,
    findings: [...findings, ...suppressed.map((one) => ({ ...one, suppression: one.suppression ?? '' }))].map(reported),
    complete: whole && !problems.some(({ code, file }) => unfinished.has(code) && (file === '' || code !== 'failed')),
    unread: new Set(problems.flatMap(({ file, code }) => (file === '' || code === 'not-reached' ? [] : [file]))),
    untried: new Set(read.data.untried ?? []),
    problems: problems.filter(({ code }) => code !== 'not-reached').map(({ file, message }) => ({ file, message })),
  };
}

function reported(one: z.output<typeof finding>): ReportedFinding {
  const { rule, severity, fingerprint } = one;
  const title = catalogue.get(rule)?.title ?? probeRules.get(rule)?.title ?? { zh: rule, en: rule };
  const cwe = one.cwe ?? [...(catalogue.get(rule)?.cwe ?? [])];
  return {
    ...{ fingerprint, rule, severity, confidence: one.confidence },
    weight: weightOf({ rule, severity, confidence: one.confidence, ...(one.steps === undefined ? {} : { steps: [] }) }),
    file: one.file ?? null,
    line: one.line ?? null,
    route: one.route ?? null,
    suppression: one.suppression ?? null,
    content: bounded({
      ...{ title, message: one.message, cwe, excerpt: one.excerpt, help: null },
      steps: (one.steps ?? []).slice(0, mostSteps),
      evidence:
        one.evidence === undefined || one.evidence === null
          ? null
          : { text: one.evidence.text, places: one.evidence.places.slice(0, mostPlaces) },
      exchange: one.exchange ?? [],
    }),
  };
}
