import { type AppView, getSystem, listApps } from '@menshen/contract';
import { getRouteApi } from '@tanstack/react-router';
import type { Output } from '../../api/call.ts';
import { useEndpoint } from '../../api/hooks.ts';
import { CodeBlock } from '../../ds/code-block.tsx';
import { DataTable } from '../../ds/data-table.tsx';
import { Facts } from '../../ds/facts.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { Status, type Tone } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { AppPanel } from './app-panel.tsx';
import styles from './system-page.module.css';

const route = getRouteApi('/shell/system');
const refreshMs = 30_000;

type System = Output<typeof getSystem>;

/** The state of the platform itself: dependencies, configuration, apps and their routes. */
export function SystemPage() {
  const { t } = useLanguage();
  const { app } = route.useSearch();
  const system = useEndpoint(getSystem, { input: {}, refetchMs: refreshMs });
  const apps = useEndpoint(listApps, { input: {}, refetchMs: refreshMs });
  return (
    <Page title={t('system.title')} question={t('system.question')}>
      <Loadable query={system} lines={8}>
        {(data) => (
          <div className={styles.columns}>
            <Dependencies dependencies={data.dependencies} />
            <Installation system={data} now={system.dataUpdatedAt} />
          </div>
        )}
      </Loadable>
      {system.data === undefined || system.data.differingNodes.length === 0 ? null : (
        <DifferingNodes nodes={system.data.differingNodes} />
      )}
      <Loadable query={apps} lines={8}>
        {(data) => <Apps apps={data.apps.filter(({ id }) => app === undefined || id === app)} />}
      </Loadable>
    </Page>
  );
}

const tones: Readonly<Record<System['dependencies'][number]['state'], Tone>> = {
  ok: 'safe',
  degraded: 'warning',
  down: 'danger',
};

function Dependencies({ dependencies }: { readonly dependencies: System['dependencies'] }) {
  const { t } = useLanguage();
  return (
    <Panel flush title={t('system.dependencies')}>
      <DataTable
        caption={t('system.dependencies')}
        rows={dependencies}
        rowKey={(row) => row.name}
        columns={[
          { key: 'name', title: t('system.dependency'), render: (row) => dependencyName(row.name, t) },
          {
            key: 'state',
            title: t('system.state'),
            width: 104,
            plain: true,
            render: (row) => <Status tone={tones[row.state]}>{t(`dependency.${row.state}`)}</Status>,
          },
          {
            key: 'detail',
            title: t('system.detail'),
            wrap: true,
            plain: true,
            render: (row) => <span className="quiet">{row.detail ?? '–'}</span>,
          },
        ]}
        empty={<EmptyState title={t('system.noDependencies')} />}
      />
    </Panel>
  );
}

const dependencyNames = ['store', 'coordination', 'audit', 'recording', 'witnesses', 'nodes', 'revocations'] as const;

/** The parts that every installation has, in plain words; others under the name that they were given. */
function dependencyName(name: string, t: ReturnType<typeof useLanguage>['t']): string {
  const known = dependencyNames.find((one) => one === name);
  return known === undefined ? name : t(`system.dependency.${known}`);
}

/** Nodes that do not run with what this one runs with: whoever asks them may be answered otherwise. */
function DifferingNodes({ nodes }: { readonly nodes: System['differingNodes'] }) {
  const { t } = useLanguage();
  return (
    <Panel flush title={t('system.nodes')}>
      <DataTable
        caption={t('system.nodes')}
        rows={nodes}
        rowKey={(row) => row.name}
        columns={[
          { key: 'name', title: t('system.node'), wrap: true, render: (row) => <code>{row.name}</code> },
          { key: 'sections', title: t('system.sections'), wrap: true, plain: true, render: (row) => row.sections.join(', ') },
        ]}
      />
    </Panel>
  );
}

function Installation({ system, now }: { readonly system: System; readonly now: number }) {
  const { t, format } = useLanguage();
  const { configuration } = system;
  return (
    <Panel title={t('system.installation')}>
      <Facts
        facts={[
          { label: t('system.version'), value: system.version },
          { label: 'Node.js', value: system.node },
          { label: t('system.startedAt'), value: `${format.minute(system.startedAt)} (${format.span(now - system.startedAt)})` },
          { label: t('system.kind'), value: t(system.demo ? 'system.demo' : 'system.production') },
          {
            label: t('system.configuration'),
            value: configuration.file === null ? t('system.noFile') : <code>{configuration.file}</code>,
          },
          { label: t('system.loadedAt'), value: format.minute(configuration.loadedAt) },
          {
            label: t('system.configurationState'),
            value: (
              <Status tone={configuration.error === null ? 'safe' : 'warning'}>
                {t(configuration.error === null ? 'system.configurationGood' : 'system.configurationBad')}
              </Status>
            ),
          },
        ]}
      />
      {configuration.error === null ? null : (
        <div className={styles.error}>
          <p>{t('system.configurationBadText')}</p>
          <CodeBlock label={t('system.configurationBad')} text={configuration.error} copyLabel={t('system.copyError')} />
        </div>
      )}
    </Panel>
  );
}

function Apps({ apps }: { readonly apps: readonly AppView[] }) {
  const { t } = useLanguage();
  if (apps.length === 0) {
    return (
      <Panel flush title={t('system.apps')}>
        <EmptyState title={t('system.noApps')}>{t('system.noAppsText')}</EmptyState>
      </Panel>
    );
  }
  return apps.map((app) => <AppPanel key={app.id} app={app} />);
}
