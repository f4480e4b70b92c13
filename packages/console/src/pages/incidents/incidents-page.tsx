import { type IncidentSummary, incidentSeverities, listIncidents, reportIncident } from '@menshen/contract';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Button, Segmented, Select } from 'antd';
import { useState } from 'react';
import { useServerEvents } from '../../api/events.ts';
import { useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import cards from '../../components/cards.module.css';
import { type Column, ExportButton } from '../../ds/data-table.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { DutyBook } from './duty-book.tsx';
import { FiguresPanel } from './figures-panel.tsx';
import { IncidentCard } from './incident-card.tsx';
import { incidentName } from './incident-marks.tsx';
import styles from './incidents.module.css';
import { ReportDialog } from './report-dialog.tsx';
import { useNow } from './use-now.ts';

const route = getRouteApi('/shell/incidents');
const refetchMs = 15_000;
const shown = '100';
const views = ['open', 'all', 'figures', 'duties'] as const;

/** What has to be dealt with: legal deadlines and what is late first; how long things took; which duties there are. */
export function IncidentsPage() {
  const { t } = useLanguage();
  const may = useMay();
  const navigate = useNavigate();
  const { view = 'open', severity } = route.useSearch();
  const [reporting, setReporting] = useState(false);
  const go = (search: { readonly view?: (typeof views)[number]; readonly severity?: typeof severity }): void =>
    void navigate({ to: '/incidents', search: { view, severity, ...search } });
  return (
    <Page
      title={t('incidents.title')}
      question={t('incidents.question')}
      actions={
        may(reportIncident) ? (
          <Button type="primary" onClick={() => setReporting(true)}>
            {t('incidents.report')}
          </Button>
        ) : undefined
      }
    >
      <div className={styles.bar}>
        <div className={styles.tabs}>
          <Segmented
            value={view}
            onChange={(next) => go({ view: next })}
            options={views.map((value) => ({ value, label: t(`incidents.${value}`) }))}
          />
        </div>
        {view === 'open' || view === 'all' ? (
          <Select
            aria-label={t('incidents.severity')}
            value={severity ?? ''}
            onChange={(next) => go({ severity: incidentSeverities.find((one) => one === next) })}
            options={[
              { value: '', label: t('incidents.anySeverity') },
              ...[...incidentSeverities].reverse().map((value) => ({ value, label: t(`severity.${value}`) })),
            ]}
          />
        ) : null}
      </div>
      {view === 'figures' ? <FiguresPanel /> : view === 'duties' ? <DutyBook /> : <ListPanel show={view} severity={severity} />}
      {reporting ? <ReportDialog close={() => setReporting(false)} /> : null}
    </Page>
  );
}

function ListPanel({
  show,
  severity,
}: {
  readonly show: 'open' | 'all';
  readonly severity: (typeof incidentSeverities)[number] | undefined;
}) {
  const { t } = useLanguage();
  const now = useNow();
  const query = { show, limit: shown, ...(severity === undefined ? {} : { severity }) };
  const incidents = useEndpoint(listIncidents, { input: { query }, refetchMs, keep: true });
  useServerEvents((event) => {
    if (event.kind === 'incident') void incidents.refetch();
  });
  const columns = useExportColumns();
  return (
    <Loadable query={incidents} lines={12}>
      {(data) => (
        <Panel
          flush
          title={t('incidents.list')}
          note={show === 'open' ? t('incidents.listNote') : t('incidents.allNote')}
          actions={
            <>
              <span className="quiet">{t('incidents.countOpen', { count: data.open })}</span>
              <ExportButton name="menshen-incidents" columns={columns} rows={data.incidents} />
            </>
          }
        >
          {data.incidents.length === 0 ? (
            <EmptyState title={show === 'open' ? t('incidents.none') : t('incidents.noneEver')}>
              {t('incidents.noneText')}
            </EmptyState>
          ) : (
            <ol className={cards.list}>
              {data.incidents.map((incident) => (
                <IncidentCard key={incident.id} incident={incident} now={now} />
              ))}
            </ol>
          )}
          {data.next === null ? null : <p className={cards.card}>{t('incidents.more')}</p>}
        </Panel>
      )}
    </Loadable>
  );
}

/** The list as a file. */
function useExportColumns(): readonly Column<IncidentSummary>[] {
  const { t, format, language } = useLanguage();
  const column = (
    key: string,
    title: string,
    value: (row: IncidentSummary) => string | number | null,
  ): Column<IncidentSummary> => ({
    ...{ key, title, value },
    render: value,
  });
  return [
    column('number', t('incidents.list'), ({ number }) => incidentName(number)),
    column('title', t('incidents.reportTitle'), ({ title }) => title[language]),
    column('severity', t('incidents.severity'), ({ severity }) => t(`severity.${severity}`)),
    column('state', t('incidents.kind.state'), ({ state }) => t(`incidents.state.${state}`)),
    column('owner', t('incidents.owner'), ({ owner }) => owner),
    column('opened', t('incidents.clock.detected'), ({ opened }) => format.dateTime(opened)),
    column('duty', t('incidents.duty'), ({ duty }) => duty?.title[language] ?? null),
    column('due', t('incidents.due'), ({ duty }) => (duty === null || duty.due === null ? null : format.dateTime(duty.due))),
  ];
}
