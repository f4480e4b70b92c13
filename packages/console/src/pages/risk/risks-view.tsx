import { type getRiskOverview, listRisks, type RiskRow } from '@menshen/contract';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Select } from 'antd';
import { useCallback } from 'react';
import type { Output } from '../../api/call.ts';
import { useEndpointPages } from '../../api/hooks.ts';
import { SearchField } from '../../components/filters/search-field.tsx';
import { MoreButton } from '../../components/more-button.tsx';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Metric, Metrics } from '../../ds/metric.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { Score } from './level-mark.tsx';
import { Matrix } from './matrix.tsx';
import styles from './risk.module.css';
import { StepsPanel } from './steps-panel.tsx';

const route = getRouteApi('/shell/risk');
const pageSize = 50;
type Overview = Output<typeof getRiskOverview>;

/** What needs somebody, the matrix and what helps most, and then every risk. */
export function RisksView({ overview }: { readonly overview: Overview }) {
  const { t } = useLanguage();
  return (
    <>
      <Needs overview={overview} />
      <Counts overview={overview} />
      <div className={styles.two}>
        <Panel title={t('risks.matrix')} note={t('risks.matrixNote')}>
          <Matrix matrix={overview.matrix} />
        </Panel>
        <StepsPanel steps={overview.steps} />
      </div>
      <RisksPanel overview={overview} />
    </>
  );
}

