import type { TrainingFigures } from '@menshen/contract';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './training.module.css';

/** Done of assigned, as a bar and in words. */
export function Done({ figures }: { readonly figures: TrainingFigures | null }) {
  const { t, format } = useLanguage();
  if (figures === null) return <span className="quiet">{t('training.few')}</span>;
  const { assigned, done } = figures;
  if (assigned === 0) return <span className="quiet">–</span>;
  const share = done / assigned;
  return (
    <span className="no-wrap">
      <span className={styles.bar} aria-hidden="true">
        <span style={{ width: `${Math.round(share * 100)}%` }} />
      </span>
      {format.percent(share)} <span className="quiet">{t('training.doneOf', { done, assigned })}</span>
    </span>
  );
}

export function Overdue({ figures }: { readonly figures: TrainingFigures | null }) {
  const { t } = useLanguage();
  if (figures === null) return <span className="quiet">–</span>;
  return figures.overdue === 0 ? (
    <span className="quiet">0</span>
  ) : (
    <Status tone="warning">{t('training.overdueCount', { count: figures.overdue })}</Status>
  );
}

/** A rate in percent; a dash where too few people stand behind it. */
export function Rate({ value }: { readonly value: number | null }) {
  const { format } = useLanguage();
  return value === null ? <span className="quiet">–</span> : format.percent(value / 100);
}
