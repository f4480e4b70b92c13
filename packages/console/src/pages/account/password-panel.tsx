import { changeOwnPassword, listAdministratorSessions, setupState } from '@menshen/contract';
import { Button, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { Field } from '../../ds/field.tsx';
import { Panel } from '../../ds/panel.tsx';
import { ErrorState } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './account-page.module.css';

const blank = { current: '', password: '', repeat: '' };

/** A new password, with the present one as proof. */
export function PasswordPanel({ username }: { readonly username: string }) {
  const { t } = useLanguage();
  const [fields, setFields] = useState(blank);
  const [pressed, setPressed] = useState(false);
  const setup = useEndpoint(setupState, { input: {} });
  const change = useAction(changeOwnPassword, [listAdministratorSessions]);
  const least = setup.data?.minimumPasswordLength ?? 12;
  const short = [...fields.password].length < least;
  const isName = fields.password.toLowerCase() === username.toLowerCase();
  const differs = fields.repeat !== fields.password;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setPressed(true);
    if (fields.current === '' || short || isName || differs) return;
    change.mutate(
      { body: { current: fields.current, password: fields.password } },
      {
        onSuccess: () => {
          setFields(blank);
          setPressed(false);
        },
      },
    );
  };
  const field = (
    name: keyof typeof blank,
    label: string,
    autoComplete: string,
    rest: { readonly hint?: string; readonly error?: string | undefined } = {},
  ) => (
    <Field label={label} {...rest}>
      {(wiring) => (
        <Input.Password
          {...wiring}
          required
          autoComplete={autoComplete}
          maxLength={512}
          value={fields[name]}
          onChange={(event) => setFields({ ...fields, [name]: event.target.value })}
        />
      )}
    </Field>
  );
  const wrong = short ? t('setup.passwordShort', { count: least }) : isName ? t('setup.passwordIsName') : undefined;
  return (
    <Panel title={t('account.password')} note={t('account.passwordNote')}>
      <form className={styles.form} onSubmit={submit} noValidate>
        <input
          type="text"
          className="visually-hidden"
          autoComplete="username"
          value={username}
          readOnly
          tabIndex={-1}
          aria-hidden
        />
        {field('current', t('account.passwordCurrent'), 'current-password')}
        {field('password', t('account.passwordNew'), 'new-password', {
          hint: t('setup.ruleLength', { count: least }),
          error: pressed ? wrong : undefined,
        })}
        {field('repeat', t('setup.repeat'), 'new-password', { error: pressed && differs ? t('setup.repeatDiffers') : undefined })}
        {change.error === null ? null : <ErrorState error={change.error} />}
        <div className={styles.buttons}>
          <Button htmlType="submit" loading={change.isPending}>
            {t('account.passwordChange')}
          </Button>
        </div>
        <div role="status">
          {change.data === undefined ? null : (
            <Status tone="safe">{t('account.passwordChanged', { count: change.data.sessionsEnded })}</Status>
          )}
        </div>
      </form>
    </Panel>
  );
}
