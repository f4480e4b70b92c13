import { getIncident, type IncidentDetail } from '@menshen/contract';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Segmented } from 'antd';
import { useServerEvents } from '../../api/events.ts';
import { useEndpoint } from '../../api/hooks.ts';
import cards from '../../components/cards.module.css';
import { PersonLink } from '../../components/people/person-link.tsx';
import { SeverityMark } from '../../components/severity-mark.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { ClocksPanel } from './clocks-panel.tsx';
import { EvidencePanel } from './evidence-panel.tsx';
import { DutyMark, incidentName, SlaMark, StateMark } from './incident-marks.tsx';
import styles from './incidents.module.css';
import { JudgementPanels } from './judgement-panels.tsx';
import { PostmortemPanels } from './postmortem-panels.tsx';
import { RecoveryPanel } from './recovery-panel.tsx';
import { ReportPanels } from './report-panels.tsx';
import { sidePanels } from './side-panels.ts';
import { StepsPanel } from './steps-panel.tsx';
import { TimelinePanel } from './timeline-panel.tsx';
import { useNow } from './use-now.ts';

const route = getRouteApi('/shell/incidents/$id');
const refetchMs = 15_000;
const shownSubjects = 12;
export const incidentTabs = ['timeline', 'judgement', 'evidence', 'recovery', 'reports', 'postmortem'] as const;
type Tab = (typeof incidentTabs)[number];

/** The room of an incident: clocks on top, what happened on the left, what to do on the right. */
export function IncidentPage() {
  const { t, language } = useLanguage();
  const { id } = route.useParams();
  const { tab = 'timeline' } = route.useSearch();
  const navigate = useNavigate();
  const incident = useEndpoint(getIncident, { input: { params: { id } }, refetchMs });
  const { data } = incident;
  // What others do in the same room shows at once.
  useServerEvents((event) => {
    if (event.kind === 'incident') void incident.refetch();
  });
  return (
    <Page
      title={data === undefined ? t('incidents.title') : `${incidentName(data.number)} ${data.title[language]}`}
      question={data === undefined ? t('incidents.question') : data.text[language] || t('incidents.question')}
      trail={<Link to="/incidents">{t('incidents.back')}</Link>}
    >
      <Loadable query={incident} lines={16}>
        {(loaded) => (
          <>
            <Head incident={loaded} />
            <ClocksPanel incident={loaded} />
            <div className={styles.tabs}>
              <Segmented
                value={tab}
                onChange={(next: Tab) => void navigate({ to: '/incidents/$id', params: { id }, search: { tab: next } })}
                options={incidentTabs.map((value) => ({ value, label: t(`incidents.tab.${value}`) }))}
              />
            </div>
            <div className={styles.room}>
              <div className={styles.main}>
                <Main tab={tab} incident={loaded} />
              </div>
              <div className={styles.side}>
                <StepsPanel incident={loaded} />
                {sidePanels.map(({ key, panel: Side }) => (
                  <Side key={key} incident={loaded} />
                ))}
                <WhatPanel incident={loaded} />
              </div>
            </div>
          </>
        )}
      </Loadable>
    </Page>
  );
}

function Main({ tab, incident }: { readonly tab: Tab; readonly incident: IncidentDetail }) {
  switch (tab) {
    case 'timeline':
      return <TimelinePanel incident={incident} />;
    case 'judgement':
      return <JudgementPanels incident={incident} />;
    case 'evidence':
      return <EvidencePanel incident={incident} />;
    case 'recovery':
      return <RecoveryPanel incident={incident} />;
    case 'reports':
      return <ReportPanels key={incident.id} incident={incident} />;
    case 'postmortem':
      return <PostmortemPanels incident={incident} />;
  }
}

function Head({ incident }: { readonly incident: IncidentDetail }) {
  const { t } = useLanguage();
  const now = useNow();
  const { severity, state, duty, sla, owner, mergedInto } = incident;
  return (
    <div className={cards.row}>
      <SeverityMark severity={severity} filled={state === 'new'} />
      <StateMark state={state} />
      {duty === null ? null : <DutyMark duty={duty} now={now} />}
      {sla === null ? null : <SlaMark sla={sla} now={now} />}
      {owner === null ? <Status tone="warning">{t('incidents.noOwner')}</Status> : <span className="quiet">{owner}</span>}
      {mergedInto === null ? null : (
        <Link to="/incidents/$id" params={{ id: mergedInto }}>
          {t('incidents.mergedInto')}
        </Link>
      )}
    </div>
  );
}

function WhatPanel({ incident: { subjects, from, related } }: { readonly incident: IncidentDetail }) {
  const { t, format, language } = useLanguage();
  return (
    <Panel title={t('incidents.what')}>
      <ul className={styles.plain}>
        {subjects.slice(0, shownSubjects).map(({ kind, value }) => (
          <li key={`${kind} ${value}`}>
            <span className="quiet">{t(`incidents.subject.${kind}`)}</span>{' '}
            {kind === 'user' || kind === 'reporter' ? <PersonLink uid={value} name={null} /> : <code>{value}</code>}
          </li>
        ))}
      </ul>
      <h3 className={styles.group}>{t('incidents.from')}</h3>
      <ul className={styles.plain}>
        {from.slice(0, 12).map(({ kind, ref, at, path }) => (
          <li key={`${kind} ${ref}`}>
            {path === null ? t(`incidents.source.${kind}`) : <Link to={path}>{t(`incidents.source.${kind}`)}</Link>}{' '}
            <span className="quiet figures">{format.minute(at)}</span>
          </li>
        ))}
      </ul>
      {related.length === 0 ? null : (
        <>
          <h3 className={styles.group}>{t('incidents.related')}</h3>
          <ul className={styles.plain}>
            {related.map(({ id, number, title }) => (
              <li key={id}>
                <Link to="/incidents/$id" params={{ id }}>
                  {incidentName(number)} {title[language]}
                </Link>
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}
