import { type ReactNode, useEffect } from 'react';
import { useLanguage } from '../i18n/language.tsx';
import { BackIcon } from './icon.ts';
import styles from './page.module.css';

interface PageProps {
  readonly title: string;
  /** The question that the page answers. */
  readonly question: string;
  readonly actions?: ReactNode;
  /** Way back to the list that this page belongs to. */
  readonly trail?: ReactNode;
  readonly children: ReactNode;
}

/** A page: one heading, the question that it answers, and its actions. */
export function Page({ title, question, actions, trail, children }: PageProps) {
  const { t } = useLanguage();
  useEffect(() => {
    document.title = t('app.pageTitle', { page: title });
  }, [t, title]);
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <div className={styles.words}>
          {trail === undefined ? null : (
            <div className={styles.trail}>
              <BackIcon aria-hidden="true" />
              {trail}
            </div>
          )}
          <h1 className={styles.title}>{title}</h1>
          <p className={styles.question}>{question}</p>
        </div>
        {actions === undefined ? null : <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}
