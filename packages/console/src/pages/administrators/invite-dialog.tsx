import { type AdministratorPower, inviteAdministrator, listAdministrators } from '@menshen/contract';
import { Input } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { PowerSelect } from '../../components/powers/power-select.tsx';
import { Field } from '../../ds/field.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './administrators-page.module.css';

const usernamePattern = /^[A-Za-z0-9_.@-]{2,64}$/;

/** Asks for another administrator: name, power and reason. The link comes when the request was approved. */
export function InviteDialog({ open, close }: { readonly open: boolean; readonly close: () => void }) {
  const { t } = useLanguage();
  const [username, setUsername] = useState('');
  const [power, setPower] = useState<AdministratorPower>('audit');
  const [pressed, setPressed] = useState(false);
  const invite = useAction(inviteAdministrator, [listAdministrators]);
  const done = (): void => {
    invite.reset();
    setUsername('');
    setPressed(false);
    close();
  };
  const wrong = !usernamePattern.test(username);
  return (
    <ConfirmDialog
      open={open}
      title={t('administrators.invite')}
      consequence={t('administrators.inviteText')}
      confirm={t('approval.submit')}
      reasonLength={4}
      busy={invite.isPending}
      error={invite.error}
      onConfirm={(reason) => {
        setPressed(true);
        if (!wrong) invite.mutate({ body: { username, power, reason } }, { onSuccess: done });
      }}
      onClose={done}
    >
      <div className={styles.form}>
        <Field
          label={t('login.username')}
          hint={t('setup.usernameHint')}
          error={pressed && wrong ? t('administrators.nameWrong') : undefined}
        >
          {(wiring) => (
            <Input
              {...wiring}
              required
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              maxLength={64}
              value={username}
              onChange={(event) => setUsername(event.target.value)}
            />
          )}
        </Field>
        <Field label={t('administrators.power')}>
          {(wiring) => <PowerSelect {...wiring} value={power} onChange={setPower} />}
        </Field>
      </div>
    </ConfirmDialog>
  );
}
