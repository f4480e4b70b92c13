import { endTrainingAssignment, getTraining, type TrainingAssignmentView } from '@menshen/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { Done, Overdue } from './figures.tsx';
import type { TrainingData } from './model.ts';

/** What is asked of whom until when. */
export function AssignmentsPanel({ training }: { readonly training: TrainingData }) {
  const { t, language, format } = useLanguage();
  const may = useMay();
  const [ending, setEnding] = useState<TrainingAssignmentView | null>(null);
  const end = useAction(endTrainingAssignment, [getTraining]);
  const running = training.assignments.filter(({ ended }) => ended === null);
  const close = (): void => {
    end.reset();
    setEnding(null);
  };
  const whom = ({ target, whom: words }: TrainingAssignmentView): string =>
    target.kind === 'everyone'
      ? t('training.everyone')
      : target.kind === 'people'
        ? t('training.namedPeople', { count: target.uids.length })
        : words;
  const columns: readonly Column<TrainingAssignmentView>[] = [
    {
      key: 'course',
      title: t('training.course'),
      grow: true,
      render: ({ title, reason, origin }) => (
        <>
          {title[language]}
          <div className="quiet">{origin === null ? reason : origin.because[language]}</div>
        </>
      ),
    },
    { key: 'whom', title: t('training.whom'), width: 160, wrap: true, render: whom },
    {
      key: 'due',
      title: t('training.due'),
      render: ({ due, dueDays }) => (due === null ? t('training.dueDays', { count: dueDays }) : format.day(due)),
    },
    { key: 'done', title: t('training.done'), render: ({ figures }) => <Done figures={figures} /> },
    { key: 'overdue', title: t('training.overdue'), render: ({ figures }) => <Overdue figures={figures} /> },
    ...(may(endTrainingAssignment)
      ? [
          {
            key: 'act',
            title: t('training.act'),
            plain: true,
            render: (row: TrainingAssignmentView) => (
              <Button
                size="small"
                onClick={() => setEnding(row)}
                aria-label={t('training.endOf', { course: row.title[language], whom: whom(row) })}
              >
                {t('training.end')}
              </Button>
            ),
          },
        ]
      : []),
  ];
  return (
    <Panel flush title={t('training.assignments')} note={t('training.assignmentsNote')}>
      <DataTable
        caption={t('training.assignments')}
        columns={columns}
        rows={running}
        rowKey={({ id }) => id}
        empty={<EmptyState title={t('training.noAssignment')}>{t('training.noAssignmentText')}</EmptyState>}
      />
      <ConfirmDialog
        open={ending !== null}
        title={t('training.end')}
        consequence={ending === null ? null : t('training.endText', { course: ending.title[language], whom: whom(ending) })}
        confirm={t('training.end')}
        reasonLength={4}
        busy={end.isPending}
        error={end.error}
        onConfirm={(reason) => {
          if (ending !== null) end.mutate({ params: { id: ending.id }, body: { reason } }, { onSuccess: close });
        }}
        onClose={close}
      />
    </Panel>
  );
}
