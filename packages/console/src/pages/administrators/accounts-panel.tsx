import { type AdministratorView, endAdministratorSession, setAdministratorStatus } from '@menshen/contract';
import { Button, Dropdown } from 'antd';
import { useState } from 'react';
import { useMay } from '../../api/may.ts';
import { Powers } from '../../components/powers/powers.tsx';
import { ConsoleSessionsPanel } from '../../components/sessions/console-sessions-panel.tsx';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { OpenIcon, RefusedIcon, SafeIcon } from '../../ds/icon.ts';
import { Panel } from '../../ds/panel.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { type AccountAct, AccountActDialog } from './account-act-dialog.tsx';
import styles from './administrators-page.module.css';

interface AccountsPanelProps {
  readonly administrators: readonly AdministratorView[];
  readonly now: number;
}

/** The accounts: power, state, second factors, and what another power may do with each. */
export function AccountsPanel({ administrators, now }: AccountsPanelProps) {
  const { t } = useLanguage();
  const mayEnd = useMay()(endAdministratorSession);
  const [chosen, setChosen] = useState<{ readonly act: AccountAct; readonly account: AdministratorView } | null>(null);
  const [shown, setShown] = useState<AdministratorView | null>(null);
  const columns = useAccountColumns(now, (act, account) => setChosen({ act, account }), setShown);
  return (
    <>
      <Panel
        flush
        title={t('administrators.accounts')}
        actions={<ExportButton name="menshen-administrators" columns={columns} rows={administrators} />}
      >
        <DataTable caption={t('administrators.accounts')} columns={columns} rows={administrators} rowKey={(row) => row.id} />
        <AccountActDialog chosen={chosen} close={() => setChosen(null)} />
      </Panel>
      {shown === null ? null : (
        <ConsoleSessionsPanel
          key={shown.id}
          title={t('adminSessions.of', { name: shown.username })}
          administrator={shown.id}
          actable={shown.own || (shown.actable && mayEnd)}
        />
      )}
    </>
  );
}

function useAccountColumns(
  now: number,
  choose: (act: AccountAct, account: AdministratorView) => void,
  show: (account: AdministratorView) => void,
): readonly Column<AdministratorView>[] {
  const { t, format } = useLanguage();
  const factorsOf = ({ factors }: AdministratorView): string =>
    format.list([
      ...(factors.totp ? [t('administrators.totp')] : []),
      ...(factors.passkeys > 0 ? [t('administrators.passkeys', { count: factors.passkeys })] : []),
      ...(factors.totp || factors.passkeys > 0 ? [t('administrators.recoveryLeft', { count: factors.recoveryCodesLeft })] : []),
    ]);
  return [
    {
      key: 'username',
      title: t('login.username'),
      width: 112,
      value: (row) => row.username,
      render: (row) => (
        <span className={styles.name}>
          {row.username}
          {row.own ? <span className={styles.own}>{t('administrators.own')}</span> : null}
        </span>
      ),
    },
    {
      key: 'power',
      title: t('administrators.power'),
      value: (row) => row.powers.join(' '),
      render: (row) => <Powers powers={row.powers} />,
    },
    {
      key: 'status',
      title: t('column.personStatus'),
      plain: true,
      value: (row) => t(`administrators.${row.status}`),
      render: (row) => (
        <Status
          tone={row.status === 'active' ? 'quiet' : 'danger'}
          icon={row.status === 'active' ? <SafeIcon aria-hidden="true" /> : <RefusedIcon aria-hidden="true" />}
        >
          {t(`administrators.${row.status}`)}
        </Status>
      ),
    },
    {
      key: 'factors',
      title: t('administrators.factors'),
      grow: true,
      value: factorsOf,
      render: (row) => (factorsOf(row) === '' ? <Status tone="warning">{t('administrators.noFactor')}</Status> : factorsOf(row)),
    },
    {
      key: 'addresses',
      title: t('administrators.addresses'),
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
      key: 'lastLogin',
      title: t('administrators.lastLogin'),
      value: (row) => (row.lastLogin === null ? null : format.dateTime(row.lastLogin)),
      render: (row) =>
        row.lastLogin === null ? (
          <span className="quiet">{t('administrators.never')}</span>
        ) : (
          <span className="no-wrap" title={format.dateTime(row.lastLogin)}>
            {format.relative(row.lastLogin, now)}
          </span>
        ),
    },
    {
      key: 'sessions',
      title: t('column.sessions'),
      numeric: true,
      value: (row) => row.sessions,
      render: (row) =>
        row.sessions === 0 ? (
          <span className="quiet">{format.number(row.sessions)}</span>
        ) : (
          <button
            type="button"
            className="link"
            aria-label={t('adminSessions.show', { name: row.username, shown: format.number(row.sessions) })}
            onClick={() => show(row)}
          >
            {format.number(row.sessions)}
          </button>
        ),
    },
    {
      key: 'act',
      title: t('column.act'),
      width: 104,
      plain: true,
      render: (row) => <Manage account={row} choose={(act) => choose(act, row)} />,
    },
  ];
}

function Manage({ account, choose }: { readonly account: AdministratorView; readonly choose: (act: AccountAct) => void }) {
  const { t } = useLanguage();
  const may = useMay();
  if (account.own || !may(setAdministratorStatus)) return <span className="quiet">–</span>;
  if (!account.actable) return <span className="quiet">{t('administrators.notYours')}</span>;
  const acts: readonly AccountAct[] = [
    account.status === 'active' ? 'disable' : 'enable',
    'resetFactors',
    'resetPassword',
    'setAddresses',
    'bind',
    ...account.identities.map(({ provider, subject }) => ({ unbind: { provider, subject } })),
  ];
  const items = acts.map((act, at) => ({
    key: String(at),
    danger: act === 'disable',
    label: typeof act === 'string' ? t(`administrators.${act}`) : t('administrators.unbindOf', { provider: act.unbind.provider }),
  }));
  return (
    <Dropdown
      autoFocus
      trigger={['click']}
      menu={{
        items,
        onClick: ({ key, domEvent }) => {
          // The dialog takes the focus at once: the same Enter would press its close button.
          domEvent.preventDefault();
          const act = acts[Number(key)];
          if (act !== undefined) choose(act);
        },
      }}
    >
      <Button aria-label={t('administrators.manageOf', { name: account.username })} icon={<OpenIcon />} iconPlacement="end">
        {t('administrators.manage')}
      </Button>
    </Dropdown>
  );
}
