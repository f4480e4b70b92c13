import { createHash } from 'node:crypto';
import { canonicalJson } from '../../audit/canonical-json.ts';
import { writeDocx } from '../../documents/docx.ts';
import { writeHtml } from '../../documents/html.ts';
import { writeXlsx } from '../../documents/xlsx.ts';
import { functionNames } from '../method/functions.ts';
import type { RiskService } from '../service.ts';
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

/** Gathers what the report says and writes it. The same data give the same bytes: the only time in it is that of the data. */
export async function writeReport(
  risks: RiskService,
  { format, lang, company }: { readonly format: ReportFormat; readonly lang: Language; readonly company: string },
): Promise<{ name: string; type: string; content: string; sha256: string }> {
  const picture = await risks.current();
  const scores = new Map(picture.assessment.risks.map(({ id, score }) => [id, score]));
  const [treatments, acceptances, { versions }] = await Promise.all([
    risks.treatments.list(),
    risks.treatments.acceptances(scores),
    risks.versions(1, null),
  ]);
  const [last] = versions;
  const opened = last === undefined ? null : await risks.open(last.id);
  const parts: ReportParts = {
    ...{ picture, company, language: lang, treatments, acceptances, steps: await picture.steps() },
    last:
      opened === null
        ? null
        : {
            version: versionView(opened.version),
            comparison: comparisonView(opened.content.risks, picture.assessment.risks.map(comparable)),
          },
  };
  const bytes = write(parts, format);
  return {
    name: `menshen-risk-${day(picture.facts.at)}.${format}`,
    ...{ type: types[format], content: Buffer.from(bytes).toString('base64') },
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}

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
