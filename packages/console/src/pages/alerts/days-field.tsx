import { InputNumber } from 'antd';
import { Field } from '../../ds/field.tsx';
import { useLanguage } from '../../i18n/language.tsx';

export const dayMs = 86_400_000;
export const defaultDays = 30;

/** For how many days a tuning holds. */
export function DaysField({ days, change }: { readonly days: number; readonly change: (days: number) => void }) {
  const { t } = useLanguage();
  return (
    <Field label={t('alerts.days')} hint={t('alerts.daysHint')}>
      {(wiring) => (
        <InputNumber {...wiring} min={1} max={179} precision={0} value={days} onChange={(next) => change(next ?? defaultDays)} />
      )}
    </Field>
  );
}
