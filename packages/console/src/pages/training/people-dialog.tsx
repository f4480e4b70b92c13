import { readTrainingPeople, revokeTrainingCertificate } from '@menshen/contract';
import { Button, Select } from 'antd';
import { useState } from 'react';
import type { Output } from '../../api/call.ts';
import { useAction } from '../../api/hooks.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { PersonLink } from '../../components/people/person-link.tsx';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { Field } from '../../ds/field.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import type { TrainingData } from './model.ts';

type Found = Output<typeof readTrainingPeople>;
type Row = Found['rows'][number];
type State = 'overdue' | 'open' | 'done' | 'all';
const states: readonly State[] = ['overdue', 'open', 'done', 'all'];

interface PeopleDialogProps {
  readonly training: TrainingData;
  readonly open: boolean;
  readonly onClose: () => void;
}

/** Asks why before anybody is shown by name; what was found stays on the page until it is left. */
export function PeopleDialog({ training, open, onClose }: PeopleDialogProps) {
  const { t, language } = useLanguage();
  const read = useAction(readTrainingPeople);
  const [state, setState] = useState<State>('overdue');
  const [course, setCourse] = useState('');
  const [found, setFound] = useState<Found | null>(null);
  const close = (): void => {
    read.reset();
    onClose();
  };
  return (
    <>
      {found === null ? null : <FoundPanel found={found} training={training} close={() => setFound(null)} />}
      <ConfirmDialog
        open={open}
        title={t('training.byName')}
        consequence={t('training.byNameText')}
        confirm={t('training.show')}
        reasonLength={4}
        busy={read.isPending}
        error={read.error}
        onConfirm={(reason) =>
          read.mutate(
            { body: { state, reason, ...(course === '' ? {} : { course }) } },
            {
              onSuccess: (rows) => {
                setFound(rows);
                close();
              },
            },
          )
        }
        onClose={close}
      >
        <Field label={t('training.course')}>
          {(wiring) => (
            <Select<string>
              {...wiring}
              value={course}
              style={{ width: '100%' }}
              options={[
                { value: '', label: t('training.allCourses') },
                ...training.courses.map(({ id, title }) => ({ value: id, label: title[language] })),
              ]}
              onChange={setCourse}
            />
          )}
        </Field>
        <Field label={t('training.stateOf')}>
          {(wiring) => (
            <Select<State>
              {...wiring}
              value={state}
              style={{ width: '100%' }}
              options={states.map((one) => ({ value: one, label: t(`training.state.${one}`) }))}
              onChange={setState}
            />
          )}
        </Field>
      </ConfirmDialog>
    </>
  );
}

function FoundPanel({
  found,
  training,
  close,
}: {
  readonly found: Found;
  readonly training: TrainingData;
  readonly close: () => void;
}) {
  const { t, language, format } = useLanguage();
  const [revoking, setRevoking] = useState<Row | null>(null);
  const revoke = useAction(revokeTrainingCertificate);
  const titleOf = (id: string): string => training.courses.find((one) => one.id === id)?.title[language] ?? id;
  const done = (): void => {
    revoke.reset();
    setRevoking(null);
  };
  const columns: readonly Column<Row>[] = [
    { key: 'name', title: t('training.person'), render: ({ uid, name }) => <PersonLink uid={uid} name={name} /> },
    { key: 'department', title: t('training.department'), width: 160, wrap: true, render: ({ department }) => department },
    { key: 'course', title: t('training.course'), grow: true, render: ({ course }) => titleOf(course) },
    {
      key: 'due',
      title: t('training.due'),
      render: ({ due, done: at, unreached }) => (
        <>
          {at === null ? (
            <Status tone={due < training.now ? 'warning' : 'quiet'}>{format.day(due)}</Status>
          ) : (
            <Status tone="safe">{format.day(at)}</Status>
          )}
          {unreached === null ? null : <div className="quiet">{t('training.notReached')}</div>}
        </>
      ),
    },
    {
      key: 'best',
      title: t('training.best'),
      numeric: true,
      render: ({ best, attempts }) => (best === null ? t('training.attempts', { count: attempts }) : best),
    },
    {
      key: 'certificate',
      title: t('training.certificate'),
      plain: true,
      render: (row) =>
        row.certificate === null ? (
          <span className="quiet">–</span>
        ) : (
          <Button size="small" danger onClick={() => setRevoking(row)} aria-label={t('training.revokeOf', { name: row.name })}>
            {t('training.revoke')}
          </Button>
        ),
    },
  ];
  return (
    <Panel
      flush
      title={t('training.byName')}
      note={found.more ? t('training.more') : t('training.recorded')}
      actions={<Button onClick={close}>{t('training.hide')}</Button>}
    >
      <DataTable
        caption={t('training.byName')}
        columns={columns}
        rows={found.rows}
        rowKey={({ uid, course }) => `${uid} ${course}`}
        empty={<EmptyState title={t('training.nobody')} />}
      />
      <ConfirmDialog
        open={revoking !== null}
        title={t('training.revoke')}
        consequence={
          revoking === null ? null : t('training.revokeText', { name: revoking.name, course: titleOf(revoking.course) })
        }
        confirm={t('training.revoke')}
        danger
        reasonLength={4}
        busy={revoke.isPending}
        error={revoke.error}
        onConfirm={(reason) => {
          if (revoking?.certificate != null)
            revoke.mutate({ params: { id: revoking.certificate }, body: { reason } }, { onSuccess: done });
        }}
        onClose={done}
      />
    </Panel>
  );
}
