import { Link } from '@tanstack/react-router';
import people from '../../components/tabs/people-tabs.module.css';
import { classNames } from '../../ds/class-names.ts';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './risk.module.css';
import { type RiskTab, riskTabs } from './tabs.ts';

/** The sides of risk: what it is, whom it hits, what stands against it, what would help, what was decided. */
export function RiskTabs({ current }: { readonly current: RiskTab }) {
  const { t } = useLanguage();
  return (
    <nav className={styles.tabs} aria-label={t('risks.views')}>
      {riskTabs.map((tab) => (
        <Link
          key={tab}
          to="/risk"
          search={tab === 'risks' ? {} : { tab }}
          className={classNames(people.tab, tab === current && people.current)}
          aria-current={tab === current ? 'page' : undefined}
        >
          {t(`risks.tab.${tab}`)}
        </Link>
      ))}
    </nav>
  );
}
