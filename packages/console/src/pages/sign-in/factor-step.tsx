import {
  type AdministratorSession,
  loginEnrol,
  loginEnrolPasskey,
  loginEnrolTotp,
  loginPasskeyOptions,
  loginSecondFactor,
  type SignInStep,
} from '@menshen/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { call, sessionQuery } from '../../api/client.ts';
import { passkeyUse, thisBrowser } from '../../api/passkey.ts';
import { EnrolForm } from '../../components/factors/enrol-form.tsx';
import { ProofForm } from '../../components/factors/proof-form.tsx';
import { RecoveryCodes } from '../../components/factors/recovery-codes.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { SignInFrame } from './sign-in-frame.tsx';

type Pending = Exclude<SignInStep, { next: 'signed_in' }>;

interface FactorStepProps<Step> {
  readonly step: Step;
  /** Host name for which passkeys are made. */
  readonly passkeyHost: string;
  readonly onSignedIn: () => void;
}

/** What stands between a password and the session: a proof of the second factor, or at the first sign-in its enrolment. */
export function FactorStep({ step, ...rest }: FactorStepProps<Pending>) {
  return step.next === 'enrol' ? <Enrol step={step} {...rest} /> : <Prove step={step} {...rest} />;
}

function Prove({ step, passkeyHost, onSignedIn }: FactorStepProps<Extract<Pending, { next: 'second_factor' }>>) {
  const { t } = useLanguage();
  const client = useQueryClient();
  const ticket = useRef(step.ticket);
  return (
    <SignInFrame title={t('login.title')} text={t('factor.text')}>
      <ProofForm
        methods={step.methods}
        passkeys={passkeyUse(passkeyHost, thisBrowser()) === 'yes'}
        submit={t('login.submit')}
        challenge={async () => {
          const answer = await call(loginPasskeyOptions, { body: { ticket: ticket.current } });
          ticket.current = answer.ticket;
          return answer.options;
        }}
        prove={async (proof) => {
          const next = await call(loginSecondFactor, { body: { ticket: ticket.current, proof } });
          if (next.next !== 'signed_in') return;
          client.setQueryData(sessionQuery.queryKey, next.session);
          onSignedIn();
        }}
      />
    </SignInFrame>
  );
}

function Enrol({ step, passkeyHost, onSignedIn }: FactorStepProps<Extract<Pending, { next: 'enrol' }>>) {
  const { t } = useLanguage();
  const client = useQueryClient();
  const ticket = useRef(step.ticket);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const enter = ({
    session,
    recoveryCodes,
  }: {
    session: AdministratorSession;
    recoveryCodes: readonly string[] | null;
  }): void => {
    client.setQueryData(sessionQuery.queryKey, session);
    if (recoveryCodes === null) onSignedIn();
    else setCodes(recoveryCodes);
  };
  const passkeys = step.methods.includes('passkey') && passkeyUse(passkeyHost, thisBrowser()) === 'yes';
  if (codes !== null)
    return (
      <SignInFrame title={t('recoveryCodes.title')}>
        <RecoveryCodes codes={codes} onKept={onSignedIn} />
      </SignInFrame>
    );
  return (
    <SignInFrame title={t('enrol.title')} text={t('enrol.text')}>
      <EnrolForm
        id={step.ticket}
        submit={t('factor.enrolSubmit')}
        totp={
          step.methods.includes('totp')
            ? {
                begin: async () => {
                  const answer = await call(loginEnrolTotp, { body: { ticket: ticket.current } });
                  ticket.current = answer.ticket;
                  return answer;
                },
                confirm: async (code) =>
                  enter(await call(loginEnrol, { body: { ticket: ticket.current, proof: { method: 'totp', code } } })),
              }
            : null
        }
        passkey={
          passkeys
            ? {
                begin: async () => {
                  const answer = await call(loginEnrolPasskey, { body: { ticket: ticket.current } });
                  ticket.current = answer.ticket;
                  return answer.options;
                },
                confirm: async (name, response) =>
                  enter(
                    await call(loginEnrol, { body: { ticket: ticket.current, proof: { method: 'passkey', name, response } } }),
                  ),
              }
            : null
        }
      />
    </SignInFrame>
  );
}
