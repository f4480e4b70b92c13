import { Link, useRouter } from '@tanstack/react-router';
import { Page } from '../ds/page.tsx';
import { ErrorState } from '../ds/states.tsx';
import { useLanguage } from '../i18n/language.tsx';
import styles from './fallbacks.module.css';

/** A page could not be shown: what the server said, or that the page itself failed. */
export function ErrorPage({ error }: { readonly error: unknown }) {
  const router = useRouter();
  return (
    <main className={styles.fallback}>
      <ErrorState error={error} retry={() => void router.invalidate()} />
    </main>
  );
}

/** An address that leads nowhere. */
export function MissingPage() {
  const { t } = useLanguage();
  return (
    <Page title={t('missing.title')} question={t('missing.text')}>
      <p className={styles.back}>
        <Link to="/">{t('missing.back')}</Link>
      </p>
    </Page>
  );
}
