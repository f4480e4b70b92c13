import { listReleases, type ReleaseView, revokeRelease } from '@menshen/contract';
import { Button } from 'antd';
import { useState } from 'react';
import type { Output } from '../../api/call.ts';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { RevokeDialog } from '../../components/revoke-dialog.tsx';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { DeploymentsPanel } from './deployments-panel.tsx';
import { VersionsPanel } from './versions-panel.tsx';

const refreshMs = 15_000;
const shownId = 12;

type Releases = Output<typeof listReleases>;

/** What was signed, what the scan said of it, and whether deployments still are that. */
export function ReleasesPage() {
  const { t } = useLanguage();
  const releases = useEndpoint(listReleases, { input: {}, refetchMs: refreshMs });
  return (
    <Page title={t('releases.title')} question={t('releases.question')}>
      <Loadable query={releases} lines={12}>
        {(data) => (
          <>
            <DeploymentsPanel deployments={data.deployments} />
            <ReleasesPanel releases={data.releases} apps={data.apps} />
            <VersionsPanel />
          </>
        )}
      </Loadable>
    </Page>
  );
}

function ReleasesPanel({ releases, apps }: Pick<Releases, 'releases' | 'apps'>) {
  const { t } = useLanguage();
  const may = useMay();
  const [revoking, setRevoking] = useState<ReleaseView | null>(null);
  const revoke = useAction(revokeRelease, [listReleases]);
  const columns = useColumns(may(revokeRelease) ? setRevoking : null);
  const gates = apps.map(({ app, gate, keys }) =>
    t('releases.gateOf', { app, gate: t(`releases.gate.${gate}`), count: keys.length }),
  );
  return (
    <Panel
      flush
      title={t('releases.registered')}
      note={gates.length === 0 ? t('releases.noKeys') : gates.join(' · ')}
      actions={<ExportButton name="menshen-releases" columns={columns} rows={releases} />}
    >
      <DataTable
        caption={t('releases.registered')}
        columns={columns}
        rows={releases}
        rowKey={({ id }) => id}
        empty={<EmptyState title={t('releases.none')}>{t('releases.noneText')}</EmptyState>}
      />
      <RevokeDialog
        target={revoking}
        revoke={revoke}
        title={t('releases.revoke')}
        consequence={revoking === null ? null : t('releases.revokeText', { app: revoking.app, version: revoking.version })}
        onClose={() => setRevoking(null)}
      />
    </Panel>
  );
}

function useColumns(revoke: ((release: ReleaseView) => void) | null): readonly Column<ReleaseView>[] {
  const { t, format } = useLanguage();
  const scanned = ({ scan }: ReleaseView): string =>
    scan === null
      ? t('releases.notScanned')
      : t('releases.found', { critical: scan.critical, high: scan.high, medium: scan.medium, low: scan.low });
  return [
    {
      key: 'version',
      title: t('releases.version'),
      grow: true,
      value: ({ app, version }) => `${app} ${version}`,
      render: ({ app, version, kind, reason }) => (
        <>
          {app} <strong>{version}</strong> <span className="quiet">{t(`releases.kind.${kind}`)}</span>
          {reason === null ? null : <div className="quiet">{t('releases.because', { reason })}</div>}
        </>
      ),
    },
    {
      key: 'state',
      title: t('releases.state'),
      value: ({ state }) => t(`releases.state.${state}`),
      render: ({ state }) => <Status tone={state === 'registered' ? 'safe' : 'danger'}>{t(`releases.state.${state}`)}</Status>,
    },
    {
      key: 'scan',
      title: t('releases.scan'),
      value: scanned,
      render: (row) => (
        <Status tone={row.scan === null ? 'warning' : row.scan.critical + row.scan.high > 0 ? 'danger' : 'safe'}>
          {scanned(row)}
        </Status>
      ),
    },
    {
      key: 'build',
      title: t('releases.build'),
      value: ({ buildId }) => buildId,
      render: ({ buildId, files }) => (
        <span title={buildId}>
          <code>{buildId.slice(0, shownId)}</code> <span className="quiet">{t('releases.files', { count: files })}</span>
        </span>
      ),
    },
    {
      key: 'registered',
      title: t('releases.at'),
      value: ({ registered }) => format.dateTime(registered),
      render: ({ registered, registeredBy }) => (
        <>
          {format.dateTime(registered)} <span className="quiet">{registeredBy}</span>
        </>
      ),
    },
    ...(revoke === null
      ? []
      : [
          {
            key: 'act',
            title: t('releases.act'),
            plain: true,
            render: (row: ReleaseView) =>
              row.state === 'registered' ? (
                <Button
                  size="small"
                  danger
                  onClick={() => revoke(row)}
                  aria-label={t('releases.revokeOf', { version: `${row.app} ${row.version}` })}
                >
                  {t('releases.revoke')}
                </Button>
              ) : null,
          },
        ]),
  ];
}
