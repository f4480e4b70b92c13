import type { AlertView } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import cards from '../../components/cards.module.css';
import { PersonLink } from '../../components/people/person-link.tsx';
import { SeverityMark } from '../../components/severity-mark.tsx';
import { Status, type Tone } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';

export const verdictTones: Readonly<Record<NonNullable<AlertView['verdict']>, Tone>> = {
  true: 'danger',
  false: 'quiet',
  expected: 'safe',
};

/** One alert of the list: how heavy, what, about whom, and the way to it. */
export function AlertCard({ alert }: { readonly alert: AlertView }) {
  const { t, format, language } = useLanguage();
  const { severity, found, last, repeats, verdict, uid, address } = alert;
  return (
    <li className={cards.card}>
      <div className={cards.row}>
        <SeverityMark severity={severity} filled={verdict === null} />
        <time className="quiet" dateTime={new Date(found).toISOString()}>
          {format.dateTime(found)}
        </time>
        {repeats > 0 ? (
          <span className="quiet">{t('alerts.repeated', { count: repeats, time: format.dateTime(last) })}</span>
        ) : null}
        {verdict === null ? null : <Status tone={verdictTones[verdict]}>{t(`alerts.${verdict}`)}</Status>}
      </div>
      <h3 className={cards.title}>{alert.title[language]}</h3>
      <p className={cards.text}>{alert.text[language]}</p>
      <div className={cards.foot}>
        <span className={cards.row}>
          {uid === null ? null : <PersonLink uid={uid} name={null} />}
          {address === null ? null : <code>{address}</code>}
        </span>
        <Link to="/alerts/$id" params={{ id: alert.id }} aria-label={t('alerts.lookOf', { title: alert.title[language] })}>
          {t('alerts.look')}
        </Link>
      </div>
    </li>
  );
}
