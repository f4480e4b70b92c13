import { CloseIcon } from '../../ds/icon.ts';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './filter-chips.module.css';

export interface FilterChip {
  readonly key: string;
  readonly label: string;
  readonly value: string;
}

interface FilterChipsProps {
  readonly chips: readonly FilterChip[];
  readonly lift: (key: string) => void;
  readonly liftAll: () => void;
}

/** The filters in force, each to be lifted with one press. */
export function FilterChips({ chips, lift, liftAll }: FilterChipsProps) {
  const { t } = useLanguage();
  if (chips.length === 0) return null;
  return (
    <ul className={styles.chips} aria-label={t('filter.inForce')}>
      {chips.map((chip) => (
        <li key={chip.key}>
          <button type="button" className={styles.chip} onClick={() => lift(chip.key)}>
            <span className="quiet">{chip.label}</span>
            <span className={styles.value}>{chip.value}</span>
            <span className="visually-hidden">{t('filter.lift')}</span>
            <CloseIcon aria-hidden="true" />
          </button>
        </li>
      ))}
      <li>
        <button type="button" className="link" onClick={liftAll}>
          {t('filter.liftAll')}
        </button>
      </li>
    </ul>
  );
}
