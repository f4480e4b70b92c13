import type { Attention } from '@menshen/contract';
import { PathLink } from '../../components/path-link.tsx';
import { SeverityMark } from '../../components/severity-mark.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './attention-list.module.css';

/** At most this many: a list that nobody can finish is a list that nobody starts. */
const most = 5;

/** What needs a person, most urgent first, each with the one next step. */
export function AttentionList({ items, now }: { readonly items: readonly Attention[]; readonly now: number }) {
  const { t, format, language } = useLanguage();
  if (items.length === 0) {
    return (
      <section className={styles.calm} aria-label={t('today.needsYou')}>
        <Status tone="safe">{t('today.nothing')}</Status>
        <span className="quiet">{t('today.nothingText')}</span>
      </section>
    );
  }
  return (
    <section aria-label={t('today.needsYou')}>
      <ol className={styles.list}>
        {items.slice(0, most).map((item) => (
          <li key={item.id} className={styles.card}>
            <div className={styles.head}>
              <SeverityMark severity={item.severity} filled />
              <span className={styles.age}>{t('today.since', { age: format.relative(item.since, now) })}</span>
            </div>
            <h2 className={styles.title}>{item.title[language]}</h2>
            <p className={styles.detail}>{item.detail[language]}</p>
            <PathLink to={item.action.to} className={styles.action}>
              {item.action.label[language]}
            </PathLink>
          </li>
        ))}
      </ol>
    </section>
  );
}
