import type { IncidentSummary } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import cards from '../../components/cards.module.css';
import { SeverityMark } from '../../components/severity-mark.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { DutyMark, incidentName, SlaMark, StateMark } from './incident-marks.tsx';

/** One incident of the list: what the law and the company's own targets leave, how grave, whose. */
export function IncidentCard({ incident, now }: { readonly incident: IncidentSummary; readonly now: number }) {
  const { t, format, language } = useLanguage();
  const { id, number, severity, state, owner, opened, sla, duty, sources, mergedInto } = incident;
  const title = incident.title[language];
  return (
    <li className={cards.card}>
      <div className={cards.row}>
        <span className="figures">{incidentName(number)}</span>
        <SeverityMark severity={severity} filled={state === 'new'} />
        <StateMark state={state} />
        {duty === null ? null : <DutyMark duty={duty} now={now} />}
        {sla === null ? null : <SlaMark sla={sla} now={now} />}
        {mergedInto === null ? null : <Status tone="quiet">{t('incidents.mergedInto')}</Status>}
      </div>
      <h3 className={cards.title}>{title}</h3>
      <div className={cards.foot}>
        <span className={cards.row}>
          {owner === null ? (
            <Status tone={state === 'new' ? 'warning' : 'quiet'}>{t('incidents.noOwner')}</Status>
          ) : (
            <span>{owner}</span>
          )}
          <time className="quiet" dateTime={new Date(opened).toISOString()}>
            {format.dateTime(opened)}
          </time>
          <span className="quiet">{t('incidents.sources', { count: sources })}</span>
        </span>
        <Link
          to="/incidents/$id"
          params={{ id }}
          aria-label={t('incidents.openOf', { title: `${incidentName(number)} ${title}` })}
        >
          {t('incidents.enter')}
        </Link>
      </div>
    </li>
  );
}
