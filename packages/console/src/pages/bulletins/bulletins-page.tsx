import {
  type BulletinView,
  bulletinDeliveries,
  createBulletin,
  listBulletins,
  releaseMailbox,
  stopBulletin,
} from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import type { Output } from '../../api/call.ts';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { PersonLink } from '../../components/people/person-link.tsx';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { useBulletinWords } from './bulletin-words.ts';

type Loaded = Output<typeof listBulletins>;
type Unsent = Output<typeof bulletinDeliveries>['rows'][number];

const refreshMs = 15_000;
const tones = { draft: 'warning', scheduled: 'safe', sent: 'quiet', stopped: 'quiet' } as const;

/** Messages of the security team to employees: what is planned, and whether it arrived. */
export function BulletinsPage() {
  const { t } = useLanguage();
  const may = useMay();
  const bulletins = useEndpoint(listBulletins, { input: {}, refetchMs: refreshMs });
  const [stopping, setStopping] = useState<BulletinView | null>(null);
  const [shown, setShown] = useState<string | null>(null);
  return (
    <Page
      title={t('bulletins.title')}
      question={t('bulletins.question')}
      trail={<Link to="/training">{t('training.title')}</Link>}
      actions={
        may(createBulletin) ? (
          <Link to="/bulletins/$id" params={{ id: 'new' }}>
            <Button type="primary">{t('bulletins.write')}</Button>
          </Link>
        ) : null
      }
    >
      <Loadable query={bulletins} lines={8}>
        {(loaded) => (
          <>
            {loaded.wecom || loaded.mail ? null : (
              <Panel title={t('bulletins.noWay')}>
                <EmptyState title={t('bulletins.noWay')}>{t('bulletins.noWayText')}</EmptyState>
              </Panel>
            )}
            <ListPanel loaded={loaded} stop={may(stopBulletin) ? setStopping : null} show={setShown} />
            {shown === null ? null : <UnsentPanel id={shown} />}
            <MailboxesPanel loaded={loaded} />
          </>
        )}
      </Loadable>
      <StopDialog bulletin={stopping} onClose={() => setStopping(null)} />
    </Page>
  );
}

function ListPanel({
  loaded,
  stop,
  show,
}: {
  readonly loaded: Loaded;
  readonly stop: ((bulletin: BulletinView) => void) | null;
  readonly show: (id: string) => void;
}) {
  const { t, language, format } = useLanguage();
  const { when } = useBulletinWords();
  const columns: readonly Column<BulletinView>[] = [
    {
      key: 'title',
      title: t('bulletins.what'),
      width: 200,
      grow: true,
      wrap: true,
      render: ({ id, draft }) => (
        <>
          <Link to="/bulletins/$id" params={{ id }}>
            {draft.title[language]}
          </Link>
          <div className="quiet">{t(`bulletins.kind.${draft.kind}`)}</div>
        </>
      ),
    },
    {
      key: 'state',
      title: t('bulletins.state'),
      render: ({ state }) => <Status tone={tones[state]}>{t(`bulletins.state.${state}`)}</Status>,
    },
    {
      key: 'whom',
      title: t('bulletins.whom'),
      render: ({ whom, people, optedOut }) => (
        <>
          {whom === '' ? t('training.everyone') : whom}
          <div className="quiet">
            {t('bulletins.people', { count: people })}
            {optedOut > 0 ? ` · ${t('bulletins.optedOut', { count: optedOut })}` : ''}
          </div>
        </>
      ),
    },
    {
      key: 'next',
      title: t('bulletins.when'),
      render: ({ next, draft }) => (
        <>
          {next === null ? '–' : format.minute(next)}
          <div className="quiet">{when(draft.schedule)}</div>
        </>
      ),
    },
    {
      key: 'sent',
      title: t('bulletins.delivered'),
      numeric: true,
      render: ({ id, issues: [last] }) =>
        last === undefined ? (
          '–'
        ) : (
          <>
            {t('bulletins.sentOf', { sent: last.counts.sent, of: last.counts.sent + last.counts.waiting + last.counts.failed })}
            {last.counts.failed + last.counts.waiting > 0 ? (
              <div>
                <Button size="small" onClick={() => show(id)}>
                  {t('bulletins.unsent', { count: last.counts.failed + last.counts.waiting })}
                </Button>
              </div>
            ) : null}
          </>
        ),
    },
    {
      key: 'act',
      title: t('bulletins.act'),
      plain: true,
      render: (row) =>
        stop === null || row.state === 'stopped' ? null : (
          <Button size="small" onClick={() => stop(row)} aria-label={t('bulletins.stopOf', { title: row.draft.title[language] })}>
            {t('bulletins.stop')}
          </Button>
        ),
    },
  ];
  return (
    <Panel flush title={t('bulletins.list')}>
      <DataTable
        caption={t('bulletins.list')}
        columns={columns}
        rows={loaded.bulletins}
        rowKey={({ id }) => id}
        empty={<EmptyState title={t('bulletins.none')}>{t('bulletins.noneText')}</EmptyState>}
      />
    </Panel>
  );
}

