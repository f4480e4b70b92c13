import { listSchemas, type RouteTypesView } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import { useEndpoint } from '../../api/hooks.ts';
import { ProtectionTabs } from '../../components/tabs/protection-tabs.tsx';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';

const refreshMs = 30_000;

/** Every route with where its types come from; what waits for a person first. */
export function FieldTypesPage() {
  const { t } = useLanguage();
  const schemas = useEndpoint(listSchemas, { input: {}, refetchMs: refreshMs });
  const columns = useRouteColumns();
  return (
    <Page title={t('fieldTypes.title')} question={t('fieldTypes.question')}>
      <ProtectionTabs current="fieldTypes" />
      <Loadable query={schemas} lines={12}>
        {(data) => {
          const rows = [...data.routes].sort((a, b) => urgency(b) - urgency(a));
          return (
            <Panel
              flush
              title={t('fieldTypes.routes')}
              note={t('fieldTypes.routesNote')}
              actions={<ExportButton name="menshen-field-types" columns={columns} rows={rows} />}
            >
              <DataTable
                caption={t('fieldTypes.routes')}
                columns={columns}
                rows={rows}
                rowKey={(row) => `${row.app} ${row.route}`}
                empty={<EmptyState title={t('fieldTypes.none')}>{t('fieldTypes.noneText')}</EmptyState>}
              />
            </Panel>
          );
        }}
      </Loadable>
    </Page>
  );
}

/** Proposals on routes whose people are refused come before other proposals, those before refusals, then what is learned. */
function urgency({ proposal, refused, observed }: RouteTypesView): number {
  return (proposal === null ? 0 : 4) + (refused > 0 ? 2 : 0) + (observed === null ? 0 : 1);
}

function useRouteColumns(): readonly Column<RouteTypesView>[] {
  const { t, format } = useLanguage();
  const sourceOf = ({ source, inForce }: RouteTypesView): string =>
    source === 'learned' ? t('fieldTypes.source.learned', { version: inForce ?? 0 }) : t(`fieldTypes.source.${source}`);
  const learningOf = ({ learns, observed }: RouteTypesView): string => {
    if (!learns) return t('fieldTypes.notLearning');
    return observed === null ? t('fieldTypes.notYet') : t('fieldTypes.learned', { count: observed.requests });
  };
  return [
    {
      key: 'route',
      title: t('fieldTypes.route'),
      grow: true,
      plain: true,
      value: (row) => `${row.app} ${row.route}`,
      render: (row) => (
        <Link
          to="/field-types/route"
          search={{ of: row.app, match: row.route }}
          aria-label={t('fieldTypes.openRoute', { route: `${row.app} ${row.route}` })}
        >
          <span className="quiet">{row.app}</span> <code>{row.route}</code>
        </Link>
      ),
    },
    {
      key: 'source',
      title: t('fieldTypes.source'),
      value: sourceOf,
      render: (row) =>
        row.source === 'none' ? <span className="quiet">{sourceOf(row)}</span> : <Status tone="safe">{sourceOf(row)}</Status>,
    },
    {
      key: 'learning',
      title: t('fieldTypes.learning'),
      value: learningOf,
      render: (row) => <span className={row.observed === null ? 'quiet' : undefined}>{learningOf(row)}</span>,
    },
    {
      key: 'proposal',
      title: t('fieldTypes.proposal'),
      value: (row) => (row.proposal === null ? '' : t('fieldTypes.waiting')),
      render: (row) =>
        row.proposal === null ? (
          <span className="quiet">{t('fieldTypes.noProposal')}</span>
        ) : (
          <Status tone="warning">{t('fieldTypes.waiting')}</Status>
        ),
    },
    {
      key: 'refused',
      title: t('fieldTypes.refused'),
      numeric: true,
      value: (row) => row.refused,
      render: (row) => (row.refused === 0 ? <span className="quiet">0</span> : format.number(row.refused)),
    },
  ];
}
