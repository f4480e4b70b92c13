import {
  adminSession,
  advanceIncident,
  getIncident,
  getRecoveryChecklist,
  type IncidentDetail,
  type IncidentState,
  incidentSeverities,
  listIncidents,
  mergeIncident,
} from '@menshen/contract';
import { Button, Input, Select } from 'antd';
import { useState } from 'react';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Field } from '../../ds/field.tsx';
import { Panel } from '../../ds/panel.tsx';
import { ErrorState } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { incidentName } from './incident-marks.tsx';
import styles from './incidents.module.css';

const stale = [getIncident, listIncidents];
type Step = Exclude<IncidentState, 'new'> | 'reopen';
type Open = Step | 'assign' | 'note' | 'severity' | 'merge' | null;

/** Steps from a state, the one that is due first. */
const stepsOf: Readonly<Record<IncidentState, readonly Step[]>> = {
  new: ['triaged', 'contained', 'false_alarm'],
  triaged: ['contained', 'recovered', 'closed', 'false_alarm'],
  contained: ['recovered', 'closed', 'reopen'],
  recovered: ['closed', 'reopen'],
  closed: ['reopen'],
  false_alarm: ['reopen'],
};

/** What can be done next; the step that is due is the first. */
export function StepsPanel({ incident }: { readonly incident: IncidentDetail }) {
  const { t } = useLanguage();
  const may = useMay();
  const session = useEndpoint(adminSession, { input: {} });
  const [open, setOpen] = useState<Open>(null);
  const take = useAction(advanceIncident, stale);
  const { id, state, owner, mergedInto } = incident;
  if (!may(advanceIncident) || mergedInto !== null) return null;
  const ended = state === 'closed' || state === 'false_alarm';
  const own = session.data?.administrator.username;
  const shut = (): void => setOpen(null);
  return (
    <Panel title={t('incidents.next')}>
      <div className={styles.stack}>
        {own === undefined || owner === own || ended ? null : (
          <Button
            type={owner === null ? 'primary' : 'default'}
            loading={take.isPending}
            onClick={() => take.mutate({ params: { id }, body: { step: 'assign', owner: own } })}
          >
            {t('incidents.take')}
          </Button>
        )}
        {stepsOf[state].map((step, at) => (
          <Button
            key={step}
            type={at === 0 && owner !== null && !ended ? 'primary' : 'default'}
            danger={step === 'false_alarm'}
            onClick={() => setOpen(step)}
          >
            {t(`incidents.step.${step}`)}
          </Button>
        ))}
        {ended ? null : (
          <>
            <Button onClick={() => setOpen('assign')}>{t('incidents.assign')}</Button>
            <Button onClick={() => setOpen('note')}>{t('incidents.addNote')}</Button>
            <Button onClick={() => setOpen('severity')}>{t('incidents.changeSeverity')}</Button>
            <Button onClick={() => setOpen('merge')}>{t('incidents.merge')}</Button>
          </>
        )}
      </div>
      {take.error === null ? null : <ErrorState error={take.error} />}
      {open === 'assign' ? <AssignDialog id={id} close={shut} /> : null}
      {open === 'note' ? <NoteDialog id={id} close={shut} /> : null}
      {open === 'severity' ? <SeverityDialog incident={incident} close={shut} /> : null}
      {open === 'merge' ? <MergeDialog incident={incident} close={shut} /> : null}
      {open === null || open === 'assign' || open === 'note' || open === 'severity' || open === 'merge' ? null : (
        <StepDialog incident={incident} step={open} close={shut} />
      )}
    </Panel>
  );
}

interface DialogProps {
  readonly id: string;
  readonly close: () => void;
}

function StepDialog({
  incident: { id, state },
  step,
  close,
}: Pick<DialogProps, 'close'> & { readonly incident: IncidentDetail; readonly step: Step }) {
  const { t, format } = useLanguage();
  const advance = useAction(advanceIncident, [...stale, getRecoveryChecklist]);
  const to = step === 'reopen' ? 'triaged' : step;
  const needsChecklist = step === 'recovered' || (step === 'closed' && state !== 'recovered');
  const checklist = useEndpoint(getRecoveryChecklist, { input: { params: { id } }, enabled: needsChecklist });
  const [exception, setException] = useState('');
  const [pressed, setPressed] = useState(false);
  const openBoxes = checklist.data?.boxes.filter((box) => box.state !== 'filled') ?? [];
  const asks = needsChecklist && openBoxes.length > 0;
  const short = asks && exception.trim().length < 10;
  return (
    <ConfirmDialog
      open
      title={t(`incidents.step.${step}`)}
      consequence={t(`incidents.stepText.${step}`)}
      confirm={t(`incidents.step.${step}`)}
      danger={step === 'false_alarm'}
      reasonLength={step === 'reopen' || step === 'false_alarm' || step === 'closed' ? 2 : 0}
      busy={advance.isPending}
      error={advance.error}
      onConfirm={(note) => {
        setPressed(true);
        if (short) return;
        const body = { step: 'advance' as const, to, note, ...(asks ? { exception: exception.trim() } : {}) };
        advance.mutate({ params: { id }, body }, { onSuccess: close });
      }}
      onClose={close}
    >
      {asks ? (
        <Field
          label={t('recoveryList.exceptionLabel')}
          hint={t('recoveryList.exceptionHint', {
            boxes: format.list(openBoxes.map(({ box }) => t(`recoveryList.box.${box}`))),
          })}
          error={pressed && short ? t('dialog.reasonShort', { count: 10 }) : undefined}
        >
          {(wiring) => (
            <Input.TextArea
              {...wiring}
              maxLength={1_000}
              autoSize={{ minRows: 2, maxRows: 6 }}
              value={exception}
              onChange={(event) => setException(event.target.value)}
            />
          )}
        </Field>
      ) : null}
    </ConfirmDialog>
  );
}

