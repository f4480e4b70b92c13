import { type ComplianceState, complianceFrameworks, getCompliance } from '@menshen/contract';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Select } from 'antd';
import type { Output } from '../../api/call.ts';
import { useServerEvents } from '../../api/events.ts';
import { useEndpoint } from '../../api/hooks.ts';
import people from '../../components/tabs/people-tabs.module.css';
import { classNames } from '../../ds/class-names.ts';
import { Metric, Metrics } from '../../ds/metric.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './compliance.module.css';
import { HeatTable } from './heat-table.tsx';
import { ItemTable } from './item-table.tsx';
import { MappingPanel } from './mapping-panel.tsx';
import { stateOrder } from './states.ts';
import { ComplianceTrend } from './trend-panel.tsx';

const route = getRouteApi('/shell/compliance');
/** Evidence ages by itself. */
const refreshMs = 30_000;

/** What is asked of the company by each standard, and what shows it now. */
export function CompliancePage() {
  const { t } = useLanguage();
  const { framework = 'mlps', subject = 'all', view } = route.useSearch();
  const compliance = useEndpoint(getCompliance, { input: { query: { framework, subject } }, refetchMs: refreshMs, keep: true });
  useServerEvents((event) => {
    if (event.kind === 'risk' || event.kind === 'compliance') void compliance.refetch();
  });
  return (
    <Page
      title={t('compliance.title')}
      question={t('compliance.question')}
      actions={<Link to="/reports">{t('compliance.toReports')}</Link>}
    >
      <FrameworkTabs current={view ?? framework} subject={subject} />
      {view === 'mapping' ? (
        <MappingPanel subject={subject} />
      ) : (
        <Loadable query={compliance} lines={14}>
          {(data) => <Standing data={data} />}
        </Loadable>
      )}
    </Page>
  );
}

function FrameworkTabs({ current, subject }: { readonly current: string; readonly subject: string }) {
  const { t } = useLanguage();
  return (
    <nav className={people.tabs} aria-label={t('compliance.frameworks')} style={{ flexWrap: 'wrap' }}>
      {complianceFrameworks.map((framework) => (
        <Link
          key={framework}
          to="/compliance"
          search={{ ...(framework === 'mlps' ? {} : { framework }), ...(subject === 'all' ? {} : { subject }) }}
          className={classNames(people.tab, framework === current && people.current)}
          aria-current={framework === current ? 'page' : undefined}
        >
          {t(`compliance.framework.${framework}`)}
        </Link>
      ))}
      <Link
        to="/compliance"
        search={{ view: 'mapping', ...(subject === 'all' ? {} : { subject }) }}
        className={classNames(people.tab, current === 'mapping' && people.current)}
        aria-current={current === 'mapping' ? 'page' : undefined}
      >
        {t('compliance.mapping')}
      </Link>
    </nav>
  );
}

function Standing({ data }: { readonly data: Output<typeof getCompliance> }) {
  const { t, language } = useLanguage();
  const { state, framework = 'mlps' } = route.useSearch();
  const navigate = route.useNavigate();
  const { counts } = data;
  const chosen = {
    ...(framework === 'mlps' ? {} : { framework }),
    ...(data.subject === 'all' ? {} : { subject: data.subject }),
  };
  const items = data.items.filter((one) => state === undefined || one.state === state);
  const number = (of: ComplianceState): string => t('compliance.ofItems', { count: counts[of], total: counts.total });
  return (
    <>
      <Panel
        title={data.name[language]}
        note={data.caution === null ? undefined : data.caution[language]}
        actions={
          <Select
            aria-label={t('compliance.subject')}
            value={data.subject}
            onChange={(next) =>
              void navigate({ search: (before) => ({ ...before, subject: next === 'all' ? undefined : next }) })
            }
            options={data.subjects.map(({ id, name }) => ({ value: id, label: name[language] }))}
            style={{ minInlineSize: 160 }}
          />
        }
      >
        <Metrics>
          {stateOrder.map((one) => (
            <Metric
              key={one}
              label={t(`compliance.state.${one}`)}
              value={number(one)}
              link={(children) => (
                <Link to="/compliance" search={{ ...chosen, state: one }}>
                  {children}
                </Link>
              )}
            />
          ))}
        </Metrics>
        <p className={classNames('quiet', styles.definition)}>{data.definition[language]}</p>
      </Panel>
      <Panel
        title={t('compliance.heat')}
        note={t('compliance.heatNote')}
        actions={
          <Select
            aria-label={t('compliance.filter')}
            value={state ?? 'every'}
            onChange={(next) =>
              void navigate({ search: (before) => ({ ...before, state: stateOrder.find((one) => one === next) }) })
            }
            options={[
              { value: 'every', label: t('compliance.every') },
              ...stateOrder.map((one) => ({ value: one, label: t(`compliance.state.${one}`) })),
            ]}
            style={{ minInlineSize: 140 }}
          />
        }
      >
        <HeatTable data={data} shown={new Set(items.map(({ id }) => id))} />
      </Panel>
      <ComplianceTrend framework={framework} subject={data.subject} />
      <ItemTable data={data} items={items} />
    </>
  );
}
