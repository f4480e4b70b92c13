import { type AdministratorPower, administratorPowers } from '@menshen/contract';
import { Select } from 'antd';
import type { FieldWiring } from '../../ds/field.tsx';
import { useLanguage } from '../../i18n/language.tsx';

interface PowerSelectProps extends FieldWiring {
  readonly value: AdministratorPower;
  readonly onChange: (power: AdministratorPower) => void;
  /** All three when absent. */
  readonly powers?: readonly AdministratorPower[];
}

/** One of the three powers, with what it is for. */
export function PowerSelect({ value, onChange, powers = administratorPowers, ...wiring }: PowerSelectProps) {
  const { t } = useLanguage();
  const words = (power: AdministratorPower): string => [t(`power.${power}`), t(`power.${power}Do`)].join(' · ');
  return (
    <Select
      {...wiring}
      value={value}
      onChange={onChange}
      options={powers.map((power) => ({ value: power, label: words(power) }))}
    />
  );
}
