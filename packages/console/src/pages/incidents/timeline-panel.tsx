import type { IncidentDetail, TimelineEntry } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import { Panel } from '../../ds/panel.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './incidents.module.css';

const shownEvents = 6;

/** What happened, the newest first; every entry with its index in the audit log, where it is proved. */
export function TimelinePanel({ incident }: { readonly incident: IncidentDetail }) {
  const { t } = useLanguage();
  return (
    <Panel flush title={t('incidents.tab.timeline')} note={t('incidents.timelineNote')}>
      <ol className={styles.list}>
        {[...incident.timeline].reverse().map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ol>
    </Panel>
  );
}

function Entry({ entry }: { readonly entry: TimelineEntry }) {
  const { t, format, language } = useLanguage();
  const { at, by, kind, text, path, events, index, intact } = entry;
  return (
    <li className={styles.entry}>
      <div>
        <time className="figures no-wrap" dateTime={new Date(at).toISOString()}>
          {format.dateTime(at)}
        </time>
        <div className="quiet">
          {t(`incidents.kind.${kind}`)} · {by}
        </div>
      </div>
      <div>
        <p className={styles.text}>{text[language]}</p>
        <div className={styles.row}>
          {index === null ? (
            <span className="quiet">{t('incidents.pending')}</span>
          ) : (
            <Link to="/audit/$index" params={{ index: String(index) }} className="figures">
              #{index}
            </Link>
          )}
          {intact === false ? (
            <Status tone="danger" filled>
              <span title={t('incidents.intactText')}>{t('incidents.notIntact')}</span>
            </Status>
          ) : null}
          {intact === null ? <span className="quiet">{t('incidents.redacted')}</span> : null}
          {path === null ? null : (
            <Link to={path} aria-label={t('incidents.entryOf', { text: text[language] })}>
              {t('incidents.entryOpen')}
            </Link>
          )}
          {events.length === 0 ? null : (
            <span className="quiet">
              {t('incidents.entryEvents')}{' '}
              {events.slice(0, shownEvents).map((event) => (
                <Link key={event} to="/audit/$index" params={{ index: String(event) }} className="figures">
                  #{event}{' '}
                </Link>
              ))}
              {events.length > shownEvents ? '…' : null}
            </span>
          )}
        </div>
      </div>
    </li>
  );
}
