import { adminLogin, setupState } from '@menshen/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { Button, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { ApiError } from '../../api/api-error.ts';
import { call, sessionQuery } from '../../api/client.ts';
import { useEndpoint } from '../../api/hooks.ts';
import { safeTarget } from '../../app/safe-target.ts';
import { Field } from '../../ds/field.tsx';
import { ErrorState } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { FactorStep } from './factor-step.tsx';
import styles from './form.module.css';
import { SignInFrame } from './sign-in-frame.tsx';

const route = getRouteApi('/login');

/** Administrator sign-in; leads on to where the person wanted to go. */
export function LoginPage() {
  const { t } = useLanguage();
  const { next } = route.useSearch();
  const router = useRouter();
  const client = useQueryClient();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const setup = useEndpoint(setupState, { input: {} });
  const enter = (): void => router.history.replace(safeTarget(next));
  const login = useMutation({
    mutationFn: () => call(adminLogin, { body: { username, password } }),
    onSuccess: (step) => {
      if (step.next !== 'signed_in') return;
      client.setQueryData(sessionQuery.queryKey, step.session);
      enter();
    },
    onError: () => setPassword(''),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (username !== '' && password !== '') login.mutate();
  };
  const wait = login.error instanceof ApiError ? login.error.retryAfter : null;
  if (login.data !== undefined && login.data.next !== 'signed_in')
    return (
      <SignInFrame title={t('login.title')} text={t('factor.text')}>
        <FactorStep step={login.data} onSignedIn={enter} />
      </SignInFrame>
    );
  return (
    <SignInFrame title={t('login.title')} text={t('login.text')}>
      {setup.data?.needed === true ? <p className={styles.notice}>{t('login.setupNeeded')}</p> : null}
      <form className={styles.form} onSubmit={submit}>
        <Field label={t('login.username')}>
          {(wiring) => (
            <Input
              {...wiring}
              autoFocus
              required
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              maxLength={64}
              value={username}
              onChange={(event) => setUsername(event.target.value)}
            />
          )}
        </Field>
        <Field label={t('login.password')}>
          {(wiring) => (
            <Input.Password
              {...wiring}
              required
              autoComplete="current-password"
              maxLength={512}
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
        </Field>
        {login.error === null ? null : <ErrorState error={login.error} />}
        {wait === null ? null : <p className={styles.notice}>{t('login.wait', { count: wait })}</p>}
        <Button type="primary" htmlType="submit" block loading={login.isPending}>
          {t('login.submit')}
        </Button>
      </form>
    </SignInFrame>
  );
}