function AssignDialog({ id, close }: DialogProps) {
  const { t } = useLanguage();
  const [owner, setOwner] = useState('');
  const advance = useAction(advanceIncident, stale);
  return (
    <ConfirmDialog
      open
      title={t('incidents.assign')}
      consequence={t('incidents.assignText')}
      confirm={t('incidents.assign')}
      busy={advance.isPending}
      error={advance.error}
      onConfirm={() => {
        const name = owner.trim();
        advance.mutate({ params: { id }, body: { step: 'assign', owner: name === '' ? null : name } }, { onSuccess: close });
      }}
      onClose={close}
    >
      <Field label={t('incidents.owner')} hint={t('incidents.assignHint')}>
        {(wiring) => <Input {...wiring} maxLength={100} value={owner} onChange={(event) => setOwner(event.target.value)} />}
      </Field>
    </ConfirmDialog>
  );
}

function NoteDialog({ id, close }: DialogProps) {
  const { t } = useLanguage();
  const [note, setNote] = useState('');
  const advance = useAction(advanceIncident, stale);
  return (
    <ConfirmDialog
      open
      title={t('incidents.addNote')}
      consequence={null}
      confirm={t('incidents.addNote')}
      busy={advance.isPending}
      error={advance.error}
      onConfirm={() => {
        if (note.trim() !== '') advance.mutate({ params: { id }, body: { step: 'note', note } }, { onSuccess: close });
      }}
      onClose={close}
    >
      <Field label={t('incidents.note')}>
        {(wiring) => (
          <Input.TextArea
            {...wiring}
            maxLength={4_000}
            autoSize={{ minRows: 4, maxRows: 12 }}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        )}
      </Field>
    </ConfirmDialog>
  );
}

function SeverityDialog({ incident, close }: { readonly incident: IncidentDetail; readonly close: () => void }) {
  const { t } = useLanguage();
  const [severity, setSeverity] = useState(incident.severity);
  const advance = useAction(advanceIncident, stale);
  return (
    <ConfirmDialog
      open
      title={t('incidents.changeSeverity')}
      consequence={t('incidents.changeSeverityText')}
      confirm={t('incidents.changeSeverity')}
      reasonLength={2}
      busy={advance.isPending}
      error={advance.error}
      onConfirm={(note) =>
        advance.mutate({ params: { id: incident.id }, body: { step: 'severity', severity, note } }, { onSuccess: close })
      }
      onClose={close}
    >
      <Field label={t('incidents.severity')}>
        {(wiring) => (
          <Select
            {...wiring}
            style={{ width: '100%' }}
            value={severity}
            onChange={setSeverity}
            options={[...incidentSeverities].reverse().map((value) => ({ value, label: t(`severity.${value}`) }))}
          />
        )}
      </Field>
    </ConfirmDialog>
  );
}

function MergeDialog({ incident, close }: { readonly incident: IncidentDetail; readonly close: () => void }) {
  const { t, language } = useLanguage();
  const [into, setInto] = useState<string | null>(incident.related[0]?.id ?? null);
  const others = useEndpoint(listIncidents, { input: { query: { show: 'open', limit: '100' } } });
  const merge = useAction(mergeIncident, stale);
  const options = (others.data?.incidents ?? [])
    .filter(({ id }) => id !== incident.id)
    .map(({ id, number, title }) => ({ value: id, label: `${incidentName(number)} ${title[language]}` }));
  return (
    <ConfirmDialog
      open
      title={t('incidents.merge')}
      consequence={options.length === 0 ? t('incidents.mergeNone') : t('incidents.mergeText')}
      confirm={t('incidents.merge')}
      danger
      reasonLength={2}
      busy={merge.isPending}
      error={merge.error}
      onConfirm={(reason) => {
        if (into !== null) merge.mutate({ params: { id: incident.id }, body: { into, reason } }, { onSuccess: close });
      }}
      onClose={close}
    >
      <Field label={t('incidents.mergeTarget')}>
        {(wiring) => <Select {...wiring} style={{ width: '100%' }} value={into} onChange={setInto} options={options} />}
      </Field>
    </ConfirmDialog>
  );
}
