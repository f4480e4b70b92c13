import { type AdministratorPower, type IssuedInvitation, type OperatorMode, setup, setupState } from '@menshen/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { Button } from 'antd';
import { type FormEvent, useState } from 'react';
import { call, sessionQuery } from '../../api/client.ts';
import { useEndpoint } from '../../api/hooks.ts';
import { ChoiceCards } from '../../components/choice-cards.tsx';
import { IssuedInvitationBlock } from '../../components/people/issued-invitation.tsx';
import { PowerSelect } from '../../components/powers/power-select.tsx';
import { Field } from '../../ds/field.tsx';
import { EmptyState, ErrorState, Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { AccountFields } from './account-fields.tsx';
import { FactorStep } from './factor-step.tsx';
import styles from './form.module.css';
import { type SetupFields, setupProblems } from './setup-form.ts';
import { SignInFrame } from './sign-in-frame.tsx';
import { useFragmentToken } from './use-fragment-token.ts';

/** First run: the one-time link from the terminal makes the first administrator. */
export function SetupPage() {
  const { t } = useLanguage();
  const token = useFragmentToken();
  const [begun, setBegun] = useState(false);
  const state = useEndpoint(setupState, { input: {} });
  if (state.data !== undefined && token !== null && (state.data.needed || begun))
    return <SetupFlow key={token} token={token} state={state.data} onBegun={() => setBegun(true)} />;
  return (
    <SignInFrame title={t('setup.title')}>
      <Loadable query={state}>
        {({ needed }) =>
          needed ? (
            <EmptyState title={t('setup.noToken')}>{t('setup.noTokenText')}</EmptyState>
          ) : (
            <EmptyState title={t('setup.done')} action={<Link to="/login">{t('setup.toLogin')}</Link>}>
              {t('setup.doneText')}
            </EmptyState>
          )
        }
      </Loadable>
    </SignInFrame>
  );
}

interface SetupFlowProps {
  readonly token: string;
  readonly state: { readonly minimumPasswordLength: number; readonly suggestedMode: OperatorMode; readonly passkeyHost: string };
  /** Set-up is no longer open from here on, but this page goes on. */
  readonly onBegun: () => void;
}

/** The account, then the links of the other two, then the second factor. */
function SetupFlow({ token, state, onBegun }: SetupFlowProps) {
  const { t } = useLanguage();
  const router = useRouter();
  const client = useQueryClient();
  const [fields, setFields] = useState<SetupFields>({ username: '', password: '', repeat: '' });
  const [mode, setMode] = useState(state.suggestedMode);
  const [power, setPower] = useState<AdministratorPower>('system');
  const [kept, setKept] = useState(false);
  const [pressed, setPressed] = useState(false);
  const problems = setupProblems(fields, state.minimumPasswordLength);
  const enter = (): void => router.history.replace('/');
  const create = useMutation({
    mutationFn: () => {
      const { username, password } = fields;
      return call(setup, { body: { token, username, password, mode, ...(mode === 'separated' ? { power } : {}) } });
    },
    onSuccess: ({ step, invitations }) => {
      onBegun();
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
  if (create.data !== undefined) {
    const { step, invitations } = create.data;
    const next = (): void => (step.next === 'signed_in' ? enter() : setKept(true));
    if (invitations.length > 0 && !kept) return <Invitations invitations={invitations} onKept={next} />;
    if (step.next !== 'signed_in') return <FactorStep step={step} passkeyHost={state.passkeyHost} onSignedIn={enter} />;
  }
  return (
    <SignInFrame wide title={t('setup.title')} text={t('setup.text')}>
      <form className={styles.form} onSubmit={submit} noValidate>
        <ChoiceCards
          label={t('setup.mode')}
          value={mode}
          onChange={setMode}
          choices={[
            { value: 'separated', title: t('mode.separated'), text: t('mode.separatedText'), note: t('mode.separatedNext') },
            { value: 'single_operator', title: t('mode.single'), text: t('mode.singleText'), note: t('mode.singleNext') },
          ]}
        />
        {mode === 'separated' ? (
          <Field label={t('setup.power')} hint={t('setup.powerHint')}>
            {(wiring) => <PowerSelect {...wiring} value={power} onChange={setPower} />}
          </Field>
        ) : null}
        <AccountFields
          fields={fields}
          onChange={(change) => setFields((known) => ({ ...known, ...change }))}
          problems={pressed ? problems : null}
          minimumLength={state.minimumPasswordLength}
          fixedName={false}
        />
        {create.error === null ? null : <ErrorState error={create.error} />}
        <Button type="primary" htmlType="submit" block loading={create.isPending}>
          {t('setup.submit')}
        </Button>
      </form>
    </SignInFrame>
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
    <SignInFrame wide title={t('setup.invitations')} text={t('setup.invitationsText')}>
      <div className={styles.form}>
        {invitations.map((invitation) => (
          <IssuedInvitationBlock key={invitation.id} invitation={invitation} />
        ))}
        <Button type="primary" block onClick={onKept}>
          {t('setup.invitationsKept')}
        </Button>
      </div>
    </SignInFrame>
  );
}
