import {
  adminLogin,
  externalStart,
  loginPasskeyOptions,
  loginSecondFactor,
  type SignInStep,
  setupState,
} from '@menshen/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { Button, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { ApiError } from '../../api/api-error.ts';
import type { Output } from '../../api/call.ts';
import { call, sessionQuery } from '../../api/client.ts';
import { useEndpoint } from '../../api/hooks.ts';
import { passkeyUse, showPasskey, thisBrowser } from '../../api/passkey.ts';
import { safeTarget } from '../../app/safe-target.ts';
import { Field } from '../../ds/field.tsx';
import { ErrorState } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { keepTarget, providerAddress } from './external-target.ts';
import { FactorStep } from './factor-step.tsx';
import styles from './form.module.css';
import { SignInFrame } from './sign-in-frame.tsx';

const route = getRouteApi('/login');

type Setup = Output<typeof setupState>;

/** Administrator sign-in, by password, passkey or another's word; leads on to where the person wanted to go. */
export function LoginPage() {
  const { t } = useLanguage();
  const { next } = route.useSearch();
  const router = useRouter();
  const client = useQueryClient();
  const [step, setStep] = useState<Exclude<SignInStep, { next: 'signed_in' }> | null>(null);
  const setup = useEndpoint(setupState, { input: {} });
  const enter = (): void => router.history.replace(safeTarget(next));
  const goOn = (answer: SignInStep): void => {
    if (answer.next !== 'signed_in') return setStep(answer);
    client.setQueryData(sessionQuery.queryKey, answer.session);
    enter();
  };
  if (step !== null) return <FactorStep step={step} passkeyHost={setup.data?.passkeyHost ?? ''} onSignedIn={enter} />;
  return (
    <SignInFrame title={t('login.title')} text={t('login.text')}>
      {setup.data?.needed === true ? <p className={styles.notice}>{t('login.setupNeeded')}</p> : null}
      <PasswordForm onStep={goOn} />
      {setup.data === undefined ? null : <OtherWays setup={setup.data} next={next} onStep={goOn} />}
    </SignInFrame>
  );
}

function PasswordForm({ onStep }: { readonly onStep: (step: SignInStep) => void }) {
  const { t } = useLanguage();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const login = useMutation({
    mutationFn: () => call(adminLogin, { body: { username, password } }),
    onSuccess: onStep,
    onError: () => setPassword(''),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (username !== '' && password !== '') login.mutate();
  };
  const wait = login.error instanceof ApiError ? login.error.retryAfter : null;
  return (
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
  );
}

interface OtherWaysProps {
  readonly setup: Setup;
  readonly next: string | undefined;
  readonly onStep: (step: SignInStep) => void;
}

/** A passkey, and the identity providers that the configuration names. */
function OtherWays({ setup, next, onStep }: OtherWaysProps) {
  const { t, language } = useLanguage();
  const use = passkeyUse(setup.passkeyHost, thisBrowser());
  const passkey = useMutation({
    mutationFn: async () => {
      const { ticket, options } = await call(loginPasskeyOptions, { body: {} });
      return call(loginSecondFactor, { body: { ticket, proof: { method: 'passkey', response: await showPasskey(options) } } });
    },
    onSuccess: onStep,
  });
  const leave = useMutation({
    mutationFn: (provider: string) => call(externalStart, { body: { provider } }),
    onSuccess: ({ url }) => {
      keepTarget(sessionStorage, next);
      location.assign(providerAddress(url));
    },
  });
  const error = passkey.error ?? leave.error;
  if (use !== 'yes' && setup.providers.length === 0)
    return use === 'elsewhere' ? (
      <p className={styles.aside}>{t('login.passkeyElsewhere', { host: setup.passkeyHost })}</p>
    ) : null;
  return (
    <div className={styles.others}>
      <p className={styles.or}>{t('login.or')}</p>
      {use === 'yes' ? (
        <Button block loading={passkey.isPending} onClick={() => passkey.mutate()}>
          {t('login.withPasskey')}
        </Button>
      ) : null}
      {setup.providers.map(({ id, name }) => (
        <Button key={id} block loading={leave.isPending && leave.variables === id} onClick={() => leave.mutate(id)}>
          {t('login.withProvider', { name: name[language] })}
        </Button>
      ))}
      {error === null ? null : <ErrorState error={error} />}
      {use === 'elsewhere' ? <p className={styles.aside}>{t('login.passkeyElsewhere', { host: setup.passkeyHost })}</p> : null}
    </div>
  );
}
