import { type AppVersionsView, listAppVersions, listReleases, nameAppVersion } from '@menshen/contract';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { Field } from '../../ds/field.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';

const refreshMs = 15_000;
const tones = { registered: 'safe', revoked: 'danger', unknown: 'warning' } as const;
/** What has no number at WeChat cannot be a release. */
const isNumber = (version: string): boolean => /^[1-9]\d{0,8}$/.test(version);

type Row = AppVersionsView['seen'][number] & { readonly app: string };

/** Which versions of mini programs ask, and which releases they are: unknown and revoked ones first. */
export function VersionsPanel() {
  const { t } = useLanguage();
  const versions = useEndpoint(listAppVersions, { input: {}, refetchMs: refreshMs });
  return (
    <Loadable query={versions} lines={4}>
      {({ apps }) => (
        <Panel
          flush
          title={t('versions.title')}
          note={apps
            .flatMap(({ app, accept, mode }) =>
              accept === 'any'
                ? []
                : [t('versions.demand', { app, accept: t(`versions.accept.${accept}`), mode: t(`versions.mode.${mode}`) })],
            )
            .concat(t('versions.note'))
            .join(' · ')}
        >
          <Versions apps={apps} />
        </Panel>
      )}
    </Loadable>
  );
}

const rank = { revoked: 0, unknown: 1, registered: 2 } as const;

function Versions({ apps }: { readonly apps: readonly AppVersionsView[] }) {
  const { t, format } = useLanguage();
  const may = useMay();
  const [naming, setNaming] = useState<Row | null>(null);
  const rows = apps
    .flatMap(({ app, seen }) => seen.map((one): Row => ({ ...one, app })))
    .sort((one, other) => rank[one.state] - rank[other.state] || other.requests - one.requests);
  const columns: readonly Column<Row>[] = [
    {
      key: 'version',
      title: t('versions.version'),
      grow: true,
      value: ({ app, version }) => `${app} ${version}`,
      render: ({ app, version, release }) => (
        <>
          {app} <code>{version}</code> {release === null ? null : <span className="quiet">{t('versions.is', { release })}</span>}
        </>
      ),
    },
    {
      key: 'state',
      title: t('releases.state'),
      value: ({ state }) => t(`versions.state.${state}`),
      render: ({ state }) => (
        <span className="no-wrap">
          <Status tone={tones[state]}>{t(`versions.state.${state}`)}</Status>
        </span>
      ),
    },
    {
      key: 'requests',
      title: t('versions.requests'),
      numeric: true,
      value: ({ requests }) => requests,
      render: ({ requests }) => format.number(requests),
    },
    {
      key: 'persons',
      title: t('versions.persons'),
      numeric: true,
      value: ({ persons }) => persons,
      render: ({ persons }) => format.number(persons),
    },
    ...(may(nameAppVersion)
      ? [
          {
            key: 'act',
            title: t('column.act'),
            plain: true,
            render: (row: Row) =>
              isNumber(row.version) ? (
                <Button
                  size="small"
                  onClick={() => setNaming(row)}
                  aria-label={t('versions.nameOf', { version: `${row.app} ${row.version}` })}
                >
                  {t('versions.name')}
                </Button>
              ) : (
                <span className="quiet">–</span>
              ),
          },
        ]
      : []),
  ];
  return (
    <>
      <DataTable
        caption={t('versions.title')}
        columns={columns}
        rows={rows}
        rowKey={({ app, version }) => `${app} ${version}`}
        empty={<EmptyState title={t('versions.none')}>{t('versions.noneText')}</EmptyState>}
      />
      {naming === null ? null : <NameDialog row={naming} close={() => setNaming(null)} />}
    </>
  );
}

function NameDialog({ row, close }: { readonly row: Row; readonly close: () => void }) {
  const { t } = useLanguage();
  const releases = useEndpoint(listReleases, { input: {} });
  const name = useAction(nameAppVersion, [listAppVersions]);
  const [chosen, setChosen] = useState(row.release ?? '');
  const known = (releases.data?.releases ?? []).filter(({ app, kind }) => app === row.app && kind === 'miniprogram');
  return (
    <ConfirmDialog
      open
      title={t('versions.nameOf', { version: `${row.app} ${row.version}` })}
      consequence={t('versions.nameText')}
      confirm={t('versions.name')}
      busy={name.isPending}
      error={name.error}
      onConfirm={() =>
        name.mutate(
          { params: { app: row.app, number: Number(row.version) }, body: { version: chosen === '' ? null : chosen } },
          { onSuccess: close },
        )
      }
      onClose={close}
    >
      <Field label={t('versions.release')}>
        {(wiring) => (
          <Select
            {...wiring}
            style={{ width: '100%' }}
            loading={releases.isPending}
            value={chosen}
            options={[
              { value: '', label: t('versions.noRelease') },
              ...[...new Set(known.map(({ version }) => version))].map((version) => ({ value: version, label: version })),
            ]}
            onChange={setChosen}
          />
        )}
      </Field>
    </ConfirmDialog>
  );
}
