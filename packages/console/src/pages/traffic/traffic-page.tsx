import { listTraffic, type TrafficRow, trafficSummary } from '@menshen/contract';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { useServerEvents } from '../../api/events.ts';
import { useEndpoint, useEndpointPages } from '../../api/hooks.ts';
import { isLive, spanOf } from '../../app/scope.ts';
import { Timeline } from '../../components/charts/timeline.tsx';
import { SavedViewsButton } from '../../components/filters/saved-views-button.tsx';
import { MoreButton } from '../../components/more-button.tsx';
import { OtherLogs } from '../../components/other-logs.tsx';
import { useTrafficColumns } from '../../components/traffic-columns.tsx';
import { DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { toWallClock } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';
import { LiveControl } from './live-control.tsx';
import { mergeRows, noLiveRows, resume, takeRow } from './live-rows.ts';
import { rowMatches } from './row-matches.ts';
import { TrafficFacets } from './traffic-facets.tsx';
import { TrafficFilters } from './traffic-filters.tsx';

const route = getRouteApi('/shell/traffic');
const pageSize = 50;
const summaryRefreshMs = 30_000;

/** Every request through the gateway: over time, by reason, route and address, and one by one. */
export function TrafficPage() {
  const { t } = useLanguage();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { range, from, to, lang: _lang, ...filter } = search;
  const scope = { range, from, to };
  const change = useCallback(
    (next: Partial<typeof search>) => void navigate({ search: (now) => ({ ...now, ...next }), replace: true }),
    [navigate],
  );

  const key = { ...scope, ...filter };
  const summary = useEndpoint(trafficSummary, {
    key,
    input: () => ({ query: { ...filter, ...spanOf(scope, Date.now()), buckets: 48 } }),
    refetchMs: summaryRefreshMs,
    keep: true,
  });
  const list = useEndpointPages(listTraffic, {
    key,
    input: (cursor) => ({ query: { ...filter, ...spanOf(scope, Date.now()), limit: pageSize, cursor } }),
  });
  const listed = useMemo(() => list.data?.pages.flatMap((page) => page.rows) ?? [], [list.data]);
  const live = useLiveRows(JSON.stringify(key), isLive(scope), (row) => rowMatches(row, filter));
  const rows = mergeRows(live.shown, listed);
  const columns = useTrafficColumns(['time', 'outcome', 'request', 'status', 'reason', 'person', 'address', 'latency']);
  const zoom = (start: number, end: number): void => change({ range: undefined, from: toWallClock(start), to: toWallClock(end) });

  return (
    <Page
      title={t('traffic.title')}
      question={t('traffic.question')}
      actions={
        <>
          <SavedViewsButton />
          <ExportButton name="menshen-traffic" columns={columns} rows={rows} />
        </>
      }
    >
      <OtherLogs />
      <TrafficFilters search={search} change={change} />
      <Panel title={t('traffic.overTime')} note={t('traffic.overTimeNote')}>
        <Loadable query={summary} lines={6}>
          {(data) => (
            <Timeline
              buckets={data.timeline}
              onPick={zoom}
              link={(outcome, figure) => (
                <Link to="/traffic" search={(now) => ({ ...now, outcome })}>
                  {figure}
                </Link>
              )}
            />
          )}
        </Loadable>
      </Panel>
      {summary.data === undefined ? null : <TrafficFacets summary={summary.data} filter={filter} change={change} />}
      <Panel
        flush
        title={t('traffic.requests')}
        actions={isLive(scope) ? <LiveControl paused={live.paused} waiting={live.waiting} toggle={live.toggle} /> : undefined}
      >
        <Loadable query={list} lines={8}>
          {() => (
            <>
              <DataTable
                dense
                caption={t('traffic.requests')}
                columns={columns}
                rows={rows}
                rowKey={(row) => String(row.index)}
                empty={
                  Object.values(key).every((value) => value === undefined) ? (
                    <EmptyState title={t('traffic.none')}>{t('traffic.noneText')}</EmptyState>
                  ) : (
                    <EmptyState title={t('traffic.empty')}>{t('traffic.emptyText')}</EmptyState>
                  )
                }
              />
              {rows.length === 0 ? null : <MoreButton query={list} shown={rows.length} />}
            </>
          )}
        </Loadable>
      </Panel>
    </Page>
  );
}

interface LiveState {
  readonly shown: readonly TrafficRow[];
  readonly waiting: number;
  readonly paused: boolean;
  readonly toggle: () => void;
}

/** New requests since the list was fetched. Another filter starts anew. */
function useLiveRows(key: string, enabled: boolean, matches: (row: TrafficRow) => boolean): LiveState {
  const [live, setLive] = useState(noLiveRows);
  const [paused, setPaused] = useState(false);
  const [knownKey, setKnownKey] = useState(key);
  if (knownKey !== key) {
    setKnownKey(key);
    setLive(noLiveRows);
  }
  useServerEvents((event) => {
    if (enabled && event.kind === 'traffic' && matches(event.row)) setLive((rows) => takeRow(rows, event.row, paused));
  });
  const toggle = (): void => {
    if (paused) setLive(resume);
    setPaused(!paused);
  };
  return { shown: live.shown, waiting: live.waiting.length, paused, toggle };
}
