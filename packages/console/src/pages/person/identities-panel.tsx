import { getPerson, listPeople, listSessions, removeIdentity } from '@menshen/contract';
import { Button } from 'antd';
import { useState } from 'react';
import type { Output } from '../../api/call.ts';
import { useAction } from '../../api/hooks.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { DataTable } from '../../ds/data-table.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';

type Identity = Output<typeof getPerson>['identities'][number];

/** The WeChat and WeCom identities with which a person signs in. */
export function IdentitiesPanel({ uid, identities }: { readonly uid: string; readonly identities: readonly Identity[] }) {
  const { t, format } = useLanguage();
  const [removing, setRemoving] = useState<Identity | null>(null);
  const remove = useAction(removeIdentity, [getPerson, listPeople, listSessions]);
  const done = (): void => {
    remove.reset();
    setRemoving(null);
  };
  return (
    <Panel flush title={t('identities.title')} note={t('identities.note')}>
      <DataTable
        caption={t('identities.title')}
        rows={identities}
        rowKey={(row) => `${row.channel}:${row.provider}:${row.subject}`}
        columns={[
          { key: 'channel', title: t('column.channel'), width: 112, render: (row) => t(`channel.${row.channel}`) },
          { key: 'provider', title: t('identities.provider'), render: (row) => <code>{row.provider}</code> },
          { key: 'subject', title: t('identities.subject'), render: (row) => <code>{row.subject}</code> },
          { key: 'boundBy', title: t('identities.boundBy'), render: (row) => t(`boundBy.${row.boundBy}`) },
          {
            key: 'boundAt',
            title: t('identities.boundAt'),
            wideOnly: true,
            render: (row) => <span className="figures no-wrap">{format.minute(row.boundAt)}</span>,
          },
          {
            key: 'act',
            title: t('column.act'),
            width: 96,
            plain: true,
            render: (row) => (
              <Button
                onClick={() => setRemoving(row)}
                aria-label={t('identities.unbindOf', { channel: t(`channel.${row.channel}`), subject: row.subject })}
              >
                {t('identities.unbind')}
              </Button>
            ),
          },
        ]}
        empty={<EmptyState title={t('identities.empty')}>{t('identities.emptyText')}</EmptyState>}
      />
      <ConfirmDialog
        open={removing !== null}
        title={t('identities.unbindTitle')}
        consequence={
          removing === null
            ? null
            : t('identities.unbindText', { channel: t(`channel.${removing.channel}`), subject: removing.subject })
        }
        confirm={t('identities.unbind')}
        danger
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => {
          if (removing === null) return;
          const { channel, provider, subject } = removing;
          remove.mutate({ params: { uid }, body: { channel, provider, subject } }, { onSuccess: done });
        }}
        onClose={done}
      />
    </Panel>
  );
}
