import type { ReactNode } from 'react';
import { classNames } from '../../ds/class-names.ts';
import { SafeIcon, SwitchesIcon, WatchIcon } from '../../ds/icon.ts';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './mode-card.module.css';

type Mode = 'enforce' | 'monitor' | 'bypass';

const looks = {
  enforce: { tone: 'safe', icon: <SafeIcon aria-hidden="true" /> },
  monitor: { tone: 'warning', icon: <WatchIcon aria-hidden="true" /> },
  bypass: { tone: 'danger', icon: <SwitchesIcon aria-hidden="true" /> },
} as const;

export function ModeMark({ mode }: { readonly mode: Mode }) {
  const { t } = useLanguage();
  return (
    <Status tone={looks[mode].tone} icon={looks[mode].icon}>
      {t(`mode.${mode}`)}
    </Status>
  );
}

/** What a mode does with a request that a rule refuses, and when to use it. */
export function ModeCard({
  mode,
  current,
  action,
}: {
  readonly mode: Mode;
  readonly current: boolean;
  readonly action: ReactNode;
}) {
  const { t } = useLanguage();
  return (
    <li className={classNames(styles.card, current && styles.current)}>
      <div className={styles.head}>
        <h2 className={styles.title}>
          <ModeMark mode={mode} />
        </h2>
        {current ? <span className={styles.badge}>{t('mode.inForce')}</span> : null}
      </div>
      <dl className={styles.meaning}>
        <dt>{t('mode.refusedRequests')}</dt>
        <dd>{t(`mode.${mode}.refused`)}</dd>
        <dt>{t('mode.recorded')}</dt>
        <dd>{t(`mode.${mode}.recorded`)}</dd>
        <dt>{t('mode.when')}</dt>
        <dd>{t(`mode.${mode}.when`)}</dd>
      </dl>
      <div className={styles.action}>{action}</div>
    </li>
  );
}
