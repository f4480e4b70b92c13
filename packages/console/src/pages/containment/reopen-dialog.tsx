import {
  getToday,
  listMeasures,
  type Measured,
  type MeasureView,
  measureLine,
  reopeningPlan,
  reopenMeasure,
} from '@menshen/contract';
import { Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Field } from '../../ds/field.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './containment.module.css';
import { readShares } from './shares.ts';

const holds = [5, 10, 30, 60, 240] as const;

/** Begins to take a measure back in steps. */
export function ReopenDialog({ measure, close }: { readonly measure: MeasureView | null; readonly close: () => void }) {
  const { t, language } = useLanguage();
  const reopen = useAction(reopenMeasure, [listMeasures, getToday]);
  const [shares, setShares] = useState('5, 25, 100');
  const [minutes, setMinutes] = useState<(typeof holds)[number]>(10);
  const [advance, setAdvance] = useState<'auto' | 'manual'>('auto');
  const [errorPercent, setErrors] = useState(5);
  const [refusedPercent, setRefused] = useState(20);
  const read = readShares(shares);
  const done = (): void => {
    reopen.reset();
    close();
  };
  return (
    <ConfirmDialog
      open={measure !== null}
      title={t('reopening.begin')}
      consequence={
        measure === null
          ? null
          : t('reopening.beginText', {
              measure: measureLine({ kind: measure.kind, target: measure.target } as Measured)[language],
            })
      }
      confirm={t('reopening.begin')}
      reasonLength={4}
      busy={reopen.isPending}
      error={reopen.error}
      onConfirm={(reason) => {
        if (measure === null || read === null) return;
        const steps = read.map((share) => ({ share, seconds: minutes * 60 }));
        const plan = reopeningPlan.parse({ steps, advance, watch: { errorPercent, refusedPercent } });
        reopen.mutate({ params: { id: measure.id }, body: { plan, reason } }, { onSuccess: done });
      }}
      onClose={done}
    >
      <div className={styles.form}>
        <Field
          label={t('reopening.shares')}
          hint={t('reopening.sharesHint')}
          error={read === null ? t('reopening.sharesWrong') : undefined}
        >
          {(wiring) => <Input {...wiring} maxLength={60} value={shares} onChange={(event) => setShares(event.target.value)} />}
        </Field>
        <Field label={t('reopening.hold')}>
          {(wiring) => (
            <Select
              {...wiring}
              style={{ width: '100%' }}
              value={minutes}
              onChange={setMinutes}
              options={holds.map((value) => ({ value, label: t('reopening.minutes', { count: value }) }))}
            />
          )}
        </Field>
        <Field label={t('reopening.advance')}>
          {(wiring) => (
            <Select
              {...wiring}
              style={{ width: '100%' }}
              value={advance}
              onChange={setAdvance}
              options={(['auto', 'manual'] as const).map((value) => ({ value, label: t(`reopening.advance.${value}`) }))}
            />
          )}
        </Field>
        <Field label={t('reopening.errorPercent')} hint={t('reopening.limitHint')}>
          {(wiring) => (
            <InputNumber {...wiring} min={0.1} max={100} value={errorPercent} onChange={(value) => setErrors(value ?? 5)} />
          )}
        </Field>
        <Field label={t('reopening.refusedPercent')} hint={t('reopening.limitHint')}>
          {(wiring) => (
            <InputNumber {...wiring} min={0.1} max={100} value={refusedPercent} onChange={(value) => setRefused(value ?? 20)} />
          )}
        </Field>
      </div>
    </ConfirmDialog>
  );
}
