import { type ApprovalView, listAdministrators, listApprovals, problemText } from '@menshen/contract';
import { useState } from 'react';
import { useEndpoint, useEndpointPages } from '../../api/hooks.ts';
import { useOpenApprovals } from '../../app/duty-banner.tsx';
import { actName } from '../../components/act-name.ts';
import { MoreButton } from '../../components/more-button.tsx';
import { AdminTabs } from '../../components/tabs/admin-tabs.tsx';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { ApprovalCard } from './approval-card.tsx';
import { type ApprovalAct, ApprovalDialog } from './approval-dialog.tsx';
import { ApprovalState } from './approval-state.tsx';
import styles from './approvals.module.css';
import { rankApprovals } from './rank.ts';

const pageSize = 50;

/** What waits for a second person, what was forced, and what was decided before. */
export function ApprovalsPage() {
  const { t } = useLanguage();
  const open = useOpenApprovals();
  const everybody = useEndpoint(listAdministrators, { input: {} });
  const [chosen, setChosen] = useState<{ readonly act: ApprovalAct; readonly approval: ApprovalView } | null>(null);
  const nameOf = (id: string): string => everybody.data?.administrators.find((one) => one.id === id)?.username ?? id;
  return (
    <Page title={t('approvals.title')} question={t('approvals.question')}>
      <AdminTabs current="approvals" />
      <Loadable query={open} lines={6}>
        {({ approvals }) =>
          approvals.length === 0 ? (
            <Panel title={t('approvals.open')}>
              <EmptyState title={t('approvals.none')}>{t('approvals.noneText')}</EmptyState>
            </Panel>
          ) : (
            <ul className={styles.cards} aria-label={t('approvals.open')}>
              {rankApprovals(approvals).map((approval) => (
                <ApprovalCard
                  key={approval.id}
                  approval={approval}
                  now={open.dataUpdatedAt}
                  nameOf={nameOf}
                  choose={(act) => setChosen({ act, approval })}
                />
              ))}
            </ul>
          )
        }
      </Loadable>
      <History />
      <ApprovalDialog chosen={chosen} close={() => setChosen(null)} />
    </Page>
  );
}

function History() {
  const { t } = useLanguage();
  const list = useEndpointPages(listApprovals, {
    key: 'all',
    input: (cursor) => ({ query: { show: 'all' as const, limit: pageSize, cursor } }),
  });
  const rows = (list.data?.pages.flatMap((page) => page.approvals) ?? []).filter(
    ({ state, review }) => !['pending', 'waiting', 'approved'].includes(state) && review?.state !== 'open',
  );
  const columns = useHistoryColumns();
  return (
    <Panel flush title={t('approvals.history')} actions={<ExportButton name="menshen-approvals" columns={columns} rows={rows} />}>
      <Loadable query={list} lines={6}>
        {() => (
          <>
            <DataTable
              caption={t('approvals.history')}
              columns={columns}
              rows={rows}
              rowKey={(row) => row.id}
              empty={<EmptyState title={t('approvals.noHistory')} />}
            />
            {rows.length === 0 && list.hasNextPage === false ? null : <MoreButton query={list} shown={rows.length} />}
          </>
        )}
      </Loadable>
    </Panel>
  );
}

function useHistoryColumns(): readonly Column<ApprovalView>[] {
  const { t, format, language } = useLanguage();
  return [
    {
      key: 'time',
      title: t('approvals.asked'),
      width: 136,
      value: (row) => format.dateTime(row.requestedAt),
      render: (row) => <span className="figures no-wrap">{format.minute(row.requestedAt)}</span>,
    },
    {
      key: 'act',
      title: t('approvals.act'),
      grow: true,
      plain: true,
      value: (row) => row.told?.act[language] ?? actName(row.summary, language),
      render: (row) =>
        row.told === null ? (
          <span title={row.reason}>
            {actName(row.summary, language)} <span className="quiet">{row.reason}</span>
          </span>
        ) : (
          row.told.act[language]
        ),
    },
    {
      key: 'by',
      title: t('approvals.who'),
      value: (row) => row.told?.by[language] ?? row.requestedBy.username,
      render: (row) => row.told?.by[language] ?? row.requestedBy.username,
    },
    {
      key: 'state',
      title: t('column.personStatus'),
      plain: true,
      value: (row) =>
        row.review !== null
          ? t(`approvals.review.${row.review.state}`)
          : row.problem === null
            ? t(`approvals.state.${row.state}`)
            : `${t('approvals.state.failed')} ${problemText(row.problem)[language]}`,
      render: (row) => <ApprovalState approval={row} />,
    },
    {
      key: 'decided',
      title: t('approvals.decidedBy'),
      value: (row) => row.review?.by?.username ?? row.decidedBy?.username ?? null,
      render: (row) => {
        const by = row.review?.by ?? row.decidedBy;
        const note = row.review?.note ?? row.note ?? '';
        return by === null ? <span className="quiet">–</span> : <span title={note}>{by.username}</span>;
      },
    },
    { key: 'reason', title: t('approvals.reason'), exportOnly: true, value: (row) => row.reason, render: () => null },
  ];
}
