import {
  type ConsentRecordView,
  createSubjectRequest,
  erasePersonalData,
  getPersonPrivacy,
  listPurposes,
  recordConsent,
} from '@menshen/contract';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import type { Output } from '../../api/call.ts';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { ConsentMark } from '../../components/privacy-marks.tsx';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { Facts } from '../../ds/facts.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { EnterRequestDialog } from './enter-request-dialog.tsx';
import { EraseDialog } from './erase-dialog.tsx';
import { MentionList } from './mention-list.tsx';
import styles from './privacy.module.css';

const route = getRouteApi('/shell/privacy/people/$uid');
type Known = Output<typeof getPersonPrivacy>;

/** What the platform holds of one person, what they said, and what they asked for. */
export function PersonPrivacyPage() {
  const { t } = useLanguage();
  const may = useMay();
  const { uid } = route.useParams();
  const known = useEndpoint(getPersonPrivacy, { input: { params: { uid } } });
  const [open, setOpen] = useState<'request' | 'erase' | null>(null);
  return (
    <Page
      title={uid}
      question={t('privacy.personQuestion')}
      trail={<Link to="/privacy/consents">{t('consents.title')}</Link>}
      actions={
        <>
          <Link to="/people/$uid" params={{ uid }}>
            {t('privacy.toPerson')}
          </Link>
          {may(createSubjectRequest) ? <Button onClick={() => setOpen('request')}>{t('privacy.enter')}</Button> : null}
          {may(erasePersonalData) ? (
            <Button danger onClick={() => setOpen('erase')}>
              {t('privacy.erase')}
            </Button>
          ) : null}
        </>
      }
    >
      <Loadable query={known} lines={10}>
        {(data) => (
          <>
            <HeldPanel known={data} />
            <Panel title={t('privacy.mentions')} note={t('privacy.mentionsNote')}>
              <MentionList uid={uid} />
            </Panel>
            <StatesPanel known={data} />
            <HistoryPanel consents={data.consents} />
            <RequestsPanel requests={data.requests} />
          </>
        )}
      </Loadable>
      {open === 'request' ? <EnterRequestDialog person={uid} close={() => setOpen(null)} /> : null}
      {open === 'erase' ? <EraseDialog uid={uid} wechat={false} close={() => setOpen(null)} /> : null}
    </Page>
  );
}

/** What the server calls the parts, three of whose names have two words, and what their texts are called here. */
const parts = {
  ...({ directory: 'directory', identity: 'identity', factors: 'factors', sightings: 'sightings' } as const),
  ...({ campaigns: 'campaigns', uploads: 'uploads', administrators: 'administrators', lists: 'lists' } as const),
  ...({ containment: 'containment', alerts: 'alerts', notices: 'notices', training: 'training' } as const),
  ...({ incidents: 'incidents', findings: 'findings', 'phone checks': 'phoneChecks' } as const),
  ...({ 'playbook runs': 'playbookRuns', 'risk owners': 'riskOwners' } as const),
} as const;
const partOf = (name: string) => (Object.hasOwn(parts, name) ? parts[name as keyof typeof parts] : undefined);

function HeldPanel({ known }: { readonly known: Known }) {
  const { t } = useLanguage();
  const rows = known.holdings.reduce((sum, one) => sum + one.rows, 0);
  return (
    <Panel title={t('privacy.held')} note={t('privacy.heldNote')}>
      {rows === 0 ? <Status tone="safe">{t('privacy.nothingHeld')}</Status> : null}
      <Facts
        columns={3}
        facts={known.holdings
          .filter(({ name }) => name !== 'audit')
          .map((one) => {
            const name = partOf(one.name);
            return {
              label: name === undefined ? one.name : t(`privacy.part.${name}`),
              value: t('privacy.rows', { count: one.rows }),
            };
          })}
      />
      {known.listedBy.length === 0 ? null : (
        <p className="paragraph quiet">{t('privacy.listedBy', { sources: known.listedBy.join(', ') })}</p>
      )}
    </Panel>
  );
}

type State = Known['states'][number];
/** What there is to withdraw, be it for an earlier text. */
const given = ({ state }: State): boolean => state === 'given' || state === 'outdated';

