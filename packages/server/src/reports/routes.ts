import { createHash } from 'node:crypto';
import * as contract from '@menshen/contract';
import { type Bound, bind } from '../api/bind.ts';
import type { ComplianceService } from '../compliance/service.ts';
import type { Subject } from '../risk/subjects.ts';
import type { StoredFile, StoredReport } from './model.ts';
import type { ReportService } from './service.ts';

const fileView = ({ format, name, bytes, sha256, signature, key }: StoredFile) => ({
  format,
  name,
  bytes,
  sha256,
  signature,
  key,
});

/** Reports: made, scheduled, compared, checked and taken out. */
export function reportHandlers({
  reports,
  compliance,
  keepDays,
}: {
  readonly reports: ReportService;
  /** What a report can be about. */
  readonly compliance: Pick<ComplianceService, 'subjects'>;
  readonly keepDays: () => number;
}): readonly Bound[] {
  const reference = (report: StoredReport | null) =>
    report === null ? null : { id: report.id, number: report.number, at: report.at };
  const view = async (report: StoredReport): Promise<contract.ReportView> => ({
    ...report,
    files: report.files.map(fileView),
    previous: reference(await reports.previous(report)),
  });
  return [
    bind(contract.listReports, async ({ query: { limit, cursor, kind, subject } }) => {
      const before = cursor === undefined ? null : Number(cursor);
      if (before !== null && !Number.isSafeInteger(before))
        throw new contract.MenshenError('validation_failed', { fields: ['cursor'] });
      const found = await reports.list(limit + 1, before, kind, subject);
      const shown = found.slice(0, limit);
      return {
        reports: await Promise.all(shown.map(view)),
        next: found.length > limit ? String(shown.at(-1)?.number) : null,
        schedules: await reports.schedules(),
        subjects: [...(await compliance.subjects())],
        ...{ publicKey: reports.publicKey(), keepDays: keepDays() },
      };
    }),
    bind(
      contract.makeReport,
      async ({ body: { subject, ...body }, by }) => await view(await reports.make({ ...body, subject: subject as Subject, by })),
    ),
    bind(contract.getComplianceReport, async ({ query: { framework, subject, format, lang }, by }) => {
      const { name, type, bytes } = await reports.draft({ kind: framework, subject: subject as Subject, lang, by }, format);
      return {
        ...{ name, type, content: Buffer.from(bytes).toString('base64') },
        sha256: createHash('sha256').update(bytes).digest('hex'),
      };
    }),
    bind(contract.fetchReport, async ({ params, by }) => {
      const { file, content, statement } = await reports.take(params.id, params.format, by);
      const { name, type, sha256, signature } = file;
      return { name, type, sha256, signature, statement, content: Buffer.from(content).toString('base64') };
    }),
    bind(contract.compareReport, async ({ params }) => {
      const { before, comparison } = await reports.compare(params.id);
      return { previous: reference(before), ...comparison };
    }),
    bind(contract.verifyReport, async ({ body }) => {
      const { report, file, valid } = await reports.verify(body.sha256);
      return { report: report === null ? null : await view(report), file: file === null ? null : fileView(file), valid };
    }),
    bind(
      contract.addReportSchedule,
      async ({ body: { subject, ...body }, by }) => await reports.addSchedule({ ...body, subject: subject as Subject, by }),
    ),
    bind(contract.removeReportSchedule, async ({ params, by }) => {
      await reports.removeSchedule(params.id, by);
      return { ok: true as const };
    }),
  ];
}
