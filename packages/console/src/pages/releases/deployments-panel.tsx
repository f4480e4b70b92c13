import type { DeploymentView } from '@menshen/contract';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState } from '../../ds/states.tsx';
import { Status, type Tone } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';

const shownNames = 5;
const tones: Readonly<Record<NonNullable<DeploymentView['standing']>, Tone>> = {
  ...{ current: 'safe', older: 'quiet', revoked: 'danger', unregistered: 'warning' },
};

/** What watchers say: changed deployments first, with the files that were touched. */
export function DeploymentsPanel({ deployments }: { readonly deployments: readonly DeploymentView[] }) {
  const { t, format } = useLanguage();
  const columns: readonly Column<DeploymentView>[] = [
    {
      key: 'host',
      title: t('releases.host'),
      value: ({ app, host }) => `${app} ${host}`,
      render: ({ app, host, version }) => (
        <>
          {app} {version} <code>{host}</code>
        </>
      ),
    },
    {
      key: 'standing',
      title: t('releases.standing'),
      value: ({ standing }) => (standing === null ? '' : t(`releases.standing.${standing}`)),
      render: ({ standing }) =>
        standing === null ? (
          <span className="quiet">–</span>
        ) : (
          <Status tone={tones[standing]} filled={standing === 'revoked'}>
            {t(`releases.standing.${standing}`)}
          </Status>
        ),
    },
    {
      key: 'state',
      title: t('releases.asSigned'),
      value: ({ ok }) => t(ok ? 'releases.same' : 'releases.changed'),
      render: ({ ok, total, since }) => (
        <Status tone={ok ? 'safe' : 'danger'} filled={!ok}>
          {ok ? t('releases.same') : t('releases.changedSince', { count: total, time: format.dateTime(since) })}
        </Status>
      ),
    },
    {
      key: 'files',
      title: t('releases.which'),
      grow: true,
      value: ({ changed, missing, added }) => [...changed, ...missing, ...added].join(' '),
      render: ({ changed, missing, added, ok }) => {
        const kinds = (['changed', 'missing', 'added'] as const).flatMap((kind) =>
          ({ changed, missing, added })[kind].slice(0, shownNames).map((name) => ({ kind, name })),
        );
        return ok ? (
          <span className="quiet">–</span>
        ) : (
          <ul style={{ margin: 0, paddingLeft: 16 }}>
            {kinds.map(({ kind, name }) => (
              <li key={`${kind} ${name}`}>
                {t(`releases.file.${kind}`)} <code style={{ overflowWrap: 'anywhere' }}>{name}</code>
              </li>
            ))}
          </ul>
        );
      },
    },
    {
      key: 'heard',
      title: t('releases.heard'),
      value: ({ heard }) => format.dateTime(heard),
      render: ({ heard }) => format.dateTime(heard),
    },
  ];
  return (
    <Panel flush title={t('releases.deployments')} note={t('releases.deploymentsNote')}>
      <DataTable
        caption={t('releases.deployments')}
        columns={columns}
        rows={[...deployments].sort((one, other) => Number(one.ok) - Number(other.ok))}
        rowKey={({ app, host }) => `${app} ${host}`}
        empty={<EmptyState title={t('releases.noDeployment')}>{t('releases.noDeploymentText')}</EmptyState>}
      />
    </Panel>
  );
}
