import { setup, setupState } from '@menshen/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { Button, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { call, sessionQuery } from '../../api/client.ts';
import { useEndpoint } from '../../api/hooks.ts';
import { Field } from '../../ds/field.tsx';
import { EmptyState, ErrorState, Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './form.module.css';
import { type SetupFields, setupProblems, tokenOfFragment } from './setup-form.ts';
import { SignInFrame } from './sign-in-frame.tsx';

/** First run: the one-time link from the terminal makes the first administrator. */
export function SetupPage() {
  const { t } = useLanguage();
  const [token] = useState(() => tokenOfFragment(location.hash));
  const state = useEndpoint(setupState, { input: {} });
  return (
    <SignInFrame title={t('setup.title')} text={t('setup.text')}>
      <Loadable query={state}>
        {({ needed, minimumPasswordLength }) =>
          !needed ? (
            <EmptyState title={t('setup.done')} action={<Link to="/login">{t('setup.toLogin')}</Link>}>
              {t('setup.doneText')}
            </EmptyState>
          ) : token === null ? (
            <EmptyState title={t('setup.noToken')}>{t('setup.noTokenText')}</EmptyState>
          ) : (
            <SetupForm token={token} minimumLength={minimumPasswordLength} />
          )
        }
      </Loadable>
    </SignInFrame>
  );
}

function SetupForm({ token, minimumLength }: { readonly token: string; readonly minimumLength: number }) {
  const { t } = useLanguage();
  const router = useRouter();
  const client = useQueryClient();
  const [fields, setFields] = useState<SetupFields>({ username: '', password: '', repeat: '' });
  const [pressed, setPressed] = useState(false);
  const problems = setupProblems(fields, minimumLength);
  const create = useMutation({
    mutationFn: () => call(setup, { body: { token, username: fields.username, password: fields.password } }),
    onSuccess: (session) => {
      client.setQueryData(sessionQuery.queryKey, session);
      router.history.replace('/');
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setPressed(true);
    if (Object.values(problems).every((problem) => problem === null)) create.mutate();
  };
  const set = (change: Partial<SetupFields>): void => setFields((known) => ({ ...known, ...change }));
  const told = (problem: keyof typeof problems): string | undefined => {
    const key = problems[problem];
    if (!pressed || key === null) return undefined;
    return key === 'setup.passwordShort' ? t(key, { count: minimumLength }) : t(key);
  };
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <Field label={t('login.username')} hint={t('setup.usernameHint')} error={told('username')}>
        {(wiring) => (
          <Input
            {...wiring}
            autoFocus
            required
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={64}
            value={fields.username}
            onChange={(event) => set({ username: event.target.value })}
          />
        )}
      </Field>
      <Field label={t('login.password')} hint={<PasswordRules minimumLength={minimumLength} />} error={told('password')}>
        {(wiring) => (
          <Input.Password
            {...wiring}
            required
            autoComplete="new-password"
            maxLength={512}
            value={fields.password}
            onChange={(event) => set({ password: event.target.value })}
          />
        )}
      </Field>
      <Field label={t('setup.repeat')} error={told('repeat')}>
        {(wiring) => (
          <Input.Password
            {...wiring}
            required
            autoComplete="new-password"
            maxLength={512}
            value={fields.repeat}
            onChange={(event) => set({ repeat: event.target.value })}
          />
        )}
      </Field>
      {create.error === null ? null : <ErrorState error={create.error} />}
      <Button type="primary" htmlType="submit" block loading={create.isPending}>
        {t('setup.submit')}
      </Button>
    </form>
  );
}

function PasswordRules({ minimumLength }: { readonly minimumLength: number }) {
  const { t } = useLanguage();
  return (
    <span>
      {t('setup.ruleLength', { count: minimumLength })} {t('setup.ruleCommon')}
    </span>
  );
}
