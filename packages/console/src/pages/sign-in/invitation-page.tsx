import { acceptInvitation, invitationState, setupState } from '@menshen/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { Button } from 'antd';
import { type FormEvent, useState } from 'react';
import { ApiError } from '../../api/api-error.ts';
import type { Output } from '../../api/call.ts';
import { call, sessionQuery } from '../../api/client.ts';
import { useEndpoint } from '../../api/hooks.ts';
import { EmptyState, ErrorState, Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { AccountFields } from './account-fields.tsx';
import { FactorStep } from './factor-step.tsx';
import styles from './form.module.css';
import { type SetupFields, setupProblems } from './setup-form.ts';
import { SignInFrame } from './sign-in-frame.tsx';
import { useFragmentToken } from './use-fragment-token.ts';

/** An invitation link: its bearer becomes an administrator, or sets a new password. */
export function InvitationPage() {
  const { t } = useLanguage();
  const token = useFragmentToken();
  const invitation = useQuery({
    queryKey: [invitationState.id, token],
    queryFn: ({ signal }) => call(invitationState, { body: { token: token ?? '' } }, signal),
    enabled: token !== null,
    // Once it is accepted it is not valid any more, and this page goes on.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  if (token !== null && invitation.data !== undefined) return <Accept key={token} token={token} invitation={invitation.data} />;
  const bad = invitation.error instanceof ApiError && invitation.error.code === 'invitation_invalid';
  return (
    <SignInFrame title={t('invitation.title')}>
      {token === null ? (
        <EmptyState title={t('invitation.noToken')}>{t('invitation.noTokenText')}</EmptyState>
      ) : bad ? (
        <EmptyState title={t('invitation.bad')} action={<Link to="/login">{t('setup.toLogin')}</Link>}>
          {t('invitation.badText')}
        </EmptyState>
      ) : (
        <Loadable query={invitation}>{() => null}</Loadable>
      )}
    </SignInFrame>
  );
}

function Accept({ token, invitation }: { readonly token: string; readonly invitation: Output<typeof invitationState> }) {
  const { t, format } = useLanguage();
  const router = useRouter();
  const client = useQueryClient();
  const { purpose, power, username, minimumPasswordLength } = invitation;
  const [fields, setFields] = useState<SetupFields>({ username: username ?? '', password: '', repeat: '' });
  const [pressed, setPressed] = useState(false);
  const state = useEndpoint(setupState, { input: {} });
  const problems = setupProblems(fields, minimumPasswordLength);
  const enter = (): void => router.history.replace('/');
  const accept = useMutation({
    mutationFn: () => {
      const name = username === null ? { username: fields.username } : {};
      return call(acceptInvitation, { body: { token, password: fields.password, ...name } });
    },
    onSuccess: (step) => {
      if (step.next !== 'signed_in') return;
      client.setQueryData(sessionQuery.queryKey, step.session);
      enter();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setPressed(true);
    if (Object.values(problems).every((problem) => problem === null)) accept.mutate();
  };
  if (accept.data !== undefined && accept.data.next !== 'signed_in')
    return <FactorStep step={accept.data} passkeyHost={state.data?.passkeyHost ?? ''} onSignedIn={enter} />;
  const text =
    purpose === 'create'
      ? t('invitation.textCreate', { power: power === null ? '' : t(`power.${power}`) })
      : t('invitation.textPassword', { name: username ?? '' });
  return (
    <SignInFrame title={t('invitation.title')} text={text}>
      <form className={styles.form} onSubmit={submit} noValidate>
        {power === null ? null : (
          <p className={styles.notice}>
            {t(`power.${power}Do`)}
            <br />
            <span className="quiet">{t('invitation.expires', { time: format.minute(invitation.expiresAt) })}</span>
          </p>
        )}
        <AccountFields
          fields={fields}
          onChange={(change) => setFields((known) => ({ ...known, ...change }))}
          problems={pressed ? problems : null}
          minimumLength={minimumPasswordLength}
          fixedName={username !== null}
        />
        {accept.error === null ? null : <ErrorState error={accept.error} />}
        <Button type="primary" htmlType="submit" block loading={accept.isPending}>
          {t(purpose === 'create' ? 'invitation.submit' : 'invitation.submitPassword')}
        </Button>
      </form>
    </SignInFrame>
  );
}
