import { type ReactNode, useEffect } from 'react';
import { DisplayMenus } from '../../app/display-menus.tsx';
import { classNames } from '../../ds/class-names.ts';
import { Mark } from '../../ds/mark.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './sign-in-frame.module.css';

interface SignInFrameProps {
  readonly title: string;
  readonly text?: string;
  /** For choices that need explaining. */
  readonly wide?: boolean;
  readonly children?: ReactNode;
}

/** The frame of the pages that need no session. */
export function SignInFrame({ title, text, wide = false, children }: SignInFrameProps) {
  const { t } = useLanguage();
  useEffect(() => {
    document.title = t('app.pageTitle', { page: title });
  }, [t, title]);
  return (
    <div className={styles.frame}>
      <div className={styles.menus}>
        <DisplayMenus />
      </div>
      <main className={classNames(styles.card, wide && styles.wide)}>
        <div className={styles.brand}>
          <Mark size={40} />
          <div>
            <p className={styles.name}>{t('app.name')}</p>
            <p className={styles.tagline}>{t('app.tagline')}</p>
          </div>
        </div>
        <h1 className={styles.title}>{title}</h1>
        {text === undefined ? <div className={styles.gap} /> : <p className={styles.text}>{text}</p>}
        {children}
      </main>
    </div>
  );
}
