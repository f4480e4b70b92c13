import { addTreatment, changeTreatment, getRisk, getRiskOverview, listTreatments, type RiskTreatment } from '@menshen/contract';
import { Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Field } from '../../ds/field.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './risk.module.css';

const options = ['reduce', 'avoid', 'transfer', 'retain'] as const;
const states = ['planned', 'under_way', 'done', 'dropped'] as const;
/** The day in China of a time, as a date field holds it, and its end. */
const shanghaiMs = 8 * 3_600_000;
const dayOf = (at: number | null): string => (at === null ? '' : new Date(at + shanghaiMs).toISOString().slice(0, 10));
const endOf = (day: string): number | null => (day === '' ? null : Date.parse(`${day}T23:59:59+08:00`));

/** Plans a treatment, or changes one: what, who, by when, for how much, and what should be left. */
export function TreatmentDialog({
  risk,
  known,
  plan: suggested = '',
  close,
}: {
  readonly risk: string;
  readonly known: RiskTreatment | null;
  readonly plan?: string;
  readonly close: () => void;
}) {
  const { t } = useLanguage();
  const [option, setOption] = useState<(typeof options)[number]>(known?.option ?? 'reduce');
  const [plan, setPlan] = useState(known?.plan ?? suggested);
  const [owner, setOwner] = useState(known?.owner ?? '');
  const [cost, setCost] = useState<number | null>(known?.cost ?? null);
  const [due, setDue] = useState(dayOf(known?.due ?? null));
  const [residual, setResidual] = useState<number | null>(known?.residual ?? null);
  const [state, setState] = useState<(typeof states)[number]>(known?.state ?? 'planned');
  const stale = [getRisk, listTreatments, getRiskOverview];
  const add = useAction(addTreatment, stale);
  const change = useAction(changeTreatment, stale);
  const save = (): void => {
    const fields = { option, plan: plan.trim(), owner: owner.trim(), cost, due: endOf(due), residual };
    if (known === null) add.mutate({ body: { risk, ...fields } }, { onSuccess: close });
    else change.mutate({ params: { id: known.id }, body: { ...fields, state } }, { onSuccess: close });
  };
  return (
    <ConfirmDialog
      open
      title={t(known === null ? 'risks.planTitle' : 'risks.planChange')}
      consequence={t('risks.planText')}
      confirm={t('risks.save')}
      busy={add.isPending || change.isPending}
      error={add.error ?? change.error}
      onConfirm={save}
      onClose={close}
    >
      <div className={styles.form}>
        <Field label={t('risks.option')}>
          {(wiring) => (
            <Select
              {...wiring}
              value={option}
              onChange={setOption}
              options={options.map((value) => ({ value, label: t(`risks.option.${value}`) }))}
            />
          )}
        </Field>
        <Field label={t('risks.plan')}>
          {(wiring) => (
            <Input.TextArea
              {...wiring}
              required
              maxLength={1_000}
              autoSize={{ minRows: 2, maxRows: 6 }}
              value={plan}
              onChange={(event) => setPlan(event.target.value)}
            />
          )}
        </Field>
        <Field label={t('risks.owner')} hint={t('risks.ownerHint')}>
          {(wiring) => (
            <Input {...wiring} required maxLength={60} value={owner} onChange={(event) => setOwner(event.target.value)} />
          )}
        </Field>
        <Field label={t('risks.due')}>
          {(wiring) => <Input {...wiring} type="date" value={due} onChange={(event) => setDue(event.target.value)} />}
        </Field>
        <Field label={t('risks.cost')}>
          {(wiring) => (
            <InputNumber
              {...wiring}
              min={0}
              max={1_000_000_000_000}
              value={cost}
              onChange={setCost}
              style={{ inlineSize: '100%' }}
            />
          )}
        </Field>
        <Field label={t('risks.residual')} hint={t('risks.residualHint')}>
          {(wiring) => <InputNumber {...wiring} min={1} max={25} step={0.1} value={residual} onChange={setResidual} />}
        </Field>
        {known === null ? null : (
          <Field label={t('risks.stateTitle')}>
            {(wiring) => (
              <Select
                {...wiring}
                value={state}
                onChange={setState}
                options={states.map((value) => ({ value, label: t(`risks.treatment.${value}`) }))}
              />
            )}
          </Field>
        )}
      </div>
    </ConfirmDialog>
  );
}
