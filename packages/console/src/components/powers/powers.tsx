import { type AdministratorPower, administratorPowers } from '@menshen/contract';
import { useLanguage } from '../../i18n/language.tsx';

/** The power of an account; that one account holds all three is said as what it is. */
export function Powers({ powers }: { readonly powers: readonly AdministratorPower[] }) {
  const { t, format } = useLanguage();
  const all = administratorPowers.every((power) => powers.includes(power));
  return <span>{all ? t('administrators.all') : format.list(powers.map((power) => t(`power.${power}`)))}</span>;
}
