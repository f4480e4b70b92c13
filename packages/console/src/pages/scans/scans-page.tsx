import { listScans, runScan, type ScanSourceView, type ScanView } from '@menshen/contract';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ActorName } from '../../components/people/actor-name.tsx';
import { ScanTabs } from '../../components/tabs/scan-tabs.tsx';
import { CodeBlock } from '../../ds/code-block.tsx';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, ErrorState, Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';

const route = getRouteApi('/shell/scans');
const refreshMs = 15_000;

/** What was scanned, by whom and when, and what is scanned by itself. */
export function ScansPage() {
  const { t } = useLanguage();
  const { app } = route.useSearch();
  const scans = useEndpoint(listScans, { input: { query: { app, limit: '100' } }, refetchMs: refreshMs, keep: true });
  return (
    <Page title={t('scans.title')} question={t('scans.question')}>
      <ScanTabs current="scans" />
      <Loadable query={scans} lines={12}>
        {(data) => (
          <>
            <SourcesPanel sources={data.sources} now={data.now} />
            <ScansPanel scans={data.scans} />
            <UploadPanel app={data.apps[0] ?? 'portal'} />
          </>
        )}
      </Loadable>
    </Page>
  );
}

function SourcesPanel({ sources, now }: { readonly sources: readonly ScanSourceView[]; readonly now: number }) {
  const { t, format } = useLanguage();
  const may = useMay();
  const run = useAction(runScan, [listScans]);
  const columns: readonly Column<ScanSourceView>[] = [
    {
      key: 'project',
      title: t('findings.project'),
      grow: true,
      render: ({ app, project, folder }) => (
        <>
          {app}/<strong>{project}</strong> <code className="quiet">{folder}</code>
        </>
      ),
    },
    {
      key: 'state',
      title: t('scans.state'),
      render: ({ running, failure, lastFinished }) =>
        running ? (
          <Status tone="quiet">{t('scans.running')}</Status>
        ) : failure !== null ? (
          <Status tone="danger">{t(`scans.failure.${failure}`)}</Status>
        ) : lastFinished === null ? (
          <Status tone="warning">{t('scans.never')}</Status>
        ) : (
          <Status tone="safe">{t('scans.done', { time: format.relative(lastFinished, now) })}</Status>
        ),
    },
    {
      key: 'when',
      title: t('scans.when'),
      render: ({ schedule, at, weekday, onRelease, next }) => (
        <>
          {schedule === 'none'
            ? t('scans.schedule.none')
            : schedule === 'daily'
              ? t('scans.schedule.daily', { at })
              : t('scans.schedule.weekly', { at, day: t(`scans.day.${dayOf(weekday)}`) })}
          {onRelease ? <span className="quiet"> · {t('scans.onRelease')}</span> : null}
          {next === null ? null : <div className="quiet">{t('scans.next', { time: format.minute(next) })}</div>}
        </>
      ),
    },
    ...(may(runScan)
      ? [
          {
            key: 'act',
            title: t('scans.act'),
            plain: true,
            render: ({ app, project, running }: ScanSourceView) => (
              <Button
                size="small"
                disabled={running || run.isPending}
                onClick={() => run.mutate({ params: { app, project } })}
                aria-label={t('scans.runOf', { project: `${app}/${project}` })}
              >
                {t('scans.run')}
              </Button>
            ),
          },
        ]
      : []),
  ];
  return (
    <Panel flush title={t('scans.sources')} note={t('scans.sourcesNote')}>
      <DataTable
        caption={t('scans.sources')}
        columns={columns}
        rows={sources}
        rowKey={({ app, project }) => `${app}/${project}`}
        empty={<EmptyState title={t('scans.noSources')}>{t('scans.noSourcesText')}</EmptyState>}
      />
      {run.error === null ? null : <ErrorState error={run.error} />}
    </Panel>
  );
}