/** What cannot wait, before any number. */
function Needs({ overview }: { readonly overview: Overview }) {
  const { t } = useLanguage();
  const { acceptances, treatments, controls } = overview;
  const ended = acceptances.expired + acceptances.exceeded;
  const needs = [
    { tab: 'treatment', count: ended, text: t('risks.acceptedEnded', { count: ended }) },
    { tab: 'treatment', count: treatments.overdue, text: t('risks.treatmentLate', { count: treatments.overdue }) },
    { tab: 'controls', count: controls.stale, text: t('risks.staleControls', { count: controls.stale }) },
  ] as const;
  const shown = needs.filter(({ count }) => count > 0);
  if (shown.length === 0) return null;
  return (
    <Panel title={t('risks.needs')}>
      <ul className={styles.evidence}>
        {shown.map(({ tab, text }) => (
          <li key={text}>
            <Status tone="warning">
              <Link to="/risk" search={{ tab }}>
                {text}
              </Link>
            </Status>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Counts({ overview }: { readonly overview: Overview }) {
  const { t, format } = useLanguage();
  const { levels, assets, weaknesses, risks, since, at, millis } = overview;
  const high = (levels[3] ?? 0) + (levels[4] ?? 0);
  const change = since === null ? null : since.comparison;
  return (
    <Metrics>
      <Metric
        label={t('risks.high')}
        value={format.number(high)}
        note={t('risks.ofAll', { count: risks })}
        link={(children) => (
          <Link to="/risk" search={{ level: (levels[4] ?? 0) > 0 ? 5 : 4 }}>
            {children}
          </Link>
        )}
      />
      <Metric
        label={t('risks.sinceLast')}
        value={
          change === null
            ? '–'
            : `↓ ${format.number(change.lower + change.gone)}  ↑ ${format.number(change.higher + change.added)}`
        }
        note={
          since === null
            ? t('risks.noVersion')
            : t('risks.sinceVersion', { number: since.version.number, time: format.dateTime(since.version.at) })
        }
        link={(children) => (
          <Link to="/risk" search={{ tab: 'versions' }}>
            {children}
          </Link>
        )}
      />
      <Metric
        label={t('risks.assets')}
        value={format.number(assets)}
        note={t('risks.weaknessCount', { count: weaknesses })}
        link={(children) => (
          <Link to="/risk" search={{ tab: 'assets' }}>
            {children}
          </Link>
        )}
      />
      <Metric label={t('risks.computed')} value={format.clock(at)} note={t('risks.millis', { count: millis })} />
    </Metrics>
  );
}

function RisksPanel({ overview }: { readonly overview: Overview }) {
  const { t, language } = useLanguage();
  const { business, level, likelihood, loss, q, asset, threat } = route.useSearch();
  const navigate = route.useNavigate();
  const search = { business, level, likelihood, loss, q, asset, threat };
  const pages = useEndpointPages(listRisks, {
    // Read anew with the picture.
    key: [search, overview.at],
    input: (cursor) => ({ query: { ...search, limit: pageSize, cursor } }),
  });
  const rows = pages.data?.pages.flatMap(({ risks }) => risks) ?? [];
  const columns = useRiskColumns();
  const find = useCallback(
    (next: string | undefined) => void navigate({ search: (now) => ({ ...now, q: next }), replace: true }),
    [navigate],
  );
  const filtered = Object.values(search).some((value) => value !== undefined);
  return (
    <Panel
      flush
      title={t('risks.list')}
      note={t('risks.listNote', { count: pages.data?.pages[0]?.total ?? 0 })}
      actions={
        <div className={styles.filters}>
          {filtered ? (
            <Link to="/risk" search={{}}>
              {t('risks.clear')}
            </Link>
          ) : null}
          <SearchField label={t('risks.search')} value={q} maxLength={100} onChange={find} />
          <Select
            aria-label={t('risks.business')}
            value={business ?? ''}
            style={{ minWidth: 150 }}
            onChange={(next) =>
              void navigate({ search: (now) => ({ ...now, business: next === '' ? undefined : next }), replace: true })
            }
            options={[
              { value: '', label: t('risks.everyBusiness') },
              ...overview.businesses.map(({ id, name }) => ({ value: id, label: name[language] })),
            ]}
          />
          <ExportButton name="menshen-risks" columns={columns} rows={rows} />
        </div>
      }
    >
      <Loadable query={pages} lines={10}>
        {() => (
          <>
            <DataTable
              caption={t('risks.list')}
              columns={columns}
              rows={rows}
              rowKey={({ id }) => id}
              empty={<EmptyState title={t(filtered ? 'risks.noneFiltered' : 'risks.none')}>{t('risks.noneText')}</EmptyState>}
            />
            {rows.length === 0 ? null : <MoreButton query={pages} shown={rows.length} />}
          </>
        )}
      </Loadable>
    </Panel>
  );
}

function useRiskColumns(): readonly Column<RiskRow>[] {
  const { t, language, format } = useLanguage();
  const decided = ({ accepted, treatment }: RiskRow): string =>
    accepted ? t('risks.accepted') : treatment === null ? t('risks.undecided') : t(`risks.treatment.${treatment}`);
  return [
    {
      key: 'risk',
      title: t('risks.risk'),
      grow: true,
      wrap: true,
      value: ({ threat, asset }) => `${threat.name[language]} · ${asset.name[language]}`,
      render: ({ id, threat, asset, weakness }) => (
        <>
          <Link to="/risk/$id" params={{ id }}>
            <strong>{threat.name[language]}</strong> · {asset.name[language]}
          </Link>
          <div className="quiet">{weakness === null ? t('risks.noWeakness') : weakness[language]}</div>
        </>
      ),
    },
    {
      key: 'score',
      title: t('risks.score'),
      value: ({ score }) => score,
      render: ({ score, level }) => <Score score={score} level={level} />,
    },
    {
      key: 'cell',
      title: t('risks.cell'),
      wideOnly: true,
      value: ({ likelihood, loss }) => `${likelihood} × ${loss}`,
      render: ({ likelihood, loss }) => (
        <span className="figures">
          {format.number(likelihood)} × {format.number(loss)}
        </span>
      ),
    },
    {
      key: 'decided',
      title: t('risks.decision'),
      value: decided,
      render: (row) => (
        <Status
          tone={
            row.accepted || row.treatment === 'done' ? 'safe' : row.treatment === null && row.level >= 4 ? 'warning' : 'quiet'
          }
        >
          {decided(row)}
        </Status>
      ),
    },
    {
      key: 'owner',
      title: t('risks.owner'),
      wideOnly: true,
      value: ({ asset }) => asset.owner ?? '',
      render: ({ asset }) => asset.owner ?? <span className="quiet">{t('risks.nobody')}</span>,
    },
  ];
}
