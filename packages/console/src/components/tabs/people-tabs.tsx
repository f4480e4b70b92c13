import { Link } from '@tanstack/react-router';
import { classNames } from '../../ds/class-names.ts';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './people-tabs.module.css';

/** The sides of people: who they are, who of them is signed in, and where they come from. */
export function PeopleTabs({ current }: { readonly current: 'people' | 'sessions' | 'sources' }) {
  const { t } = useLanguage();
  const look = (name: typeof current): { className: string | undefined; 'aria-current': 'page' | undefined } => ({
    className: classNames(styles.tab, name === current && styles.current),
    'aria-current': name === current ? 'page' : undefined,
  });
  return (
    <nav className={styles.tabs} aria-label={t('people.views')}>
      <Link to="/people" {...look('people')}>
        {t('people.directory')}
      </Link>
      <Link to="/sessions" {...look('sessions')}>
        {t('sessions.title')}
      </Link>
      <Link to="/sources" {...look('sources')}>
        {t('sources.title')}
      </Link>
    </nav>
  );
}
