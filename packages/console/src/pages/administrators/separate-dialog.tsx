import { type AdministratorPower, adminSession, getToday, listAdministrators, separatePowers } from '@menshen/contract';
import { Modal } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { IssuedInvitationBlock } from '../../components/people/issued-invitation.tsx';
import { PowerSelect } from '../../components/powers/power-select.tsx';
import { Field } from '../../ds/field.tsx';
import { useFocusReturn } from '../../ds/focus-return.ts';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './administrators-page.module.css';

/** Ends single-operator mode: one power stays, two links go out. */
export function SeparateDialog({ open, close }: { readonly open: boolean; readonly close: () => void }) {
  const { t } = useLanguage();
  const [keep, setKeep] = useState<AdministratorPower>('system');
  const separate = useAction(separatePowers, [listAdministrators, adminSession, getToday]);
  const done = (): void => {
    separate.reset();
    close();
  };
  const invitations = separate.data?.invitations;
  useFocusReturn(invitations !== undefined);
  return (
    <>
      <ConfirmDialog
        open={open && invitations === undefined}
        title={t('administrators.separate')}
        consequence={t('administrators.separateText')}
        confirm={t('administrators.separate')}
        danger
        reasonLength={4}
        busy={separate.isPending}
        error={separate.error}
        onConfirm={(reason) => separate.mutate({ body: { keep, reason } })}
        onClose={done}
      >
        <div className={styles.form}>
          <Field label={t('administrators.keep')}>
            {(wiring) => <PowerSelect {...wiring} value={keep} onChange={setKeep} />}
          </Field>
        </div>
      </ConfirmDialog>
      <Modal
        open={invitations !== undefined}
        title={t('administrators.separated')}
        onOk={done}
        okText={t('setup.invitationsKept')}
        cancelButtonProps={{ hidden: true }}
        closable={false}
        keyboard={false}
        mask={{ closable: false }}
        destroyOnHidden
      >
        <p>{t('setup.invitationsText')}</p>
        <div className={styles.list}>
          {(invitations ?? []).map((invitation) => (
            <IssuedInvitationBlock key={invitation.id} invitation={invitation} />
          ))}
        </div>
      </Modal>
    </>
  );
}
