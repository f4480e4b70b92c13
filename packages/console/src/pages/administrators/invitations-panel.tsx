import { listAdministrators, revokeInvitation } from '@menshen/contract';
import { Button } from 'antd';
import { useState } from 'react';
import type { Output } from '../../api/call.ts';
import { useAction } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { DataTable } from '../../ds/data-table.tsx';
import { Panel } from '../../ds/panel.tsx';
import { useLanguage } from '../../i18n/language.tsx';

type Invitation = Output<typeof listAdministrators>['invitations'][number];

/** Links that were handed out and not yet used; nothing when there are none. */
export function InvitationsPanel({ invitations, now }: { readonly invitations: readonly Invitation[]; readonly now: number }) {
  const { t, format } = useLanguage();
  const may = useMay();
  const [taking, setTaking] = useState<Invitation | null>(null);
  const revoke = useAction(revokeInvitation, [listAdministrators]);
  const done = (): void => {
    revoke.reset();
    setTaking(null);
  };
  if (invitations.length === 0) return null;
  const nameOf = (row: Invitation): string => row.username ?? t('administrators.unnamed');
  return (
    <Panel flush title={t('administrators.invitations')}>
      <DataTable
        caption={t('administrators.invitations')}
        rows={invitations}
        rowKey={(row) => row.id}
        columns={[
          { key: 'name', title: t('login.username'), width: 112, render: nameOf },
          { key: 'purpose', title: t('column.kind'), render: (row) => t(`administrators.purpose.${row.purpose}`) },
          {
            key: 'power',
            title: t('administrators.power'),
            grow: true,
            render: (row) => (row.power === null ? '–' : t(`power.${row.power}`)),
          },
          { key: 'by', title: t('administrators.invitedBy'), render: (row) => row.createdBy },
          {
            key: 'expires',
            title: t('administrators.expires'),
            render: (row) => (
              <span className="no-wrap" title={format.dateTime(row.expiresAt)}>
                {format.relative(row.expiresAt, now)}
              </span>
            ),
          },
          {
            key: 'act',
            title: t('column.act'),
            width: 96,
            plain: true,
            render: (row) =>
              may(revokeInvitation) ? (
                <Button onClick={() => setTaking(row)} aria-label={t('administrators.takeBackOf', { name: nameOf(row) })}>
                  {t('administrators.takeBack')}
                </Button>
              ) : (
                '–'
              ),
          },
        ]}
      />
      <ConfirmDialog
        open={taking !== null}
        title={t('administrators.takeBack')}
        consequence={t('administrators.takeBackText')}
        confirm={t('administrators.takeBack')}
        danger
        busy={revoke.isPending}
        error={revoke.error}
        onConfirm={() => {
          if (taking !== null) revoke.mutate({ params: { id: taking.id } }, { onSuccess: done });
        }}
        onClose={done}
      />
    </Panel>
  );
}
