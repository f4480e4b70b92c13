import type { RestoreView } from '@menshen/contract';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import type { RecoveryData } from './model.ts';

/** Restores that were carried out, by records that this installation has signed. */
export function RestoresPanel({ data: { restores } }: { readonly data: RecoveryData }) {
  const { t, format } = useLanguage();
  const columns: readonly Column<RestoreView>[] = [
    {
      key: 'finished',
      title: t('recovery.restoredAt'),
      value: ({ finished }) => format.dateTime(finished),
      render: ({ finished }) => format.dateTime(finished),
    },
    {
      key: 'what',
      title: t('recovery.restoredWhat'),
      grow: true,
      wrap: true,
      value: ({ data, source }) => `${data ?? t('recovery.ownState')} ${source}`,
      render: ({ data, source }) => (
        <>
          {data ?? t('recovery.ownState')}
          <div className="quiet">{source}</div>
        </>
      ),
    },
    {
      key: 'stateOf',
      title: t('recovery.stateOf'),
      value: ({ stateOf }) => format.dateTime(stateOf),
      render: ({ stateOf }) => format.dateTime(stateOf),
    },
    {
      key: 'rows',
      title: t('recovery.rows'),
      numeric: true,
      value: ({ rows }) => rows,
      render: ({ rows }) => format.number(rows),
    },
    {
      key: 'seconds',
      title: t('recovery.rto'),
      numeric: true,
      value: ({ seconds }) => seconds,
      render: ({ seconds }) => format.span(seconds * 1_000),
    },
  ];
  return (
    <Panel
      flush
      title={t('recovery.restores')}
      note={t('recovery.restoresNote')}
      actions={<ExportButton name="menshen-restores" columns={columns} rows={restores} />}
    >
      <DataTable
        caption={t('recovery.restores')}
        columns={columns}
        rows={restores}
        rowKey={({ finished, source }) => `${finished} ${source}`}
        empty={<EmptyState title={t('recovery.restoresEmpty')}>{t('recovery.restoresEmptyText')}</EmptyState>}
      />
    </Panel>
  );
}
