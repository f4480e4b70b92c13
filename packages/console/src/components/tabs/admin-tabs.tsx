import { Link } from '@tanstack/react-router';
import { useOpenApprovals } from '../../app/duty-banner.tsx';
import { classNames } from '../../ds/class-names.ts';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './people-tabs.module.css';

/** The two sides of administrators: who they are, and what they must decide for each other. */
export function AdminTabs({ current }: { readonly current: 'administrators' | 'approvals' }) {
  const { t, format } = useLanguage();
  const open = useOpenApprovals();
  const count = open.data?.approvals.length ?? 0;
  const look = (name: typeof current): { className: string; 'aria-current': 'page' | undefined } => ({
    className: classNames(styles.tab, name === current && styles.current),
    'aria-current': name === current ? 'page' : undefined,
  });
  return (
    <nav className={styles.tabs} aria-label={t('administrators.views')}>
      <Link to="/administrators" {...look('administrators')}>
        {t('administrators.accounts')}
      </Link>
      <Link to="/approvals" {...look('approvals')}>
        {t('approvals.title')}
        {count === 0 ? null : <span className={styles.count}>{format.number(count)}</span>}
      </Link>
    </nav>
  );
}
