import { Link, useRouterState } from '@tanstack/react-router';
import { classNames } from '../ds/class-names.ts';
import { useLanguage } from '../i18n/language.tsx';
import { isCurrent, verbGroups } from './navigation.ts';
import styles from './navigation-list.module.css';

/** The navigation: the verbs, and under each the pages that answer to it. */
export function NavigationList({ onChosen }: { readonly onChosen?: () => void }) {
  const { t } = useLanguage();
  const path = useRouterState({ select: (state) => state.location.pathname });
  return (
    <nav className={styles.navigation} aria-label={t('shell.navigation')}>
      {verbGroups.map((group) => (
        <div key={group.verb ?? 'apart'} className={group.verb === null ? styles.apart : styles.group}>
          {group.verb === null ? null : <h2 className={styles.verb}>{t(group.verb)}</h2>}
          <ul className={styles.list}>
            {group.pages.map((page) => (
              <li key={page.to}>
                <Link
                  to={page.to}
                  className={classNames(styles.link, isCurrent(page, path) && styles.active)}
                  aria-current={isCurrent(page, path) ? 'page' : undefined}
                  onClick={onChosen}
                >
                  <page.icon aria-hidden="true" />
                  <span>{t(page.title)}</span>
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
