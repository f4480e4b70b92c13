import { complianceSubject, reportFormat, reportInterval, reportType } from '@menshen/contract';
import type { Selectable } from 'kysely';
import * as z from 'zod';
import type { Subject } from '../risk/subjects.ts';
import type { Store } from '../store/store.ts';
import { type ReportSummary, reportSummary, type Schedule, type StoredFile, type StoredReport } from './model.ts';
import type { ReportTables } from './tables.ts';

const language = z.enum(['zh', 'en']);
const fileColumns = ['report', 'format', 'name', 'type', 'bytes', 'sha256', 'signature', 'key'] as const;
const columns = ['id', 'number', 'kind', 'subject', 'lang', 'reason', 'by', 'at'] as const;

/** What was stored was checked against what there is when it was asked for. */
const subjectOf = (text: string): Subject => complianceSubject.parse(text) as Subject;

type Head = Omit<StoredReport, 'files' | 'number'>;

export type ReportStore = ReturnType<typeof createReportStore>;

/** Reports with their files, and schedules. A report is never changed. */
export function createReportStore({ db, transaction }: Pick<Store, 'db' | 'transaction'>) {
  const withFiles = async (
    rows: readonly Pick<Selectable<ReportTables['reports']>, (typeof columns)[number]>[],
  ): Promise<StoredReport[]> => {
    if (rows.length === 0) return [];
    const files = await db
      .selectFrom('report_files')
      .select(fileColumns)
      .where(
        'report',
        'in',
        rows.map(({ id }) => id),
      )
      .orderBy('format')
      .execute();
    const own = Map.groupBy(files, ({ report }) => report);
    return rows.map((row) => ({
      ...row,
      kind: reportType.parse(row.kind),
      subject: subjectOf(row.subject),
      lang: language.parse(row.lang),
      files: (own.get(row.id) ?? []).map(({ report: _report, format, ...file }) => ({
        ...file,
        format: reportFormat.parse(format),
      })),
    }));
  };
  const parsed = (row: Selectable<ReportTables['report_schedules']>): Schedule => ({
    ...row,
    kind: reportType.parse(row.kind),
    subject: subjectOf(row.subject),
    lang: language.parse(row.lang),
    every: reportInterval.parse(row.every),
  });
  return {
    /** Newest first, before a number. */
    async list(limit: number, before: number | null, kind?: string, subject?: string): Promise<StoredReport[]> {
      let query = db.selectFrom('reports').select(columns).orderBy('number', 'desc').limit(limit);
      if (before !== null) query = query.where('number', '<', before);
      if (kind !== undefined) query = query.where('kind', '=', kind);
      if (subject !== undefined) query = query.where('subject', '=', subject);
      return await withFiles(await query.execute());
    },
    async report(id: string): Promise<StoredReport | null> {
      const [found] = await withFiles(await db.selectFrom('reports').select(columns).where('id', '=', id).execute());
      return found ?? null;
    },
    async summary(id: string): Promise<ReportSummary | null> {
      const row = await db.selectFrom('reports').select('summary').where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : reportSummary.parse(JSON.parse(row.summary));
    },
    async byHash(sha256: string): Promise<{ readonly report: StoredReport; readonly file: StoredFile } | null> {
      const row = await db
        .selectFrom('report_files')
        .select(['report', 'format'])
        .where('sha256', '=', sha256)
        .executeTakeFirst();
      const report = row === undefined ? null : await this.report(row.report);
      const file = report?.files.find(({ format }) => format === row?.format);
      return report === null || file === undefined ? null : { report, file };
    },
    async content(id: string, format: string): Promise<Uint8Array | null> {
      const query = db.selectFrom('report_files').select('content').where('report', '=', id).where('format', '=', format);
      return (await query.executeTakeFirst())?.content ?? null;
    },
    /** The number of the next report. */
    async nextNumber(): Promise<number> {
      const row = await db
        .selectFrom('reports')
        .select(({ fn }) => fn.max('number').as('most'))
        .executeTakeFirst();
      return Number(row?.most ?? 0) + 1;
    },
    /** Fails where another node has taken the number. */
    async add(
      head: Head & { readonly number: number },
      summary: ReportSummary,
      files: readonly (StoredFile & { readonly content: Uint8Array })[],
    ): Promise<void> {
      await transaction(async (tx) => {
        await tx
          .insertInto('reports')
          .values({ ...head, summary: JSON.stringify(summary) })
          .execute();
        for (const file of files)
          await tx
            .insertInto('report_files')
            .values({ report: head.id, ...file })
            .execute();
      });
    },
    async schedules(): Promise<Schedule[]> {
      return (await db.selectFrom('report_schedules').selectAll().orderBy('created').orderBy('id').execute()).map(parsed);
    },
    /** False where the same is scheduled already. */
    async addSchedule(row: Schedule): Promise<boolean> {
      return await transaction(async (tx) => {
        const { kind, subject, lang, every } = row;
        const same = tx.selectFrom('report_schedules').select('id').where('kind', '=', kind).where('subject', '=', subject);
        const known = await same.where('lang', '=', lang).where('every', '=', every).limit(1).executeTakeFirst();
        if (known !== undefined) return false;
        await tx.insertInto('report_schedules').values(row).execute();
        return true;
      });
    },
    async removeSchedule(id: string): Promise<boolean> {
      return (await db.deleteFrom('report_schedules').where('id', '=', id).executeTakeFirst()).numDeletedRows > 0n;
    },
    /** Whether this call moved it: of several nodes one makes the report. */
    async moveSchedule(id: string, from: number, to: number): Promise<boolean> {
      const query = db.updateTable('report_schedules').set({ next: to }).where('id', '=', id).where('next', '=', from);
      return (await query.executeTakeFirst()).numUpdatedRows > 0n;
    },
    async removeBefore(before: number): Promise<number> {
      return await transaction(async (tx) => {
        const old = tx.selectFrom('reports').select('id').where('at', '<', before);
        await tx.deleteFrom('report_files').where('report', 'in', old).execute();
        return Number((await tx.deleteFrom('reports').where('at', '<', before).executeTakeFirst()).numDeletedRows);
      });
    },
  };
}
