import { Link } from '@tanstack/react-router';
import { classNames } from '../../ds/class-names.ts';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './people-tabs.module.css';

/** The sides of scanning: what was found, and what was scanned. */
export function ScanTabs({ current }: { readonly current: 'findings' | 'scans' }) {
  const { t } = useLanguage();
  const look = (name: typeof current): { className: string | undefined; 'aria-current': 'page' | undefined } => ({
    className: classNames(styles.tab, name === current && styles.current),
    'aria-current': name === current ? 'page' : undefined,
  });
  return (
    <nav className={styles.tabs} aria-label={t('scans.views')}>
      <Link to="/findings" {...look('findings')}>
        {t('findings.title')}
      </Link>
      <Link to="/scans" {...look('scans')}>
        {t('scans.title')}
      </Link>
    </nav>
  );
}
