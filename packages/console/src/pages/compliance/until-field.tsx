import { InputNumber } from 'antd';
import { Field } from '../../ds/field.tsx';
import { useLanguage } from '../../i18n/language.tsx';

const dayMs = 86_400_000;
const usualDays = 180;

/** The end that is proposed: half a year from now. */
export const usualUntil = (): number => Date.now() + usualDays * dayMs;

/** An end in days from now; nothing that people say holds for ever. */
export function UntilField({
  days,
  value,
  change,
}: {
  /** The most that is allowed. */
  readonly days: number;
  readonly value: number;
  readonly change: (until: number) => void;
}) {
  const { t, format } = useLanguage();
  const now = Date.now();
  return (
    <Field label={t('compliance.untilDays')} hint={t('compliance.untilHint', { time: format.minute(value), days })}>
      {(wiring) => (
        <InputNumber
          {...wiring}
          min={1}
          max={days - 1}
          precision={0}
          value={Math.round((value - now) / dayMs)}
          onChange={(next) => change(now + (next ?? usualDays) * dayMs)}
        />
      )}
    </Field>
  );
}
