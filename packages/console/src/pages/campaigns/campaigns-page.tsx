import { type CampaignView, listCampaigns } from '@menshen/contract';
import { Link, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useServerEvents } from '../../api/events.ts';
import { useEndpoint } from '../../api/hooks.ts';
import { SearchField } from '../../components/filters/search-field.tsx';
import { MoreButton } from '../../components/more-button.tsx';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { BudgetMeter } from './budget-meter.tsx';
import { CampaignStateMark } from './campaign-state.tsx';
import styles from './campaigns-page.module.css';
import { byUrgency, matching } from './urgency.ts';

/** Rows that are drawn at once: each has a meter and marks, and a company may have hundreds. */
const pageSize = 50;

/** Every campaign, the one that needs somebody first. */
export function CampaignsPage() {
  const { t } = useLanguage();
  const { app } = useSearch({ strict: false });
  const list = useEndpoint(listCampaigns, { input: { query: app === undefined ? {} : { app } }, refetchMs: 30_000, keep: true });
  useServerEvents((event) => {
    if (event.kind === 'guard') void list.refetch();
  });
  const [typed, setTyped] = useState<string | undefined>();
  const [shown, setShown] = useState(pageSize);
  const columns = useCampaignColumns();
  return (
    <Page title={t('campaigns.title')} question={t('campaigns.question')}>
      <Panel flush title={t('campaigns.list')}>
        <Loadable query={list} lines={6}>
          {(data) => {
            const rows = byUrgency(matching(data.campaigns, typed));
            const page = rows.slice(0, shown);
            return (
              <>
                {data.campaigns.length <= pageSize ? null : (
                  <div className={styles.filters}>
                    <SearchField label={t('campaigns.search')} value={typed} maxLength={60} width={280} onChange={setTyped} />
                  </div>
                )}
                <DataTable
                  caption={t('campaigns.list')}
                  columns={columns}
                  rows={page}
                  rowKey={(row) => `${row.app}/${row.id}`}
                  empty={
                    typed === undefined ? (
                      <EmptyState title={t('campaigns.none')}>{t('campaigns.noneText')}</EmptyState>
                    ) : (
                      <EmptyState title={t('campaigns.noMatch')}>{t('campaigns.noMatchText')}</EmptyState>
                    )
                  }
                />
                {rows.length <= pageSize ? null : (
                  <MoreButton
                    query={{
                      hasNextPage: rows.length > shown,
                      isFetchingNextPage: false,
                      fetchNextPage: () => setShown((count) => count + pageSize),
                    }}
                    shown={page.length}
                  />
                )}
              </>
            );
          }}
        </Loadable>
      </Panel>
    </Page>
  );
}

function useCampaignColumns(): readonly Column<CampaignView>[] {
  const { t, format, language } = useLanguage();
  return [
    {
      key: 'name',
      title: t('campaigns.name'),
      width: 144,
      render: (row) => (
        <span className={styles.name}>
          <Link to="/campaigns/$app/$campaign" params={{ app: row.app, campaign: row.id }}>
            {row.name[language]}
          </Link>
          <span className="quiet">{row.appName[language]}</span>
        </span>
      ),
    },
    { key: 'state', title: t('campaigns.state'), width: 176, plain: true, render: (row) => <CampaignStateMark campaign={row} /> },
    {
      key: 'trouble',
      title: t('campaigns.trouble'),
      grow: true,
      wrap: true,
      render: (row) => <Trouble campaign={row} />,
    },
    { key: 'budget', title: t('campaigns.budget'), width: 180, render: (row) => <BudgetMeter campaign={row} /> },
    { key: 'claims', title: t('campaigns.claims'), numeric: true, render: (row) => format.number(row.recent.claims) },
    {
      key: 'end',
      title: t('campaigns.end'),
      wideOnly: true,
      render: (row) => <span className="no-wrap">{format.minute(row.end)}</span>,
    },
  ];
}

/** What broke the rules in the last day; the backend's doing first, since it is the worst. */
function Trouble({ campaign: { recent, uncertain } }: { readonly campaign: CampaignView }) {
  const { t } = useLanguage();
  const { answerViolations, shownViolations, requestViolations, people } = recent;
  if (answerViolations + shownViolations + requestViolations + uncertain === 0)
    return <span className="quiet">{t('campaigns.calm')}</span>;
  return (
    <span className={styles.trouble}>
      {answerViolations === 0 ? null : <Status tone="danger">{t('campaigns.answers', { count: answerViolations })}</Status>}
      {shownViolations === 0 ? null : <Status tone="warning">{t('campaigns.shown', { count: shownViolations })}</Status>}
      {requestViolations === 0 ? null : (
        <Status tone="warning">{t('campaigns.requests', { count: requestViolations, people })}</Status>
      )}
      {uncertain === 0 ? null : <Status tone="warning">{t('campaigns.uncertain', { count: uncertain })}</Status>}
    </span>
  );
}
