import type { NoticeView } from '@menshen/contract';
import { Button } from 'antd';
import cards from '../../components/cards.module.css';
import { PathLink } from '../../components/path-link.tsx';
import { SeverityMark } from '../../components/severity-mark.tsx';
import { Status, type Tone } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './notice-card.module.css';

type Delivery = NoticeView['deliveries'][number];

const tones: Readonly<Record<Delivery['state'], Tone>> = {
  sent: 'safe',
  failed: 'danger',
  waiting: 'quiet',
  sending: 'quiet',
  cancelled: 'quiet',
};

interface NoticeCardProps {
  readonly notice: NoticeView;
  readonly busy: boolean;
  /** Says that the notice has been seen; null for those who may not. */
  readonly seen: ((id: string) => void) | null;
}

/** One notice: what happened, what was done, what is asked, and where it went. */
export function NoticeCard({ notice, busy, seen }: NoticeCardProps) {
  const { t, format, language } = useLanguage();
  const { severity, created, count, last, acknowledged, acknowledgedBy } = notice;
  return (
    <li className={cards.card}>
      <div className={cards.row}>
        {severity === 'info' ? (
          <Status tone="quiet">{t('severity.informational')}</Status>
        ) : (
          <SeverityMark severity={severity} filled={acknowledged === null} />
        )}
        <span className="quiet">{t(`notices.kind.${notice.kind}`)}</span>
        <time className="quiet" dateTime={new Date(created).toISOString()}>
          {format.dateTime(created)}
        </time>
        {count > 1 ? <span className="quiet">{t('notices.repeated', { count, time: format.dateTime(last) })}</span> : null}
      </div>
      <h3 className={cards.title}>{notice.title[language]}</h3>
      <p className={cards.text}>{notice.happened[language]}</p>
      {notice.done === null ? null : (
        <p className={styles.asked}>
          {t('notices.done')} {notice.done[language]}
        </p>
      )}
      {notice.asked === null ? null : (
        <p className={styles.asked}>
          {t('notices.asked')} {notice.asked[language]}
        </p>
      )}
      <div className={styles.foot}>
        <Deliveries deliveries={notice.deliveries} />
        <div className={styles.acts}>
          <PathLink to={notice.path}>{t('notices.go')}</PathLink>
          {acknowledged !== null ? (
            <span className="quiet">
              {t('notices.seenBy', { name: acknowledgedBy ?? '', time: format.dateTime(acknowledged) })}
            </span>
          ) : seen === null ? null : (
            <Button
              size="small"
              disabled={busy}
              aria-label={t('notices.seenOf', { title: notice.title[language] })}
              onClick={() => seen(notice.id)}
            >
              {t('notices.seen')}
            </Button>
          )}
        </div>
      </div>
    </li>
  );
}

function Deliveries({ deliveries }: { readonly deliveries: readonly Delivery[] }) {
  const { t, format } = useLanguage();
  if (deliveries.length === 0) return <span className="quiet">{t('notices.toNobody')}</span>;
  const saidOf = ({ state, sent, due, problem, reason }: Delivery): string => {
    if (state === 'sent') return t('notices.sentAt', { time: format.dateTime(sent ?? due) });
    if (state === 'failed') return t(`notices.problem.${problem ?? 'refused'}`);
    if (state === 'cancelled') return t('notices.cancelled');
    if (problem !== null) return t('notices.again', { problem: t(`notices.problem.${problem}`), time: format.dateTime(due) });
    return t(reason === 'escalation' ? 'notices.escalates' : reason === 'quiet' ? 'notices.afterQuiet' : 'notices.waiting', {
      time: format.dateTime(due),
    });
  };
  return (
    <ul className={styles.deliveries}>
      {deliveries.map((delivery) => (
        <li key={`${delivery.channel} ${delivery.reason}`}>
          <Status tone={delivery.state === 'waiting' && delivery.problem !== null ? 'warning' : tones[delivery.state]}>
            <code>{delivery.channel}</code>
          </Status>{' '}
          <span className="quiet">{saidOf(delivery)}</span>
        </li>
      ))}
    </ul>
  );
}
