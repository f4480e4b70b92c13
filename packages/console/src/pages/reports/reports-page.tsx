import { addReportSchedule, listReports, makeReport, type ReportView, reportIntervals } from '@menshen/contract';
import { Button } from 'antd';
import { useState } from 'react';
import type { Output } from '../../api/call.ts';
import { useServerEvents } from '../../api/events.ts';
import { useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { CompareDialog } from './compare-dialog.tsx';
import { FileButtons } from './file-buttons.tsx';
import { MakeDialog } from './make-dialog.tsx';
import { SchedulesPanel } from './schedules-panel.tsx';
import { VerifyPanel } from './verify-panel.tsx';

/** Reports: make one, take it out, see what changed since the last, and check one that somebody holds. */
export function ReportsPage() {
  const { t } = useLanguage();
  const may = useMay();
  const reports = useEndpoint(listReports, { input: { query: {} } });
  const [dialog, setDialog] = useState<'make' | 'schedule' | null>(null);
  useServerEvents((event) => {
    if (event.kind === 'compliance') void reports.refetch();
  });
  return (
    <Page
      title={t('reports.title')}
      question={t('reports.question')}
      actions={
        <>
          {may(addReportSchedule) ? <Button onClick={() => setDialog('schedule')}>{t('reports.addSchedule')}</Button> : null}
          {may(makeReport) ? (
            <Button type="primary" onClick={() => setDialog('make')}>
              {t('reports.make')}
            </Button>
          ) : null}
        </>
      }
    >
      <Loadable query={reports} lines={12}>
        {(data) => (
          <>
            <MadePanel data={data} />
            <SchedulesPanel schedules={data.schedules} subjects={data.subjects} />
            <VerifyPanel publicKey={data.publicKey} />
          </>
        )}
      </Loadable>
      {dialog === null || reports.data === undefined ? null : (
        <MakeDialog recurring={dialog === 'schedule'} subjects={reports.data.subjects} close={() => setDialog(null)} />
      )}
    </Page>
  );
}

function MadePanel({ data }: { readonly data: Output<typeof listReports> }) {
  const { t, format, language } = useLanguage();
  const [comparing, setComparing] = useState<ReportView | null>(null);
  const columns: readonly Column<ReportView>[] = [
    {
      ...{ key: 'report', title: t('reports.report'), grow: true, wrap: true },
      render: ({ number, kind, subject, lang, reason, by, files }) => {
        const key = files[0]?.key ?? null;
        // What made itself says how often it does.
        const interval = by === 'menshen' ? reportIntervals.find((one) => one === reason) : undefined;
        return (
          <>
            <strong>{t('reports.numberOf', { number, kind: t(`reports.kind.${kind}`) })}</strong>{' '}
            <span className="quiet">
              {[
                ...(subject === 'all' ? [] : [data.subjects.find(({ id }) => id === subject)?.name[language] ?? subject]),
                t(`reports.lang.${lang}`),
                ...(key === null ? [] : [t('reports.keyOf', { key })]),
              ].join(' · ')}
            </span>
            {reason === '' ? null : (
              <div className="quiet">{interval === undefined ? reason : t(`reports.every.${interval}`)}</div>
            )}
          </>
        );
      },
    },
    {
      ...{ key: 'made', title: t('reports.made') },
      render: ({ by, at }) => (
        <>
          {by} <span className="quiet figures no-wrap">{format.minute(at)}</span>
        </>
      ),
    },
    { ...{ key: 'files', title: t('reports.download'), plain: true }, render: (report) => <FileButtons report={report} /> },
    {
      ...{ key: 'compare', title: t('reports.compare'), plain: true },
      render: (report) =>
        report.previous === null ? (
          <span className="quiet">{t('reports.first')}</span>
        ) : (
          <Button
            size="small"
            aria-label={t('reports.compareOf', { number: report.number, before: report.previous.number })}
            onClick={() => setComparing(report)}
          >
            {t('reports.compareWith', { number: report.previous.number })}
          </Button>
        ),
    },
  ];
  return (
    <Panel flush title={t('reports.list')} note={t('reports.listNote', { count: data.keepDays })}>
      <DataTable
        caption={t('reports.list')}
        columns={columns}
        rows={data.reports}
        rowKey={({ id }) => id}
        empty={<EmptyState title={t('reports.none')}>{t('reports.noneText')}</EmptyState>}
      />
      {comparing === null ? null : <CompareDialog report={comparing} close={() => setComparing(null)} />}
    </Panel>
  );
}
