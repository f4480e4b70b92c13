import type { getMode } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import type { Output } from '../api/call.ts';
import { classNames } from '../ds/class-names.ts';
import { Status } from '../ds/status.tsx';
import { useLanguage } from '../i18n/language.tsx';
import styles from './mode-banner.module.css';

/** Stands over every page while the gateway does not enforce, so that nobody forgets it. */
export function ModeBanner({ mode }: { readonly mode: Output<typeof getMode> }) {
  const { t, format } = useLanguage();
  if (mode.mode === 'enforce') return null;
  const bypass = mode.mode === 'bypass';
  return (
    <div className={classNames(styles.banner, bypass ? styles.danger : styles.warning)} role="status">
      <div className={styles.row}>
        <Status tone={bypass ? 'danger' : 'warning'}>{t(`mode.${mode.mode}.banner`)}</Status>
        <span>
          {mode.by === null
            ? t('mode.since', { time: format.minute(mode.since) })
            : t('mode.sinceBy', { time: format.minute(mode.since), name: mode.by })}
        </span>
        <Link to="/switches">{t('mode.goToSwitch')}</Link>
      </div>
    </div>
  );
}
