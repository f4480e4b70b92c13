import { listReports, type ReportSchedule, removeReportSchedule } from '@menshen/contract';
import { Button } from 'antd';
import { useState } from 'react';
import type { Output } from '../../api/call.ts';
import { useAction } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';

/** Reports that make themselves, and when next. */
export function SchedulesPanel({
  schedules,
  subjects,
}: {
  readonly schedules: readonly ReportSchedule[];
  readonly subjects: Output<typeof listReports>['subjects'];
}) {
  const { t, format, language } = useLanguage();
  const may = useMay();
  const [removing, setRemoving] = useState<ReportSchedule | null>(null);
  const remove = useAction(removeReportSchedule, [listReports]);
  const columns: readonly Column<ReportSchedule>[] = [
    {
      ...{ key: 'kind', title: t('reports.report'), grow: true },
      render: ({ kind, subject, lang }) => (
        <>
          {t(`reports.kind.${kind}`)}{' '}
          <span className="quiet">
            {subjects.find(({ id }) => id === subject)?.name[language] ?? subject} · {t(`reports.lang.${lang}`)}
          </span>
        </>
      ),
    },
    { ...{ key: 'every', title: t('reports.everyTitle') }, render: ({ every }) => t(`reports.every.${every}`) },
    {
      ...{ key: 'next', title: t('reports.next') },
      render: ({ next }) => <span className="no-wrap">{format.minute(next)}</span>,
    },
    { ...{ key: 'by', title: t('reports.scheduledBy') }, render: ({ by }) => by },
    {
      ...{ key: 'act', title: t('reports.stop'), plain: true },
      render: (one) =>
        may(removeReportSchedule) ? (
          <Button
            size="small"
            aria-label={t('reports.stopOf', { kind: t(`reports.kind.${one.kind}`) })}
            onClick={() => setRemoving(one)}
          >
            {t('reports.stop')}
          </Button>
        ) : null,
    },
  ];
  return (
    <Panel flush title={t('reports.schedules')} note={t('reports.everyHint')}>
      <DataTable
        caption={t('reports.schedules')}
        columns={columns}
        rows={schedules}
        rowKey={({ id }) => id}
        empty={<EmptyState title={t('reports.noSchedules')}>{t('reports.noSchedulesText')}</EmptyState>}
      />
      {removing === null ? null : (
        <ConfirmDialog
          open
          title={t('reports.stop')}
          consequence={t('reports.stopText', { kind: t(`reports.kind.${removing.kind}`) })}
          confirm={t('reports.stop')}
          busy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate({ params: { id: removing.id } }, { onSuccess: () => setRemoving(null) })}
          onClose={() => setRemoving(null)}
        />
      )}
    </Panel>
  );
}