type Weekday = '1' | '2' | '3' | '4' | '5' | '6' | '7';
const dayOf = (weekday: number): Weekday => (['1', '2', '3', '4', '5', '6', '7'] as const)[weekday - 1] ?? '1';

/** The scan before one, of the same project and tool; the list is newest first. */
const earlier = (scans: readonly ScanView[], { id, app, project, tool }: ScanView): ScanView | undefined =>
  scans
    .slice(scans.findIndex((one) => one.id === id) + 1)
    .find((one) => one.app === app && one.project === project && one.tool === tool);

function ScansPanel({ scans }: { readonly scans: readonly ScanView[] }) {
  const { t, format } = useLanguage();
  const found = ({ counts }: ScanView): string =>
    t('releases.found', { critical: counts.critical, high: counts.high, medium: counts.medium, low: counts.low });
  const columns: readonly Column<ScanView>[] = [
    {
      key: 'scan',
      title: t('scans.scan'),
      grow: true,
      value: ({ app, project, version }) => `${app}/${project} ${version ?? ''}`,
      render: ({ app, project, version, tool, trigger }) => (
        <>
          {app}/<strong>{project}</strong> {version}
          <div className="quiet">
            {tool} · {t(`scans.trigger.${trigger}`)}
          </div>
        </>
      ),
    },
    {
      key: 'found',
      title: t('scans.found'),
      value: found,
      render: (scan) => (
        <Status tone={scan.counts.critical + scan.counts.high > 0 ? 'danger' : scan.complete ? 'safe' : 'warning'}>
          {found(scan)}
        </Status>
      ),
    },
    {
      key: 'difference',
      title: t('scans.difference'),
      value: ({ fresh, fixed, reopened }) => `+${fresh + reopened} −${fixed}`,
      render: (scan) => {
        const before = earlier(scans, scan);
        const text = t('scans.differs', { fresh: scan.fresh, reopened: scan.reopened, fixed: scan.fixed });
        if (before === undefined) return <span className="quiet">{t('scans.first')}</span>;
        return (
          <Link to="/scans/comparison" search={{ before: before.id, after: scan.id }}>
            {text}
          </Link>
        );
      },
    },
    {
      key: 'whole',
      title: t('scans.whole'),
      wideOnly: true,
      value: ({ complete }) => t(complete ? 'scans.complete' : 'scans.partial'),
      render: ({ complete, problems }) => (
        <Status tone={complete ? 'safe' : 'warning'}>
          {complete
            ? t('scans.complete')
            : `${t('scans.partial')}${problems.length === 0 ? '' : ` · ${format.number(problems.length)}`}`}
        </Status>
      ),
    },
    {
      key: 'at',
      title: t('scans.at'),
      value: ({ finished }) => format.dateTime(finished),
      render: ({ finished, by }) => (
        <>
          <span className="figures no-wrap">{format.minute(finished)}</span>
          <div className="quiet no-wrap">
            <ActorName name={by} />
          </div>
        </>
      ),
    },
  ];
  return (
    <Panel flush title={t('scans.list')} actions={<ExportButton name="menshen-scans" columns={columns} rows={scans} />}>
      <DataTable
        caption={t('scans.list')}
        columns={columns}
        rows={scans}
        rowKey={({ id }) => id}
        empty={<EmptyState title={t('scans.none')}>{t('scans.noneText')}</EmptyState>}
      />
    </Panel>
  );
}

function UploadPanel({ app }: { readonly app: string }) {
  const { t } = useLanguage();
  const origin = window.location.origin;
  return (
    <Panel title={t('scans.upload')} note={t('scans.uploadNote')}>
      <CodeBlock
        label={t('scans.command')}
        copyLabel={t('scans.copyUpload')}
        text={`menshen scan . --upload --app ${app} --project miniprogram --version "$CI_COMMIT_SHORT_SHA" --url ${origin}`}
      />
    </Panel>
  );
}
