import {
  addOwnPasskey,
  beginOwnPasskey,
  beginOwnTotp,
  confirmOwnTotp,
  getOwnFactors,
  type PasskeyView,
  removeOwnPasskey,
  removeOwnTotp,
  renewOwnRecoveryCodes,
} from '@menshen/contract';
import { useQueryClient } from '@tanstack/react-query';
import { Modal } from 'antd';
import { useId, useRef } from 'react';
import { act } from '../../api/client.ts';
import { useAction } from '../../api/hooks.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { EnrolForm, type EnrolKind } from '../../components/factors/enrol-form.tsx';
import { RecoveryCodes } from '../../components/factors/recovery-codes.tsx';
import { focusFirst } from '../../ds/first-focus.ts';
import { useFocusReturn } from '../../ds/focus-return.ts';
import { useLanguage } from '../../i18n/language.tsx';

interface EnrolDialogProps {
  readonly kind: EnrolKind | null;
  readonly close: () => void;
  readonly onCodes: (codes: readonly string[] | null) => void;
}

/** Enrols one-time codes or a passkey. */
export function EnrolDialog({ kind, close, onCodes }: EnrolDialogProps) {
  const { t } = useLanguage();
  const client = useQueryClient();
  const ticket = useRef('');
  const body = useId();
  useFocusReturn(kind !== null);
  if (kind === null) return null;
  const done = async (codes: readonly string[] | null): Promise<void> => {
    await client.invalidateQueries({ queryKey: [getOwnFactors.id] });
    close();
    onCodes(codes);
  };
  return (
    <Modal
      open
      title={t(kind === 'passkey' ? 'account.passkeyAdd' : 'account.totpReplaceTitle')}
      footer={null}
      width={420}
      onCancel={close}
      // The dialog itself would take the focus from the field.
      afterOpenChange={(shown) => (shown ? focusFirst(body, 'input') : undefined)}
      destroyOnHidden
    >
      <div id={body}>
        <EnrolForm
          id="own"
          submit={t('account.totpAdd')}
          totp={
            kind === 'passkey'
              ? null
              : {
                  begin: async () => {
                    const answer = await act(beginOwnTotp, {});
                    ticket.current = answer.ticket;
                    return answer;
                  },
                  confirm: async (code) =>
                    done((await act(confirmOwnTotp, { body: { ticket: ticket.current, code } })).recoveryCodes),
                }
          }
          passkey={
            kind !== 'passkey'
              ? null
              : {
                  begin: async () => {
                    const answer = await act(beginOwnPasskey, {});
                    ticket.current = answer.ticket;
                    return answer.options;
                  },
                  confirm: async (name, response) =>
                    done((await act(addOwnPasskey, { body: { ticket: ticket.current, name, response } })).recoveryCodes),
                }
          }
        />
      </div>
    </Modal>
  );
}

/** Asks, and removes one-time codes or a passkey. */
export function RemoveDialog({
  removing,
  close,
}: {
  readonly removing: 'totp' | PasskeyView | null;
  readonly close: () => void;
}) {
  const { t } = useLanguage();
  const totp = useAction(removeOwnTotp, [getOwnFactors]);
  const passkey = useAction(removeOwnPasskey, [getOwnFactors]);
  const done = (): void => {
    totp.reset();
    passkey.reset();
    close();
  };
  if (removing === null) return null;
  const isTotp = removing === 'totp';
  return (
    <ConfirmDialog
      open
      title={isTotp ? t('enrol.totp') : t('account.passkeyRemoveOf', { name: removing.name })}
      consequence={isTotp ? t('account.totpRemoveText') : t('account.passkeyRemoveText', { name: removing.name })}
      confirm={t(isTotp ? 'account.totpRemove' : 'account.passkeyRemove')}
      danger
      busy={totp.isPending || passkey.isPending}
      error={totp.error ?? passkey.error}
      onConfirm={() => {
        if (isTotp) totp.mutate({}, { onSuccess: done });
        else passkey.mutate({ params: { id: removing.id } }, { onSuccess: done });
      }}
      onClose={done}
    />
  );
}

interface RenewDialogProps {
  readonly open: boolean;
  readonly close: () => void;
  readonly onCodes: (codes: readonly string[]) => void;
}

/** Asks, and makes new recovery codes. */
export function RenewDialog({ open, close, onCodes }: RenewDialogProps) {
  const { t } = useLanguage();
  const renew = useAction(renewOwnRecoveryCodes, [getOwnFactors]);
  const done = (): void => {
    renew.reset();
    close();
  };
  return (
    <ConfirmDialog
      open={open}
      title={t('account.recoveryRenew')}
      consequence={t('account.recoveryRenewText')}
      confirm={t('account.recoveryRenew')}
      danger
      busy={renew.isPending}
      error={renew.error}
      onConfirm={() =>
        renew.mutate(
          {},
          {
            onSuccess: ({ recoveryCodes }) => {
              done();
              onCodes(recoveryCodes);
            },
          },
        )
      }
      onClose={done}
    />
  );
}

/** Shows recovery codes this once. */
export function CodesDialog({ codes, close }: { readonly codes: readonly string[] | null; readonly close: () => void }) {
  const { t } = useLanguage();
  useFocusReturn(codes !== null);
  return (
    <Modal
      open={codes !== null}
      title={t('recoveryCodes.title')}
      footer={null}
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      destroyOnHidden
    >
      <RecoveryCodes codes={codes ?? []} onKept={close} />
    </Modal>
  );
}
