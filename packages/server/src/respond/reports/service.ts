import { createHash } from 'node:crypto';
import type { IncidentReportKind } from '@menshen/contract';
import { writeDocx } from '../../documents/docx.ts';
import { writeHtml } from '../../documents/html.ts';
import type { ReportDocument } from '../../documents/model.ts';
import { incidentName } from '../incidents/model.ts';
import type { IncidentService } from '../incidents/service.ts';
import { firstReport, informationNotice, personsNotice, summaryReport } from './authority.ts';
import type { ReportInput } from './model.ts';
import { type Blanks, createBlanks } from './parts.ts';
import { postmortem } from './postmortem.ts';

const makers: Readonly<Record<IncidentReportKind, (input: ReportInput, blanks: Blanks) => ReportDocument>> = {
  first_report: firstReport,
  summary_report: summaryReport,
  pipl_authority: informationNotice,
  pipl_persons: personsNotice,
  postmortem,
};
const titles: Readonly<Record<IncidentReportKind, { readonly zh: string; readonly en: string }>> = {
  first_report: { zh: '网络安全事件初报', en: 'first report' },
  summary_report: { zh: '处置总结报告', en: 'summary report' },
  pipl_authority: { zh: '个人信息事件通知（主管部门）', en: 'notice to the authority for personal information' },
  pipl_persons: { zh: '致受影响个人的通知', en: 'notice to the persons concerned' },
  postmortem: { zh: '复盘报告', en: 'post-mortem' },
};

const types = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  html: 'text/html; charset=utf-8',
} as const;

export interface MadeReport {
  readonly name: string;
  readonly type: string;
  readonly sha256: string;
  readonly content: Uint8Array;
  /** Labels of fields that nobody has filled. */
  readonly empty: readonly string[];
}

/** A report out of what is known. Pure: the same input gives the same bytes. */
export function renderReport(kind: IncidentReportKind, format: 'docx' | 'html', input: ReportInput): MadeReport {
  const blanks = createBlanks();
  const document = makers[kind](input, blanks);
  const content = format === 'docx' ? writeDocx(document) : Buffer.from(writeHtml(document), 'utf8');
  return {
    name: `${incidentName(input.incident.number)}-${titles[kind].zh}.${format}`,
    ...{ type: types[format], content, empty: [...new Set(blanks.empty)] },
    sha256: createHash('sha256').update(content).digest('hex'),
  };
}

/** Makes reports and tells the timeline of them, by their hash: what was handed in can be compared later. */
export function createReportService(
  incidents: Pick<IncidentService, 'write'>,
  gather: (incident: string) => Promise<ReportInput>,
) {
  return {
    /** Throws `not_found`, `audit_unwritable`. */
    async make(incident: string, kind: IncidentReportKind, format: 'docx' | 'html', by: string): Promise<MadeReport> {
      const made = renderReport(kind, format, await gather(incident));
      const title = titles[kind];
      await incidents.write(incident, {
        ...{ kind: 'report', by, facts: { report: kind, format, sha256: made.sha256 } },
        text: {
          zh: `生成报告「${title.zh}」（${format}，SHA-256 ${made.sha256}）`,
          en: `Report made: ${title.en} (${format}, SHA-256 ${made.sha256})`,
        },
      });
      return made;
    },
  };
}
export type ReportService = ReturnType<typeof createReportService>;
