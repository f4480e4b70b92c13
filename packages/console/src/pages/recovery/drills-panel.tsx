import type { DrillView } from '@menshen/contract';
import type { ReactNode } from 'react';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import type { RecoveryData } from './model.ts';

/** Drills over time, each with what it measured; only records that this installation has signed. */
export function DrillsPanel({ data: { drills, drill }, act }: { readonly data: RecoveryData; readonly act: ReactNode }) {
  const { t, format } = useLanguage();
  const columns: readonly Column<DrillView>[] = [
    { key: 'at', title: t('recovery.drillAt'), value: ({ at }) => format.dateTime(at), render: ({ at }) => format.dateTime(at) },
    {
      key: 'ok',
      title: t('recovery.drillResult'),
      grow: true,
      value: ({ ok, problems }) => [t(ok ? 'recovery.passed' : 'recovery.failed'), ...problems].join(' '),
      render: ({ ok, problems }) => (
        <>
          <Status tone={ok ? 'safe' : 'danger'} filled={!ok}>
            {t(ok ? 'recovery.passed' : 'recovery.failed')}
          </Status>
          {problems.length === 0 ? null : <div className="quiet">{problems.join('; ')}</div>}
        </>
      ),
    },
    {
      key: 'rpo',
      title: t('recovery.rpo'),
      numeric: true,
      value: ({ rpoSeconds }) => rpoSeconds,
      render: ({ rpoSeconds }) => format.span(rpoSeconds * 1_000),
    },
    {
      key: 'rto',
      title: t('recovery.rto'),
      numeric: true,
      value: ({ rtoSeconds }) => rtoSeconds,
      render: ({ rtoSeconds }) => format.span(rtoSeconds * 1_000),
    },
    {
      key: 'rows',
      title: t('recovery.rows'),
      numeric: true,
      value: ({ rows }) => rows,
      render: ({ rows }) => format.number(rows),
    },
    {
      key: 'backup',
      title: t('recovery.drillOf'),
      value: ({ backupAt }) => format.dateTime(backupAt),
      render: ({ backupAt }) => format.dateTime(backupAt),
    },
  ];
  return (
    <Panel
      flush
      title={t('recovery.drills')}
      note={drill === null ? t('recovery.drillsByHand') : t('recovery.drillsNote', { next: format.minute(drill.next) })}
      actions={
        <>
          {act}
          <ExportButton name="menshen-drills" columns={columns} rows={drills} />
        </>
      }
    >
      <DataTable
        caption={t('recovery.drills')}
        columns={columns}
        rows={drills}
        rowKey={({ at }) => String(at)}
        empty={<EmptyState title={t('recovery.drillsEmpty')}>{t('recovery.drillsEmptyText')}</EmptyState>}
      />
    </Panel>
  );
}