function StatesPanel({ known }: { readonly known: Known }) {
  const { t, format, language } = useLanguage();
  const may = useMay();
  const [changing, setChanging] = useState<State | null>(null);
  const purposes = useEndpoint(listPurposes, { input: {} });
  const record = useAction(recordConsent, [getPersonPrivacy, listPurposes]);
  const nameOf = (id: string): string => purposes.data?.purposes.find((one) => one.id === id)?.name[language] ?? id;
  const act = changing !== null && given(changing) ? 'withdrawn' : 'given';
  const columns: readonly Column<State>[] = [
    { key: 'purpose', title: t('consents.purpose'), plain: true, grow: true, render: (row) => nameOf(row.purpose) },
    { key: 'state', title: t('consents.state'), render: (row) => <ConsentMark state={row.state} /> },
    {
      key: 'at',
      title: t('privacy.at'),
      render: (row) => (row.at === null ? '' : <span className="figures no-wrap">{format.dateTime(row.at)}</span>),
    },
    ...(may(recordConsent)
      ? [
          {
            key: 'act',
            title: t('consents.change'),
            render: (row: State) => (
              <Button
                aria-label={t(given(row) ? 'consents.withdrawOf' : 'consents.giveOf', {
                  purpose: nameOf(row.purpose),
                })}
                onClick={() => setChanging(row)}
              >
                {t(given(row) ? 'consents.withdraw' : 'consents.give')}
              </Button>
            ),
          },
        ]
      : []),
  ];
  return (
    <Panel flush title={t('consents.now')} note={t('consents.nowNote')}>
      <DataTable
        caption={t('consents.now')}
        columns={columns}
        rows={known.states}
        rowKey={(row) => row.purpose}
        empty={<EmptyState title={t('consents.none')}>{t('consents.noneText')}</EmptyState>}
      />
      {changing === null ? null : (
        <ConfirmDialog
          open
          title={t(act === 'given' ? 'consents.giveOf' : 'consents.withdrawOf', { purpose: nameOf(changing.purpose) })}
          consequence={t('consents.recordText')}
          confirm={t(act === 'given' ? 'consents.give' : 'consents.withdraw')}
          reasonLength={3}
          busy={record.isPending}
          error={record.error}
          onConfirm={(reason) =>
            record.mutate(
              { params: { uid: known.uid }, body: { purpose: changing.purpose, act, reason } },
              { onSuccess: () => setChanging(null) },
            )
          }
          onClose={() => setChanging(null)}
        />
      )}
    </Panel>
  );
}

function HistoryPanel({ consents }: { readonly consents: readonly ConsentRecordView[] }) {
  const { t, format } = useLanguage();
  const columns: readonly Column<ConsentRecordView>[] = [
    {
      key: 'at',
      title: t('privacy.at'),
      plain: true,
      render: (row) => <span className="figures no-wrap">{format.dateTime(row.at)}</span>,
    },
    { key: 'act', title: t('consents.act'), render: (row) => t(`privacy.consent.${row.act}`) },
    { key: 'purpose', title: t('consents.purpose'), grow: true, render: (row) => `${row.purpose} · ${row.version}` },
    { key: 'channel', title: t('privacy.channel'), render: (row) => t(`privacy.channel.${row.channel}`) },
    { key: 'text', title: 'SHA-256', wideOnly: true, render: (row) => <code>{row.textSha256.slice(0, 12)}…</code> },
  ];
  return (
    <Panel flush title={t('consents.history')} note={t('consents.historyNote')}>
      <DataTable
        caption={t('consents.history')}
        columns={columns}
        rows={consents}
        rowKey={(row) => row.id}
        empty={<EmptyState title={t('consents.noHistory')} />}
      />
    </Panel>
  );
}

function RequestsPanel({ requests }: { readonly requests: readonly string[] }) {
  const { t } = useLanguage();
  if (requests.length === 0) return null;
  return (
    <Panel title={t('privacy.requests')}>
      <ul className={styles.list}>
        {requests.map((id) => (
          <li key={id}>
            <Link to="/privacy/requests/$id" params={{ id }}>
              <code>{id}</code>
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
