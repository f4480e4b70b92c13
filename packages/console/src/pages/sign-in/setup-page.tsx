import { type IssuedInvitation, type OperatorMode, setup, setupState } from '@menshen/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { Button, Input, Radio } from 'antd';
import { type FormEvent, useState } from 'react';
import { call, sessionQuery } from '../../api/client.ts';
import { useEndpoint } from '../../api/hooks.ts';
import { CodeBlock } from '../../ds/code-block.tsx';
import { Field } from '../../ds/field.tsx';
import { EmptyState, ErrorState, Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { FactorStep } from './factor-step.tsx';
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
        {({ needed, minimumPasswordLength, suggestedMode }) =>
          !needed ? (
            <EmptyState title={t('setup.done')} action={<Link to="/login">{t('setup.toLogin')}</Link>}>
              {t('setup.doneText')}
            </EmptyState>
          ) : token === null ? (
            <EmptyState title={t('setup.noToken')}>{t('setup.noTokenText')}</EmptyState>
          ) : (
            <SetupForm token={token} minimumLength={minimumPasswordLength} suggestedMode={suggestedMode} />
          )
        }
      </Loadable>
    </SignInFrame>
  );
}

interface SetupFormProps {
  readonly token: string;
  readonly minimumLength: number;
  readonly suggestedMode: OperatorMode;
}

function SetupForm({ token, minimumLength, suggestedMode }: SetupFormProps) {
  const { t } = useLanguage();
  const router = useRouter();
  const client = useQueryClient();
  const [fields, setFields] = useState<SetupFields>({ username: '', password: '', repeat: '' });
  const [mode, setMode] = useState(suggestedMode);
  const [kept, setKept] = useState(false);
  const [pressed, setPressed] = useState(false);
  const problems = setupProblems(fields, minimumLength);
  const enter = (): void => router.history.replace('/');
  const create = useMutation({
    mutationFn: () => call(setup, { body: { token, username: fields.username, password: fields.password, mode } }),
    onSuccess: ({ step, invitations }) => {
      if (step.next !== 'signed_in') return;
      client.setQueryData(sessionQuery.queryKey, step.session);
      if (invitations.length === 0) enter();
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
  if (create.data !== undefined) {
    const { step, invitations } = create.data;
    if (invitations.length > 0 && !kept)
      return <Invitations invitations={invitations} onKept={() => (step.next === 'signed_in' ? enter() : setKept(true))} />;
    if (step.next !== 'signed_in') return <FactorStep step={step} onSignedIn={enter} />;
  }
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <Radio.Group
        aria-label={t('setup.mode')}
        value={mode}
        onChange={(event) => setMode(event.target.value as OperatorMode)}
        options={[
          { value: 'separated', label: t('setup.modeSeparated') },
          { value: 'single_operator', label: t('setup.modeSingle') },
        ]}
      />
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

/** The links of the other two powers, shown once. */
function Invitations({
  invitations,
  onKept,
}: {
  readonly invitations: readonly IssuedInvitation[];
  readonly onKept: () => void;
}) {
  const { t } = useLanguage();
  return (
    <div className={styles.form}>
      <p className={styles.notice}>{t('setup.invitationsText')}</p>
      {invitations.map(({ id, power, path }) => (
        <CodeBlock
          key={id}
          label={t(power === 'audit' ? 'power.audit' : power === 'security' ? 'power.security' : 'power.system')}
          text={`${t(power === 'audit' ? 'power.audit' : power === 'security' ? 'power.security' : 'power.system')}\n${location.origin}${path}`}
          copyLabel={t('setup.invitationCopy')}
        />
      ))}
      <Button type="primary" block onClick={onKept}>
        {t('setup.invitationsKept')}
      </Button>
    </div>
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
