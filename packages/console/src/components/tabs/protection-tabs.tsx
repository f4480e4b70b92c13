import { Link } from '@tanstack/react-router';
import { classNames } from '../../ds/class-names.ts';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './people-tabs.module.css';

/** The sides of positive security: what fields are, what files come in, what was cleaned out of rich text. */
export function ProtectionTabs({ current }: { readonly current: 'fieldTypes' | 'uploads' | 'richText' }) {
  const { t } = useLanguage();
  const look = (name: typeof current): { className: string | undefined; 'aria-current': 'page' | undefined } => ({
    className: classNames(styles.tab, name === current && styles.current),
    'aria-current': name === current ? 'page' : undefined,
  });
  return (
    <nav className={styles.tabs} aria-label={t('protection.views')}>
      <Link to="/field-types" {...look('fieldTypes')}>
        {t('fieldTypes.title')}
      </Link>
      <Link to="/uploads" {...look('uploads')}>
        {t('uploads.title')}
      </Link>
      <Link to="/rich-text" {...look('richText')}>
        {t('richText.title')}
      </Link>
    </nav>
  );
}
