import type { TrainingGroup } from '@menshen/contract';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { Done, Overdue, Rate } from './figures.tsx';
import type { TrainingData } from './model.ts';

/** Departments, the one with the most overdue first. Those that are too small stand together. */
export function GroupsPanel({ training }: { readonly training: TrainingData }) {
  const { t } = useLanguage();
  const { groups, minimumGroup } = training;
  const name = (group: TrainingGroup): string => (group.department === null ? t('training.smallGroups') : group.name);
  const columns: readonly Column<TrainingGroup>[] = [
    { key: 'name', title: t('training.department'), grow: true, value: name, render: name },
    { key: 'people', title: t('training.people'), numeric: true, value: ({ people }) => people, render: ({ people }) => people },
    {
      key: 'done',
      title: t('training.done'),
      value: ({ figures }) => figures.done,
      render: ({ figures }) => <Done figures={figures} />,
    },
    {
      key: 'overdue',
      title: t('training.overdue'),
      value: ({ figures }) => figures.overdue,
      render: ({ figures }) => <Overdue figures={figures} />,
    },
    {
      key: 'first',
      title: t('training.firstTry'),
      numeric: true,
      value: ({ figures }) => figures.firstTry,
      render: ({ figures }) => <Rate value={figures.firstTry} />,
    },
    {
      key: 'retention',
      title: t('training.retention'),
      numeric: true,
      value: ({ figures }) => figures.retention,
      render: ({ figures }) => <Rate value={figures.retention} />,
    },
  ];
  return (
    <Panel
      flush
      title={t('training.groups')}
      note={t('training.groupsNote', { count: minimumGroup })}
      actions={<ExportButton name="menshen-training-departments" columns={columns} rows={groups} />}
    >
      <DataTable
        caption={t('training.groups')}
        columns={columns}
        rows={groups}
        rowKey={({ department }) => department ?? '-'}
        empty={<EmptyState title={t('training.tooFew')}>{t('training.tooFewText', { count: minimumGroup })}</EmptyState>}
      />
    </Panel>
  );
}
