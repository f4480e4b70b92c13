import { Link } from '@tanstack/react-router';
import { classNames } from '../../ds/class-names.ts';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './people-tabs.module.css';

/** The sides of traffic limits: who is limited now, and who stands on a list. */
export function LimitsTabs({ current }: { readonly current: 'limits' | 'lists' }) {
  const { t } = useLanguage();
  const look = (name: typeof current): { className: string | undefined; 'aria-current': 'page' | undefined } => ({
    className: classNames(styles.tab, name === current && styles.current),
    'aria-current': name === current ? 'page' : undefined,
  });
  return (
    <nav className={styles.tabs} aria-label={t('limits.views')}>
      <Link to="/limits" {...look('limits')}>
        {t('limits.title')}
      </Link>
      <Link to="/lists" {...look('lists')}>
        {t('lists.title')}
      </Link>
    </nav>
  );
}