function UnsentPanel({ id }: { readonly id: string }) {
  const { t, format } = useLanguage();
  const { problem } = useBulletinWords();
  const unsent = useEndpoint(bulletinDeliveries, { input: { params: { id } }, refetchMs: refreshMs });
  const columns: readonly Column<Unsent>[] = [
    { key: 'name', title: t('bulletins.person'), grow: true, render: ({ uid, name }) => <PersonLink uid={uid} name={name} /> },
    { key: 'problem', title: t('bulletins.problem'), render: (row) => withStatus(problem(row.problem), row.status) },
    { key: 'attempts', title: t('bulletins.tries'), numeric: true, render: ({ attempts }) => attempts },
    {
      key: 'at',
      title: t('bulletins.again'),
      render: ({ state, at }) => (state === 'failed' ? t('bulletins.givenUp') : format.minute(at)),
    },
  ];
  return (
    <Panel flush title={t('bulletins.unsentTitle')}>
      <Loadable query={unsent} lines={4}>
        {({ rows }) => (
          <DataTable
            caption={t('bulletins.unsentTitle')}
            columns={columns}
            rows={rows}
            rowKey={({ uid }) => uid}
            empty={<EmptyState title={t('bulletins.allSent')}>{null}</EmptyState>}
          />
        )}
      </Loadable>
    </Panel>
  );
}

function MailboxesPanel({ loaded: { suppressed, bounces } }: { readonly loaded: Loaded }) {
  const { t, format } = useLanguage();
  const may = useMay();
  const release = useAction(releaseMailbox, [listBulletins]);
  const [asked, setAsked] = useState<string | null>(null);
  if (suppressed.length === 0) return null;
  const close = (): void => {
    release.reset();
    setAsked(null);
  };
  const columns: readonly Column<Loaded['suppressed'][number]>[] = [
    { key: 'name', title: t('bulletins.person'), grow: true, render: ({ uid, name }) => <PersonLink uid={uid} name={name} /> },
    { key: 'since', title: t('bulletins.since'), render: ({ since }) => format.day(since) },
    { key: 'status', title: t('bulletins.status'), render: ({ status }) => (status === null ? '–' : <code>{status}</code>) },
    ...(may(releaseMailbox)
      ? [
          {
            key: 'act',
            title: t('bulletins.act'),
            plain: true,
            render: ({ uid, name }: Loaded['suppressed'][number]) => (
              <Button size="small" onClick={() => setAsked(uid)} aria-label={t('bulletins.releaseOf', { name })}>
                {t('bulletins.release')}
              </Button>
            ),
          },
        ]
      : []),
  ];
  return (
    <Panel
      flush
      title={t('bulletins.mailboxes')}
      note={`${t('bulletins.mailboxesNote')} ${bounces === null ? t('bulletins.bouncesNowhere') : t('bulletins.bouncesTo', { address: bounces.address })}`}
    >
      <DataTable caption={t('bulletins.mailboxes')} columns={columns} rows={suppressed} rowKey={({ uid }) => uid} />
      <ConfirmDialog
        open={asked !== null}
        title={t('bulletins.release')}
        consequence={t('bulletins.releaseText')}
        confirm={t('bulletins.release')}
        reasonLength={4}
        busy={release.isPending}
        error={release.error}
        onConfirm={(reason) => {
          if (asked !== null) release.mutate({ body: { uid: asked, reason } }, { onSuccess: close });
        }}
        onClose={close}
      />
    </Panel>
  );
}

/** With the code that a report gave (RFC 3463), which the mail server's administrator understands. */
const withStatus = (text: string, status: string | null) =>
  status === null ? (
    text
  ) : (
    <>
      {text} <code>{status}</code>
    </>
  );

function StopDialog({ bulletin, onClose }: { readonly bulletin: BulletinView | null; readonly onClose: () => void }) {
  const { t } = useLanguage();
  const stop = useAction(stopBulletin, [listBulletins]);
  const close = (): void => {
    stop.reset();
    onClose();
  };
  return (
    <ConfirmDialog
      open={bulletin !== null}
      title={t('bulletins.stop')}
      consequence={t('bulletins.stopText')}
      confirm={t('bulletins.stop')}
      reasonLength={4}
      busy={stop.isPending}
      error={stop.error}
      onConfirm={(reason) => {
        if (bulletin !== null) stop.mutate({ params: { id: bulletin.id }, body: { reason } }, { onSuccess: close });
      }}
      onClose={close}
    />
  );
}
