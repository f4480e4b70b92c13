import { type ReactNode, useEffect } from 'react';
import { DisplayMenus } from '../../app/display-menus.tsx';
import { Mark } from '../../ds/mark.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './sign-in-frame.module.css';

/** The frame of the two pages that need no session. */
export function SignInFrame({
  title,
  text,
  children,
}: {
  readonly title: string;
  readonly text: string;
  readonly children: ReactNode;
}) {
  const { t } = useLanguage();
  useEffect(() => {
    document.title = t('app.pageTitle', { page: title });
  }, [t, title]);
  return (
    <div className={styles.frame}>
      <div className={styles.menus}>
        <DisplayMenus />
      </div>
      <main className={styles.card}>
        <div className={styles.brand}>
          <Mark size={40} />
          <div>
            <p className={styles.name}>{t('app.name')}</p>
            <p className={styles.tagline}>{t('app.tagline')}</p>
          </div>
        </div>
        <h1 className={styles.title}>{title}</h1>
        <p className={styles.text}>{text}</p>
        {children}
      </main>
    </div>
  );
}
