import { listFindings } from '@menshen/contract';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { Output } from '../../api/call.ts';
import { useEndpointPages } from '../../api/hooks.ts';
import { SavedViewsButton } from '../../components/filters/saved-views-button.tsx';
import { MoreButton } from '../../components/more-button.tsx';
import { ScanTabs } from '../../components/tabs/scan-tabs.tsx';
import { ExportButton } from '../../ds/data-table.tsx';
import { Metric, Metrics } from '../../ds/metric.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { Filters, type FindingSearch } from './filters.tsx';
import { FindingsTable, useFindingColumns } from './findings-table.tsx';
import { FirstPanel } from './first-panel.tsx';

const route = getRouteApi('/shell/findings');
const pageSize = 50;

type Answer = Output<typeof listFindings>;

/** What scans found: the few to begin with, and then all of it. */
export function FindingsPage() {
  const { t } = useLanguage();
  const { lang: _lang, range: _range, from: _from, to: _to, ...search } = route.useSearch();
  const navigate = route.useNavigate();
  const change = useCallback(
    (next: FindingSearch) => void navigate({ search: (now) => ({ ...now, ...next }), replace: true }),
    [navigate],
  );
  const pages = useEndpointPages(listFindings, {
    key: search,
    input: (cursor) => ({ query: { ...search, limit: pageSize, cursor } }),
  });
  const now = pages.dataUpdatedAt;
  const rows = pages.data?.pages.flatMap(({ findings }) => findings) ?? [];
  const columns = useFindingColumns(now, null);
  const { app: _app, ...filters } = search;
  const filtered = Object.values(filters).some((value) => value !== undefined);
  return (
    <Page
      title={t('findings.title')}
      question={t('findings.question')}
      actions={
        <>
          <SavedViewsButton />
          <ExportButton name="menshen-findings" columns={columns} rows={rows} />
        </>
      }
    >
      <ScanTabs current="findings" />
      <Loadable query={pages} lines={14}>
        {(data) => {
          const [first] = data.pages;
          if (first === undefined) return null;
          const never = first.projects.length === 0;
          return (
            <>
              {never ? null : <Counts counts={first.counts} />}
              {first.first.length === 0 || filtered ? null : <FirstPanel findings={first.first} now={now} />}
              <Panel
                flush
                title={t('findings.list')}
                note={t('findings.total', { count: first.total })}
                actions={
                  never ? undefined : (
                    <Filters
                      search={search}
                      change={change}
                      owners={first.owners}
                      projects={[...new Set(first.projects.map(({ project }) => project))]}
                    />
                  )
                }
              >
                <FindingsTable
                  findings={rows}
                  owners={first.owners}
                  now={now}
                  empty={
                    never ? (
                      <EmptyState title={t('findings.never')} action={<Link to="/scans">{t('findings.toScans')}</Link>}>
                        {t('findings.neverText')}
                      </EmptyState>
                    ) : (
                      <EmptyState title={t(filtered ? 'findings.empty' : 'findings.none')}>
                        {t(filtered ? 'findings.emptyText' : 'findings.noneText')}
                      </EmptyState>
                    )
                  }
                />
                {rows.length === 0 ? null : <MoreButton query={pages} shown={rows.length} />}
              </Panel>
            </>
          );
        }}
      </Loadable>
    </Page>
  );
}

function Counts({ counts }: Pick<Answer, 'counts'>) {
  const { t, format } = useLanguage();
  const { bySeverity, overdue, unowned, accepted, fixedLastMonth } = counts;
  const to = (search: FindingSearch) => (children: React.ReactNode) => (
    <Link to="/findings" search={(now) => ({ app: now.app, ...search })}>
      {children}
    </Link>
  );
  const heavy = (bySeverity.critical ?? 0) + (bySeverity.high ?? 0);
  return (
    <Metrics>
      <Metric label={t('findings.count.high')} value={format.number(heavy)} link={to({ severity: 'high' })} />
      <Metric label={t('findings.count.overdue')} value={format.number(overdue)} link={to({ show: 'overdue' })} />
      <Metric label={t('findings.count.unowned')} value={format.number(unowned)} link={to({ owner: '-' })} />
      <Metric label={t('findings.count.accepted')} value={format.number(accepted)} link={to({ show: 'accepted' })} />
      <Metric label={t('findings.count.fixed')} value={format.number(fixedLastMonth)} link={to({ show: 'fixed' })} />
    </Metrics>
  );
}
