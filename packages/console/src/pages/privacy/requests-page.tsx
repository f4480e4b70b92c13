import { createSubjectRequest, listSubjectRequests, type SubjectRequestSummary } from '@menshen/contract';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import type { Output } from '../../api/call.ts';
import { useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { UrgencyMark } from '../../components/privacy-marks.tsx';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { EnterRequestDialog } from './enter-request-dialog.tsx';

const route = getRouteApi('/shell/privacy/requests');
const refetchMs = 30_000;

type Listed = Output<typeof listSubjectRequests>;

/** What people ask for: what is late first. */
export function PrivacyRequestsPage() {
  const { t } = useLanguage();
  const may = useMay();
  const { closed } = route.useSearch();
  const navigate = useNavigate();
  const [entering, setEntering] = useState(false);
  const shown = closed === 'true' ? {} : { query: { open: 'true' as const } };
  const list = useEndpoint(listSubjectRequests, { input: shown as never, refetchMs, keep: true });
  return (
    <Page
      title={t('privacyRequests.title')}
      question={t('privacyRequests.question')}
      actions={
        <>
          <Button onClick={() => void navigate({ to: '/privacy/requests', search: closed === 'true' ? {} : { closed: 'true' } })}>
            {t(closed === 'true' ? 'privacy.onlyOpen' : 'privacy.withClosed')}
          </Button>
          {may(createSubjectRequest) ? (
            <Button type="primary" onClick={() => setEntering(true)}>
              {t('privacy.enter')}
            </Button>
          ) : null}
        </>
      }
    >
      <Loadable query={list} lines={10}>
        {(data) => (
          <>
            <Attention data={data} />
            <RequestsPanel data={data} />
          </>
        )}
      </Loadable>
      {entering ? <EnterRequestDialog close={() => setEntering(false)} /> : null}
    </Page>
  );
}

function Attention({ data: { open, overdue, soon, dueDays } }: { readonly data: Listed }) {
  const { t } = useLanguage();
  if (overdue === 0 && soon === 0)
    return <Status tone="safe">{open === 0 ? t('privacy.nothingOpen') : t('privacy.inTime', { count: open })}</Status>;
  return (
    <Panel title={t('privacy.attention')}>
      {overdue === 0 ? null : (
        <p className="paragraph">
          <Status tone="danger">{t('privacy.overdueCount', { count: overdue })}</Status>
        </p>
      )}
      {soon === 0 ? null : (
        <p className="paragraph">
          <Status tone="warning">{t('privacy.soonCount', { count: soon })}</Status>
        </p>
      )}
      <p className="paragraph quiet">{t('privacy.deadlineText', { count: dueDays })}</p>
    </Panel>
  );
}

function RequestsPanel({ data }: { readonly data: Listed }) {
  const { t, format } = useLanguage();
  const columns: readonly Column<SubjectRequestSummary>[] = [
    {
      key: 'kind',
      title: t('privacy.kind'),
      plain: true,
      grow: true,
      wrap: true,
      value: (row) => t(`privacy.kind.${row.kind}`),
      render: (row) => (
        <>
          <Link
            to="/privacy/requests/$id"
            params={{ id: row.id }}
            aria-label={t('privacy.openRequest', { kind: t(`privacy.kind.${row.kind}`), id: row.id })}
          >
            {t(`privacy.kind.${row.kind}`)}
          </Link>{' '}
          <span className="quiet">{t(`privacy.channel.${row.channel}`)}</span>
        </>
      ),
    },
    {
      key: 'urgency',
      title: t('privacy.due'),
      value: (row) => format.dateTime(row.due),
      render: (row) => (
        <>
          <UrgencyMark request={row} /> <span className="figures no-wrap">{format.dateTime(row.due)}</span>
        </>
      ),
    },
    { key: 'person', title: t('column.uid'), value: (row) => row.uid, render: (row) => <PersonOf uid={row.uid} /> },
    {
      key: 'verified',
      title: t('privacy.verified'),
      value: (row) => (row.verified === null ? '' : t(`privacy.verification.${row.verified}`)),
      render: (row) =>
        row.verified === null ? (
          <Status tone="warning">{t('privacy.notVerified')}</Status>
        ) : (
          t(`privacy.verification.${row.verified}`)
        ),
    },
    {
      key: 'owner',
      title: t('privacy.owner'),
      wideOnly: true,
      value: (row) => row.owner,
      render: (row) => row.owner ?? <span className="quiet">{t('privacy.noOwner')}</span>,
    },
  ];
  return (
    <Panel
      flush
      title={t('privacy.requests')}
      note={t('privacy.requestsNote')}
      actions={<ExportButton name="menshen-privacy-requests" columns={columns} rows={data.requests} />}
    >
      <DataTable
        caption={t('privacy.requests')}
        columns={columns}
        rows={data.requests}
        rowKey={(row) => row.id}
        empty={<EmptyState title={t('privacy.noRequests')}>{t('privacy.noRequestsText')}</EmptyState>}
      />
    </Panel>
  );
}

/** Leads to what is held of a person; of one who was erased only a pseudonym is left. */
export function PersonOf({ uid }: { readonly uid: string }) {
  const { t } = useLanguage();
  if (uid.startsWith('ps_')) return <span className="quiet">{t('privacy.erasedPerson')}</span>;
  return (
    <Link to="/privacy/people/$uid" params={{ uid }}>
      <code>{uid}</code>
    </Link>
  );
}
