import {
  type AlertDetail,
  type AlertView,
  getAlert,
  getDetections,
  judgeAlert,
  listAlerts,
  tuneDetection,
} from '@menshen/contract';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { ContainLinks } from '../../components/contain-links.tsx';
import { PersonLink } from '../../components/people/person-link.tsx';
import { SeverityMark } from '../../components/severity-mark.tsx';
import { classNames } from '../../ds/class-names.ts';
import { Facts } from '../../ds/facts.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { ErrorState, Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { FromAlert } from '../incidents/from-alert.tsx';
import { verdictTones } from './alert-card.tsx';
import styles from './alerts.module.css';
import { DaysField, dayMs, defaultDays } from './days-field.tsx';

const route = getRouteApi('/shell/alerts/$id');
const shownEvents = 60;

/** One alert: the numbers that it rests on, its events, and what somebody makes of it. */
export function AlertPage() {
  const { t, language } = useLanguage();
  const { id } = route.useParams();
  const alert = useEndpoint(getAlert, { input: { params: { id } } });
  return (
    <Page
      title={alert.data?.title[language] ?? t('alerts.title')}
      question={alert.data?.text[language] ?? t('alerts.question')}
      trail={<Link to="/alerts">{t('alerts.back')}</Link>}
    >
      <Loadable query={alert} lines={12}>
        {(data) => (
          <>
            <JudgePanel alert={data} />
            <WhyPanel alert={data} />
            <EventsPanel alert={data} />
          </>
        )}
      </Loadable>
    </Page>
  );
}

function JudgePanel({ alert }: { readonly alert: AlertDetail }) {
  const { t, format } = useLanguage();
  const may = useMay();
  const judge = useAction(judgeAlert, [getAlert, listAlerts, getDetections]);
  const { verdict, judgedBy, judgedAt } = alert;
  return (
    <Panel
      title={t('alerts.judge')}
      note={
        verdict === null
          ? t('alerts.judgeNote')
          : t('alerts.judgedBy', { name: judgedBy ?? '', time: format.dateTime(judgedAt ?? 0), verdict: t(`alerts.${verdict}`) })
      }
      actions={
        <>
          <FromAlert alert={alert.id} incident={alert.incident} />
          <QuietButton alert={alert} />
        </>
      }
    >
      <div className={styles.choices}>
        {(['true', 'false', 'expected'] as const).map((one) => (
          <div key={one} className={styles.choice}>
            {may(judgeAlert) ? (
              <Button
                type={verdict === one ? 'primary' : 'default'}
                disabled={judge.isPending}
                aria-pressed={verdict === one}
                onClick={() => judge.mutate({ params: { id: alert.id }, body: { verdict: one } })}
              >
                {t(`alerts.${one}`)}
              </Button>
            ) : (
              <Status tone={verdict === one ? verdictTones[one] : 'quiet'}>{t(`alerts.${one}`)}</Status>
            )}
            <span className="quiet">{t(`alerts.${one}Text`)}</span>
          </div>
        ))}
      </div>
      {judge.error === null ? null : <ErrorState error={judge.error} />}
      <ContainLinks person={alert.uid} address={alert.address} />
    </Panel>
  );
}

/** Whom an exception would be for: the person, or else the address or the device. */
function subjectOf({ uid, address, device }: AlertView) {
  if (uid !== null) return { kind: 'user' as const, value: uid };
  if (address !== null) return { kind: 'ip' as const, value: address };
  return device === null ? null : { kind: 'device' as const, value: device };
}

function QuietButton({ alert }: { readonly alert: AlertView }) {
  const { t } = useLanguage();
  const may = useMay();
  const [open, setOpen] = useState(false);
  const [days, setDays] = useState(defaultDays);
  const tune = useAction(tuneDetection, [getDetections]);
  const subject = subjectOf(alert);
  if (subject === null || !may(tuneDetection)) return null;
  const done = (): void => {
    tune.reset();
    setOpen(false);
  };
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('alerts.quiet')}</Button>
      <ConfirmDialog
        open={open}
        title={t('alerts.quietFor', { who: subject.value })}
        consequence={t('alerts.quietText', { who: subject.value })}
        confirm={t('alerts.quiet')}
        reasonLength={4}
        busy={tune.isPending}
        error={tune.error}
        onConfirm={(reason) =>
          tune.mutate({ body: { rule: alert.rule, subject, reason, expiresAt: Date.now() + days * dayMs } }, { onSuccess: done })
        }
        onClose={done}
      >
        <DaysField days={days} change={setDays} />
      </ConfirmDialog>
    </>
  );
}

function WhyPanel({ alert }: { readonly alert: AlertView }) {
  const { t, format, language } = useLanguage();
  const { uid, address, device, session } = alert;
  const code = (text: string | null) => (text === null ? null : <code>{text}</code>);
  const said = (value: string | number | boolean): string =>
    typeof value === 'number' ? format.number(value) : typeof value === 'boolean' ? (value ? '✓' : '–') : value;
  return (
    <Panel title={t('alerts.why')} note={t('alerts.whyNote')} actions={<SeverityMark severity={alert.severity} />}>
      <Facts
        columns={3}
        facts={[
          { label: t('alerts.found'), value: format.dateTime(alert.found) },
          { label: t('alerts.person'), value: uid === null ? null : <PersonLink uid={uid} name={null} /> },
          { label: t('alerts.address'), value: code(address) },
          { label: t('alerts.device'), value: code(device) },
          { label: t('alerts.session'), value: code(session) },
          ...alert.facts.map(({ label, value, words }) => ({ label: label[language], value: words?.[language] ?? said(value) })),
        ]}
      />
    </Panel>
  );
}

function EventsPanel({ alert: { events, log } }: { readonly alert: AlertView }) {
  const { t } = useLanguage();
  // Under the same number this node's log has another entry.
  const elsewhere = log?.own === false;
  return (
    <Panel title={t('alerts.events')} note={t('alerts.eventsNote', { count: events.length })}>
      <p className={classNames('quiet', styles.log)} role="note">
        {log === null ? t('alerts.logUnknown') : t(elsewhere ? 'alerts.logElsewhere' : 'alerts.logHere', { origin: log.origin })}
      </p>
      <ul className={styles.events}>
        {events.slice(0, shownEvents).map((index) => (
          <li key={index}>
            {elsewhere ? (
              <code>#{index}</code>
            ) : (
              <Link to="/audit/$index" params={{ index: String(index) }}>
                #{index}
              </Link>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
