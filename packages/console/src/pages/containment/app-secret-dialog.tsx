import { type AppSecretView, appSecretValue, listAppSecrets, secretWords, stageAppSecret } from '@menshen/contract';
import { Input } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Field } from '../../ds/field.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './containment.module.css';

/** Enters a new secret; what was typed is gone with the dialog. */
export function AppSecretDialog({ of, close }: { readonly of: AppSecretView; readonly close: () => void }) {
  const { t, language } = useLanguage();
  const stage = useAction(stageAppSecret, [listAppSecrets]);
  const [value, setValue] = useState('');
  const [pressed, setPressed] = useState(false);
  const { app, secret } = of;
  const usable = appSecretValue.safeParse(value).success;
  return (
    <ConfirmDialog
      open
      title={t('appSecrets.enter')}
      consequence={t('appSecrets.enterText', { secret: secretWords[secret][language], app })}
      confirm={t('appSecrets.check')}
      reasonLength={4}
      busy={stage.isPending}
      error={stage.error}
      onConfirm={(reason) => {
        setPressed(true);
        if (usable) stage.mutate({ body: { app, secret, value: value.trim(), reason } }, { onSuccess: close });
      }}
      onClose={close}
    >
      <div className={styles.form}>
        <Field
          label={t('appSecrets.value')}
          hint={t('appSecrets.valueHint')}
          error={pressed && !usable ? t('appSecrets.valueWrong') : undefined}
        >
          {(wiring) => (
            <Input.Password
              {...wiring}
              required
              autoComplete="off"
              spellCheck={false}
              maxLength={128}
              value={value}
              onChange={(event) => setValue(event.target.value)}
            />
          )}
        </Field>
      </div>
    </ConfirmDialog>
  );
}
