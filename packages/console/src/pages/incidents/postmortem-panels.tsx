import {
  actionKinds,
  addIncidentAction,
  finishIncidentAction,
  getIncident,
  type IncidentAction,
  type IncidentDetail,
} from '@menshen/contract';
import { Button, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { Field } from '../../ds/field.tsx';
import { useFocusReturn } from '../../ds/focus-return.ts';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, ErrorState } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { fromWallClock, toWallClock } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { PaperForm } from './paper-form.tsx';

const groups = [{ name: null, fields: ['cause', 'wentWell', 'wentBadly', 'lessons'] }] as const;
const usualDays = 14;
const dayMs = 86_400_000;

/** What was learned, and what is to come of it. */
export function PostmortemPanels({ incident }: { readonly incident: IncidentDetail }) {
  const { t } = useLanguage();
  return (
    <>
      <ActionsPanel incident={incident} />
      <Panel title={t('incidents.review')} note={t('incidents.reviewNote')}>
        <PaperForm incident={incident} groups={groups} />
      </Panel>
    </>
  );
}

function ActionsPanel({ incident }: { readonly incident: IncidentDetail }) {
  const { t, format } = useLanguage();
  const may = useMay();
  const [adding, setAdding] = useState(false);
  const finish = useAction(finishIncidentAction, [getIncident]);
  const columns: readonly Column<IncidentAction>[] = [
    {
      ...{ key: 'text', title: t('incidents.action'), wrap: true, grow: true },
      render: ({ text, kind }) => (
        <>
          {text} <span className="quiet">{t(`incidents.actionKind.${kind}`)}</span>
        </>
      ),
    },
    { ...{ key: 'owner', title: t('incidents.owner') }, render: ({ owner }) => owner },
    {
      ...{ key: 'due', title: t('incidents.due') },
      render: ({ due, done, overdue }) => (
        <>
          <Status tone={done !== null ? 'safe' : overdue ? 'danger' : 'quiet'}>
            {done !== null ? t('incidents.isDone') : overdue ? t('incidents.isOverdue') : t('incidents.inProgress')}
          </Status>{' '}
          <span className="figures no-wrap">{format.minute(done ?? due)}</span>
        </>
      ),
    },
    ...(may(finishIncidentAction)
      ? [
          {
            ...{ key: 'act', title: t('incidents.done'), plain: true },
            render: ({ id, text, done }: IncidentAction) =>
              done !== null ? null : (
                <Button
                  size="small"
                  aria-label={t('incidents.doneOf', { text })}
                  onClick={() => finish.mutate({ params: { id: incident.id, action: id }, body: {} })}
                >
                  {t('incidents.done')}
                </Button>
              ),
          },
        ]
      : []),
  ];
  return (
    <Panel
      flush
      title={t('incidents.actions')}
      note={t('incidents.actionsNote')}
      actions={may(addIncidentAction) ? <Button onClick={() => setAdding(true)}>{t('incidents.addAction')}</Button> : undefined}
    >
      {finish.error === null ? null : <ErrorState error={finish.error} />}
      <DataTable
        caption={t('incidents.actions')}
        columns={columns}
        rows={incident.actions}
        rowKey={({ id }) => id}
        empty={<EmptyState title={t('incidents.noActions')}>{t('incidents.noActionsText')}</EmptyState>}
      />
      {adding ? <ActionDialog id={incident.id} close={() => setAdding(false)} /> : null}
    </Panel>
  );
}

function ActionDialog({ id, close }: { readonly id: string; readonly close: () => void }) {
  const { t } = useLanguage();
  const [kind, setKind] = useState<(typeof actionKinds)[number]>('hardening');
  const [values, setValues] = useState({ text: '', owner: '', due: toWallClock(Date.now() + usualDays * dayMs) });
  const add = useAction(addIncidentAction, [getIncident]);
  useFocusReturn(true);
  const put = (change: Partial<typeof values>): void => setValues({ ...values, ...change });
  const due = fromWallClock(values.due);
  const ready = due !== null && values.text.trim().length > 1 && values.owner.trim() !== '';
  return (
    <Modal
      open
      title={t('incidents.addAction')}
      okText={t('incidents.addAction')}
      cancelText={t('dialog.cancel')}
      okButtonProps={{ loading: add.isPending, disabled: !ready }}
      onOk={() => {
        const { text, owner } = values;
        if (due !== null) add.mutate({ params: { id }, body: { kind, text, owner, due } }, { onSuccess: close });
      }}
      onCancel={close}
    >
      <Field label={t('incidents.action')}>
        {(wiring) => (
          <Input.TextArea
            {...wiring}
            maxLength={1_000}
            autoSize={{ minRows: 2, maxRows: 8 }}
            value={values.text}
            onChange={(event) => put({ text: event.target.value })}
          />
        )}
      </Field>
      <Field label={t('incidents.actionKind')}>
        {(wiring) => (
          <Select
            {...wiring}
            style={{ width: '100%' }}
            value={kind}
            onChange={setKind}
            options={actionKinds.map((value) => ({ value, label: t(`incidents.actionKind.${value}`) }))}
          />
        )}
      </Field>
      <Field label={t('incidents.owner')}>
        {(wiring) => (
          <Input {...wiring} maxLength={100} value={values.owner} onChange={(event) => put({ owner: event.target.value })} />
        )}
      </Field>
      <Field label={t('incidents.due')}>
        {(wiring) => (
          <Input {...wiring} type="datetime-local" value={values.due} onChange={(event) => put({ due: event.target.value })} />
        )}
      </Field>
      {add.error === null ? null : <ErrorState error={add.error} />}
    </Modal>
  );
}
