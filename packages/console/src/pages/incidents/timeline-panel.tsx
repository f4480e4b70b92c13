import { type IncidentDetail, proveIncident, type TimelineEntry } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import type { Output } from '../../api/call.ts';
import { call } from '../../api/client.ts';
import cards from '../../components/cards.module.css';
import { ActorName } from '../../components/people/actor-name.tsx';
import { Panel } from '../../ds/panel.tsx';
import { ErrorState } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './incidents.module.css';

const shownEvents = 6;

type LogName = TimelineEntry['log'];

/** What happened, the newest first; every entry with its index in the audit log, where it is proved. */
export function TimelinePanel({ incident }: { readonly incident: IncidentDetail }) {
  const { t } = useLanguage();
  const own = incident.timeline.find(({ log }) => log?.own === true)?.log?.origin;
  return (
    <Panel
      flush
      title={t('incidents.tab.timeline')}
      note={t('incidents.timelineNote')}
      actions={<ProofButton key={incident.timeline.length} id={incident.id} />}
    >
      {own === undefined ? null : <p className={styles.logNote}>{t('alerts.logHere', { origin: own })}</p>}
      <ol className={cards.list}>
        {[...incident.timeline].reverse().map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ol>
    </Panel>
  );
}

type Proof = Output<typeof proveIncident>;

/** Compares the whole timeline with the log itself, now. */
function ProofButton({ id }: { readonly id: string }) {
  const { t } = useLanguage();
  const [proof, setProof] = useState<Proof | null>(null);
  const [failed, setFailed] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const prove = async (): Promise<void> => {
    setBusy(true);
    try {
      setFailed(null);
      setProof(await call(proveIncident, { params: { id } }));
    } catch (error) {
      setFailed(error);
    } finally {
      setBusy(false);
    }
  };
  if (failed !== null) return <ErrorState error={failed} retry={() => void prove()} />;
  if (proof === null)
    return (
      <Button loading={busy} onClick={() => void prove()}>
        {t('incidents.prove')}
      </Button>
    );
  if (proof.differing.length > 0)
    return (
      <Status tone="danger" filled>
        {t('incidents.differing', { count: proof.differing.length })}
      </Status>
    );
  return (
    <Status tone={proof.pending === 0 ? 'safe' : 'quiet'}>
      {proof.pending === 0
        ? t('incidents.proved', { count: proof.proved })
        : t('incidents.provedSoFar', { count: proof.proved, pending: proof.pending })}
    </Status>
  );
}

/** An index of the audit log. Under the same number this node's log has another entry than that of another node: no way leads there. */
function LogIndex({ index, log }: { readonly index: number; readonly log: LogName }) {
  if (log?.own === false) return <code>#{index} </code>;
  return (
    <Link to="/audit/$index" params={{ index: String(index) }} className="figures">
      #{index}{' '}
    </Link>
  );
}

/** Names the log where it is not this node's. */
function LogOf({ log }: { readonly log: LogName }) {
  const { t } = useLanguage();
  if (log?.own === true) return null;
  return (
    <span className="quiet" title={log === null ? undefined : t('alerts.logElsewhere', { origin: log.origin })}>
      {log === null ? t('incidents.logUnknown') : t('incidents.logElsewhere', { origin: log.origin })}
    </span>
  );
}

function Entry({ entry }: { readonly entry: TimelineEntry }) {
  const { t, format, language } = useLanguage();
  const { at, by, kind, text, path, events, eventsLog, index, log, intact } = entry;
  return (
    <li className={styles.entry}>
      <div>
        <time className="figures no-wrap" dateTime={new Date(at).toISOString()}>
          {format.dateTime(at)}
        </time>
        <div className="quiet">
          {t(`incidents.kind.${kind}`)} · <ActorName name={by} />
        </div>
      </div>
      <div>
        <p className={styles.text}>{text[language]}</p>
        <div className={cards.row}>
          {index === null ? (
            <span className="quiet">{t('incidents.pending')}</span>
          ) : (
            <span>
              <LogIndex index={index} log={log} />
              <LogOf log={log} />
            </span>
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
                <LogIndex key={event} index={event} log={eventsLog} />
              ))}
              {events.length > shownEvents ? '…' : null}
              <LogOf log={eventsLog} />
            </span>
          )}
        </div>
      </div>
    </li>
  );
}
