import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './log-panel.module.css';

export interface OlderLog {
  readonly origin: string;
  readonly size: number;
  readonly lost: number;
  readonly reason: string;
  readonly state: 'whole' | 'damaged' | 'absent';
}

const states = {
  whole: { tone: 'safe', text: 'log.olderWhole' },
  damaged: { tone: 'danger', text: 'log.olderDamaged' },
  absent: { tone: 'warning', text: 'log.olderAbsent' },
} as const;

/** The logs that a log continues after a recovery, the newest first: whole or not, and what each recovery lost. */
export function OlderLogs({ logs }: { readonly logs: readonly OlderLog[] }) {
  const { t } = useLanguage();
  if (logs.length === 0) return null;
  return (
    <section className={styles.older} aria-label={t('log.older')}>
      <h3>{t('log.older')}</h3>
      <p className="quiet">{t('log.olderNote')}</p>
      <ol>
        {logs.map(({ origin, size, lost, reason, state }) => (
          <li key={origin}>
            <Status tone={states[state].tone}>{t(states[state].text)}</Status>
            <code>{origin}</code>
            <span>{t('log.entries', { count: size })}</span>
            <span className="quiet">
              {lost === 0 ? t('log.olderLostNone') : t('log.olderLost', { count: lost })}{' '}
              {reason === '' ? null : t('log.olderReason', { reason })}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
