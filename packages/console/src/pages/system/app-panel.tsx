import type { AppView } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Facts } from '../../ds/facts.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState } from '../../ds/states.tsx';
import { Status, type Tone } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './app-panel.module.css';

const tones: Readonly<Record<AppView['backend'], Tone>> = {
  healthy: 'safe',
  failing: 'warning',
  open: 'danger',
  unknown: 'quiet',
};

type Route = AppView['routes'][number];

const modeTones: Readonly<Record<Route['mode'], Tone>> = { enforce: 'quiet', monitor: 'warning', bypass: 'danger' };

/** An app: whom it serves, where it lies, and every route that it declares. */
export function AppPanel({ app }: { readonly app: AppView }) {
  const { t, format, language } = useLanguage();
  const columns: readonly Column<Route>[] = [
    {
      key: 'match',
      title: t('column.route'),
      value: (row) => row.match,
      render: (row) => (
        <Link to="/traffic" search={{ app: app.id, route: row.match }}>
          <code>{row.match}</code>
        </Link>
      ),
    },
    { key: 'auth', title: t('route.auth'), width: 144, value: (row) => row.auth, render: (row) => authText(row.auth, t) },
    {
      key: 'action',
      title: t('route.action'),
      value: (row) => row.action,
      render: (row) => (row.action === null ? <span className="quiet">{t('route.noAction')}</span> : <code>{row.action}</code>),
    },
    {
      key: 'schema',
      title: t('route.schema'),
      width: 120,
      wideOnly: true,
      value: (row) => t(row.schema ? 'route.checked' : 'route.unchecked'),
      render: (row) => <span className={row.schema ? '' : 'quiet'}>{t(row.schema ? 'route.checked' : 'route.unchecked')}</span>,
    },
    {
      key: 'mode',
      title: t('mode.mode'),
      width: 104,
      plain: true,
      value: (row) => t(`mode.${row.mode}`),
      render: (row) => <Status tone={modeTones[row.mode]}>{t(`mode.${row.mode}`)}</Status>,
    },
  ];
  return (
    <Panel
      flush
      title={app.name[language]}
      note={app.id}
      actions={<ExportButton name={`menshen-routes-${app.id}`} columns={columns} rows={app.routes} />}
    >
      <div className={styles.facts}>
        <Facts
          columns={2}
          facts={[
            { label: t('app.audience'), value: format.list(app.audience.map((kind) => t(`kind.${kind}`))) },
            {
              label: t('app.channels'),
              value: app.channels.length === 0 ? null : format.list(app.channels.map((channel) => t(`channel.${channel}`))),
            },
            { label: t('app.place'), value: <code>{app.place}</code> },
            {
              label: t('app.backend'),
              value: (
                <span className={styles.backend}>
                  <code>{app.upstream}</code>
                  <Status tone={tones[app.backend]}>{t(`backend.${app.backend}`)}</Status>
                </span>
              ),
            },
          ]}
        />
      </div>
      <DataTable
        dense
        caption={t('app.routesOf', { app: app.name[language] })}
        columns={columns}
        rows={app.routes}
        rowKey={(row) => row.match}
        empty={<EmptyState title={t('route.none')}>{t('route.noneText')}</EmptyState>}
      />
    </Panel>
  );
}

function authText(auth: string, t: ReturnType<typeof useLanguage>['t']): string {
  if (auth === 'none' || auth === 'session' || auth === 'mfa') return t(`auth.${auth}`);
  return auth;
}
