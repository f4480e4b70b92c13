import { type DirectorySource, listDirectorySources, listHeldChanges, listPeople, syncDirectorySource } from '@menshen/contract';
import { Button } from 'antd';
import { codeText } from '../../api/api-error.ts';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { PeopleTabs } from '../../components/tabs/people-tabs.tsx';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { ReloadIcon } from '../../ds/icon.ts';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, ErrorState, Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { DormantPanels } from './dormant-panels.tsx';
import { HeldChanges } from './held-changes.tsx';
import { ImportPanel } from './import-panel.tsx';
import styles from './sources-page.module.css';

/** Where people come from: what waits for confirmation first, then each source, files, and accounts that sleep. */
export function SourcesPage() {
  const { t } = useLanguage();
  const may = useMay();
  const sources = useEndpoint(listDirectorySources, { input: {}, refetchMs: 30_000 });
  const sync = useAction(syncDirectorySource, [listDirectorySources, listHeldChanges, listPeople]);
  const columns = useSourceColumns({
    now: sources.dataUpdatedAt,
    busy: sync.isPending ? sync.variables.params.source : null,
    run: may(syncDirectorySource) ? (source) => sync.mutate({ params: { source } }) : null,
  });
  const done = sync.data;
  return (
    <Page title={t('people.title')} question={t('sources.question')}>
      <PeopleTabs current="sources" />
      {may(listHeldChanges) ? <HeldChanges /> : null}
      <Panel flush title={t('sources.list')}>
        <Loadable query={sources} lines={6}>
          {(data) => (
            <DataTable
              caption={t('sources.list')}
              columns={columns}
              rows={data.sources}
              rowKey={(row) => row.id}
              empty={<EmptyState title={t('sources.none')}>{t('sources.noneText')}</EmptyState>}
            />
          )}
        </Loadable>
        {sync.error === null ? null : <ErrorState error={sync.error} />}
        <p className={styles.told} role="status">
          {done === undefined
            ? ''
            : t('sources.done', {
                source: done.source,
                added: done.added,
                changed: done.changed,
                left: done.left,
                ended: done.sessionsEnded,
              })}
        </p>
      </Panel>
      <ImportPanel />
      <DormantPanels />
    </Page>
  );
}

interface SourceColumnsOptions {
  readonly now: number;
  readonly busy: string | null;
  readonly run: ((source: string) => void) | null;
}

function useSourceColumns({ now, busy, run }: SourceColumnsOptions): readonly Column<DirectorySource>[] {
  const { t, format } = useLanguage();
  return [
    {
      key: 'name',
      title: t('sources.name'),
      width: 128,
      render: (row) => (
        <>
          {t(`sources.kind.${row.kind}`)} <code className="quiet">{row.id}</code>
        </>
      ),
    },
    { key: 'state', title: t('sources.state'), plain: true, render: (row) => <SourceState source={row} /> },
    { key: 'people', title: t('sources.people'), numeric: true, render: (row) => format.number(row.people) },
    {
      key: 'last',
      title: t('sources.last'),
      render: (row) =>
        row.syncedAt === null ? (
          <span className="quiet">{t('sources.never')}</span>
        ) : (
          <span className="no-wrap" title={format.dateTime(row.syncedAt)}>
            {format.relative(row.syncedAt, now)}
          </span>
        ),
    },
    {
      key: 'result',
      title: t('sources.result'),
      grow: true,
      wrap: true,
      render: (row) => (
        <>
          {row.counts === null ? '–' : t('sources.counts', row.counts)}
          {row.conflicts.length === 0 ? null : (
            <div title={row.conflicts.map(({ key, reason }) => `${key}: ${reason}`).join('\n')}>
              <Status tone="warning">{t('sources.conflicts', { count: row.conflicts.length })}</Status>
            </div>
          )}
        </>
      ),
    },
    {
      key: 'act',
      title: t('column.act'),
      width: 112,
      plain: true,
      render: (row) =>
        run !== null && row.configured && (row.kind === 'wecom' || row.kind === 'ldap') ? (
          <Button
            icon={<ReloadIcon />}
            loading={row.running || busy === row.id}
            onClick={() => run(row.id)}
            aria-label={t('sources.runOf', { source: row.id })}
          >
            {t('sources.run')}
          </Button>
        ) : (
          <span className="quiet">–</span>
        ),
    },
  ];
}

function SourceState({ source }: { readonly source: DirectorySource }) {
  const { t, language } = useLanguage();
  if (source.running) return <Status tone="quiet">{t('sources.running')}</Status>;
  if (source.error !== null)
    return (
      <span title={codeText(source.error, language)}>
        <Status tone="danger">{t('sources.failing')}</Status>
        <div className={styles.error}>{codeText(source.error, language)}</div>
      </span>
    );
  if (!source.configured && (source.kind === 'wecom' || source.kind === 'ldap'))
    return <Status tone="warning">{t('sources.unconfigured')}</Status>;
  return <Status tone="safe">{t('sources.good')}</Status>;
}
