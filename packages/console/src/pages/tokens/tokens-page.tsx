import { type ApiTokenView, createApiToken, listApiTokens, revokeApiToken, writeScopes } from '@menshen/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { CreateTokenDialog } from './create-token-dialog.tsx';
import { tokenUrgency } from './token-urgency.ts';
import styles from './tokens-page.module.css';

/** The keys of machines: what each may do, until when, and whether anything uses it. */
export function TokensPage() {
  const { t } = useLanguage();
  const may = useMay();
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<ApiTokenView | null>(null);
  const list = useEndpoint(listApiTokens, { input: {} });
  const revoke = useAction(revokeApiToken, [listApiTokens]);
  const rows = list.data?.tokens ?? [];
  const columns = useTokenColumns(list.dataUpdatedAt, may(revokeApiToken) ? setRevoking : null);
  const done = (): void => {
    revoke.reset();
    setRevoking(null);
  };
  return (
    <Page
      title={t('tokens.title')}
      question={t('tokens.question')}
      actions={
        <>
          <ExportButton name="menshen-tokens" columns={columns} rows={rows} />
          {may(createApiToken) ? (
            <Button type="primary" onClick={() => setCreating(true)}>
              {t('tokens.create')}
            </Button>
          ) : null}
        </>
      }
    >
      <Panel flush title={t('tokens.list')}>
        <Loadable query={list} lines={6}>
          {() => (
            <DataTable
              caption={t('tokens.list')}
              columns={columns}
              rows={rows}
              rowKey={(row) => row.id}
              empty={<EmptyState title={t('tokens.none')}>{t('tokens.noneText')}</EmptyState>}
            />
          )}
        </Loadable>
      </Panel>
      <CreateTokenDialog open={creating} close={() => setCreating(false)} />
      <ConfirmDialog
        open={revoking !== null}
        title={t('tokens.revoke')}
        consequence={revoking === null ? null : t('tokens.revokeText', { name: revoking.name })}
        confirm={t('tokens.revoke')}
        danger
        busy={revoke.isPending}
        error={revoke.error}
        onConfirm={() => {
          if (revoking !== null) revoke.mutate({ params: { id: revoking.id } }, { onSuccess: done });
        }}
        onClose={done}
      />
    </Page>
  );
}

function useTokenColumns(now: number, revoke: ((token: ApiTokenView) => void) | null): readonly Column<ApiTokenView>[] {
  const { t, format } = useLanguage();
  return [
    {
      key: 'name',
      title: t('tokens.name'),
      width: 112,
      value: (row) => row.name,
      render: (row) => row.name,
    },
    {
      key: 'state',
      title: t('column.personStatus'),
      plain: true,
      value: (row) => t(`tokens.state.${row.state}`),
      render: (row) => {
        const urgency = tokenUrgency(row, now);
        return (
          <Status tone={urgency === 'over' ? 'quiet' : urgency === 'good' ? 'safe' : 'warning'}>
            {urgency === 'soon' || urgency === 'issuerGone' ? t(`tokens.${urgency}`) : t(`tokens.state.${row.state}`)}
          </Status>
        );
      },
    },
    {
      key: 'scopes',
      title: t('tokens.scopes'),
      grow: true,
      wrap: true,
      value: (row) => row.scopes.join(' '),
      render: (row) => (
        <ul className={styles.scopes}>
          {row.scopes.map((scope) => (
            <li key={scope} title={scope}>
              {t(`scope.${scope}`)}
              {writeScopes.includes(scope) ? <span className={styles.writes}>{t('tokens.writes')}</span> : null}
            </li>
          ))}
        </ul>
      ),
    },
    {
      key: 'addresses',
      title: t('param.addresses'),
      width: 120,
      cut: true,
      wideOnly: true,
      value: (row) => row.addresses.join(' '),
      render: (row) =>
        row.addresses.length === 0 ? (
          <span className="quiet">{t('administrators.anywhere')}</span>
        ) : (
          <code title={row.addresses.join('\n')}>{row.addresses.join(', ')}</code>
        ),
    },
    {
      key: 'created',
      title: t('tokens.created'),
      wideOnly: true,
      value: (row) => format.dateTime(row.created),
      render: (row) => (
        <span className="no-wrap" title={format.dateTime(row.created)}>
          {row.createdBy}
        </span>
      ),
    },
    {
      key: 'expires',
      title: t('tokens.expires'),
      value: (row) => format.dateTime(row.expires),
      render: (row) => (
        <span className="no-wrap" title={format.dateTime(row.expires)}>
          {format.relative(row.expires, now)}
        </span>
      ),
    },
    {
      key: 'lastUsed',
      title: t('tokens.lastUsed'),
      value: (row) => (row.lastUsed === null ? null : format.dateTime(row.lastUsed)),
      render: (row) =>
        row.lastUsed === null ? (
          <span className="quiet">{t('tokens.unused')}</span>
        ) : (
          <span title={t('tokens.from', { time: format.dateTime(row.lastUsed), address: row.lastAddress ?? '–' })}>
            {format.relative(row.lastUsed, now)}
          </span>
        ),
    },
    {
      key: 'act',
      title: t('column.act'),
      width: 80,
      plain: true,
      render: (row) =>
        row.state === 'active' && revoke !== null ? (
          <Button onClick={() => revoke(row)} aria-label={t('tokens.revokeOf', { name: row.name })}>
            {t('tokens.revoke')}
          </Button>
        ) : (
          <span className="quiet">–</span>
        ),
    },
  ];
}
