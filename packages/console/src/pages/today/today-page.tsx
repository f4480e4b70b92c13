import { getToday } from '@menshen/contract';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { Output } from '../../api/call.ts';
import { useEndpoint } from '../../api/hooks.ts';
import { Timeline } from '../../components/charts/timeline.tsx';
import { OtherLogs } from '../../components/other-logs.tsx';
import { useTrafficColumns } from '../../components/traffic-columns.tsx';
import { DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Metric, Metrics } from '../../ds/metric.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { toWallClock } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { AttentionList } from './attention-list.tsx';
import { LogState } from './log-state.tsx';
import styles from './today-page.module.css';
import { TopReasons } from './top-reasons.tsx';

const route = getRouteApi('/shell/');
const refreshMs = 30_000;

type Today = Output<typeof getToday>;

/** What needs a person, then how the last 24 hours went. */
export function TodayPage() {
  const { t } = useLanguage();
  const { app } = route.useSearch();
  const today = useEndpoint(getToday, { input: { query: { app } }, refetchMs: refreshMs, keep: true });
  return (
    <Page title={t('today.title')} question={t('today.question')} actions={<span className="quiet">{t('today.span')}</span>}>
      <OtherLogs />
      <Loadable query={today} lines={10}>
        {(data) => <TodayContent today={data} />}
      </Loadable>
    </Page>
  );
}

function TodayContent({ today }: { readonly today: Today }) {
  const { t } = useLanguage();
  const navigate = useNavigate();
  const zoom = (from: number, to: number): void =>
    void navigate({ to: '/traffic', search: (search) => ({ app: search.app, from: toWallClock(from), to: toWallClock(to) }) });
  return (
    <>
      <AttentionList items={today.attention} now={today.now} />
      <Totals totals={today.totals} />
      <div className={styles.columns}>
        <Panel title={t('today.traffic')} note={t('today.trafficNote')} className={styles.wide}>
          <Timeline
            buckets={today.timeline}
            onPick={zoom}
            height={320}
            link={(outcome, figure) => (
              <Link to="/traffic" search={{ outcome }}>
                {figure}
              </Link>
            )}
          />
        </Panel>
        <div className={styles.side}>
          <TopReasons codes={today.codes} />
          <LogState log={today.log} now={today.now} />
        </div>
      </div>
      <Refusals rows={today.refusals} />
    </>
  );
}

function Totals({ totals }: { readonly totals: Today['totals'] }) {
  const { t, format } = useLanguage();
  const share = totals.requests === 0 ? undefined : format.percent(totals.refused / totals.requests);
  return (
    <Metrics>
      <Metric
        label={t('today.requests')}
        value={format.number(totals.requests)}
        link={(figure) => <Link to="/traffic">{figure}</Link>}
      />
      <Metric
        label={t('today.refused')}
        value={format.number(totals.refused)}
        note={share}
        link={(figure) => (
          <Link to="/traffic" search={{ outcome: 'refused' }}>
            {figure}
          </Link>
        )}
      />
      <Metric
        label={t('today.attacks')}
        value={format.number(totals.attacks)}
        link={(figure) => <Link to="/inspection">{figure}</Link>}
      />
      <Metric
        label={t('today.failed')}
        value={format.number(totals.failed)}
        link={(figure) => (
          <Link to="/traffic" search={{ outcome: 'failed' }}>
            {figure}
          </Link>
        )}
      />
      <Metric
        label={t('today.logins')}
        value={format.number(totals.logins)}
        note={t('today.loginsRefused', { count: totals.loginsRefused })}
        link={(figure) => (
          <Link to="/audit" search={{ kind: 'security' }}>
            {figure}
          </Link>
        )}
      />
      <Metric
        label={t('today.sessions')}
        value={format.number(totals.sessions)}
        link={(figure) => <Link to="/sessions">{figure}</Link>}
      />
    </Metrics>
  );
}

function Refusals({ rows }: { readonly rows: Today['refusals'] }) {
  const { t } = useLanguage();
  const columns = useTrafficColumns(['time', 'request', 'reason', 'person', 'address'], 320);
  return (
    <Panel
      flush
      title={t('today.refusals')}
      actions={
        <>
          <Link to="/traffic" search={{ outcome: 'refused' }}>
            {t('today.allRefusals')}
          </Link>
          <ExportButton name="menshen-refusals" columns={columns} rows={rows} />
        </>
      }
    >
      <DataTable
        dense
        caption={t('today.refusals')}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.requestId}
        empty={<EmptyState title={t('today.noRefusals')}>{t('today.noRefusalsText')}</EmptyState>}
      />
    </Panel>
  );
}
