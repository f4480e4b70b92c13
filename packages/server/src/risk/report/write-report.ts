import { createHash } from 'node:crypto';
import type { Bilingual } from '@menshen/contract';
import { canonicalJson } from '../../audit/canonical-json.ts';
import { writeDocx } from '../../documents/docx.ts';
import { writeHtml } from '../../documents/html.ts';
import { writeXlsx } from '../../documents/xlsx.ts';
import type { Trend } from '../../trend/service.ts';
import { riskId } from '../method/assess.ts';
import { functionNames } from '../method/functions.ts';
import { narrowPicture } from '../narrow.ts';
import type { RiskService } from '../service.ts';
import type { Subject } from '../subjects.ts';
import { contentOf } from '../version.ts';
import { comparable, comparisonView, versionView } from '../views.ts';
import { day, type Language, type ReportParts } from './blocks.ts';
import { reportDocument } from './document.ts';
import { reportWorkbook } from './workbook.ts';

export type ReportFormat = 'html' | 'docx' | 'xlsx' | 'json';

const types: Readonly<Record<ReportFormat, string>> = {
  html: 'text/html; charset=utf-8',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  json: 'application/json',
};

export interface WrittenRiskReport {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

export interface ReportOptions {
  readonly lang: Language;
  readonly company: string;
  readonly subject: { readonly id: Subject; readonly name: Bilingual };
  readonly trend: Trend | null;
  readonly monotonic: () => number;
}

/** Gathers what the report says. */
export async function gatherReport(
  risks: RiskService,
  { lang, company, subject, trend, monotonic }: ReportOptions,
): Promise<ReportParts> {
  const picture = await narrowPicture(await risks.current(), subject.id, monotonic);
  const scores = new Map(picture.assessment.risks.map(({ id, score }) => [id, score]));
  const [treatments, acceptances, { versions }] = await Promise.all([
    risks.treatments.list(),
    risks.treatments.acceptances(scores),
    risks.versions(1, null),
  ]);
  const [last] = versions;
  const opened = last === undefined ? null : await risks.open(last.id);
  // A stored risk names no asset but carries its hash: those of the subject's assets are compared.
  const prefixes = new Set(picture.facts.assets.map(({ id }) => riskId(id, '')));
  const owned = ({ id }: { readonly id: string }): boolean =>
    subject.id === 'all' || prefixes.has(id.slice(0, id.indexOf('.') + 1));
  const mine = ({ risk }: { readonly risk: string }): boolean => subject.id === 'all' || scores.has(risk);
  return {
    ...{ picture, company, language: lang, trend, subject: subject.id === 'all' ? null : subject.name },
    ...{ treatments: treatments.filter(mine), acceptances: acceptances.filter(mine), steps: await picture.steps() },
    last:
      opened === null
        ? null
        : {
            version: versionView(opened.version),
            comparison: comparisonView(opened.content.risks.filter(owned), picture.assessment.risks.map(comparable)),
          },
  };
}

/** Writes the report. The same data give the same bytes: the only time in it is that of the data. */
export function writeReport(parts: ReportParts, format: ReportFormat, subject: Subject): WrittenRiskReport {
  const bytes = write(parts, format);
  return {
    name: reportName('risk', subject, parts.picture.facts.at, format),
    ...{ type: types[format], bytes, sha256: createHash('sha256').update(bytes).digest('hex') },
  };
}

/** Name of a report's file: what it is, what it is about, of which day. */
export const reportName = (kind: string, subject: Subject, at: number, format: string): string =>
  `menshen-${kind}${subject === 'all' ? '' : `-${subject.replaceAll(/[^a-z0-9]+/gi, '-').replace(/-$/, '')}`}-${day(at)}.${format}`;

function write(parts: ReportParts, format: ReportFormat): Uint8Array {
  if (format === 'docx') return writeDocx(reportDocument(parts));
  if (format === 'xlsx') return writeXlsx(reportWorkbook(parts));
  if (format === 'html') return Buffer.from(writeHtml(reportDocument(parts)));
  const { picture, treatments, acceptances, company } = parts;
  const { assessment, facts } = picture;
  return Buffer.from(
    canonicalJson({
      ...contentOf(assessment),
      company,
      functions: functionNames,
      businesses: assessment.businesses.map(({ business, importance, score, level, risks }) => ({
        ...{ id: business.id, name: business.name, importance, score, level, risks },
      })),
      facts,
      ...{ treatments, acceptances },
    }),
  );
}
