import { type AdministratorSessionView, endAdministratorSession, listAdministratorSessions } from '@menshen/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { DataTable } from '../../ds/data-table.tsx';
import { Panel } from '../../ds/panel.tsx';
import { Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { browserName } from './browser-name.ts';

const methods = ['password', 'totp', 'passkey', 'recovery_code', 'wecom', 'oidc'] as const;
type Method = (typeof methods)[number];
const isMethod = (method: string): method is Method => (methods as readonly string[]).includes(method);

/** Where one is signed in to the console, with the way to end each session but this. */
export function SessionsPanel() {
  const { t, format } = useLanguage();
  const [ending, setEnding] = useState<AdministratorSessionView | null>(null);
  const list = useEndpoint(listAdministratorSessions, { input: { query: {} } });
  const end = useAction(endAdministratorSession, [listAdministratorSessions]);
  const done = (): void => {
    end.reset();
    setEnding(null);
  };
  return (
    <Panel flush title={t('account.sessions')} note={t('account.sessionsNote')}>
      <Loadable query={list} lines={3}>
        {({ sessions }) => (
          <DataTable
            caption={t('account.sessions')}
            rows={sessions}
            rowKey={(row) => row.id}
            columns={[
              { key: 'address', title: t('column.address'), width: 120, render: (row) => <code>{row.address}</code> },
              {
                key: 'browser',
                title: t('account.browser'),
                grow: true,
                render: (row) =>
                  row.userAgent === null ? '–' : <span title={row.userAgent}>{browserName(row.userAgent) ?? row.userAgent}</span>,
              },
              {
                key: 'methods',
                title: t('account.methods'),
                render: (row) => format.list(row.methods.map((method) => (isMethod(method) ? t(`method.${method}`) : method))),
              },
              {
                key: 'created',
                title: t('session.created'),
                render: (row) => <span className="figures no-wrap">{format.minute(row.created)}</span>,
              },
              {
                key: 'lastSeen',
                title: t('session.lastSeen'),
                render: (row) => <span className="no-wrap">{format.relative(row.lastSeen, list.dataUpdatedAt)}</span>,
              },
              {
                key: 'act',
                title: t('column.act'),
                width: 96,
                plain: true,
                render: (row) =>
                  row.current ? (
                    <Status tone="safe">{t('account.current')}</Status>
                  ) : (
                    <Button onClick={() => setEnding(row)} aria-label={t('account.endOf', { address: row.address })}>
                      {t('account.end')}
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </Loadable>
      <ConfirmDialog
        open={ending !== null}
        title={t('account.end')}
        consequence={ending === null ? null : t('account.endText', { address: ending.address })}
        confirm={t('account.end')}
        danger
        busy={end.isPending}
        error={end.error}
        onConfirm={() => {
          if (ending !== null) end.mutate({ params: { id: ending.id } }, { onSuccess: done });
        }}
        onClose={done}
      />
    </Panel>
  );
}
