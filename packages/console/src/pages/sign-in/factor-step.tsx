import { loginEnrol, loginEnrolTotp, loginSecondFactor, type SignInStep } from '@menshen/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { call, sessionQuery } from '../../api/client.ts';
import { CodeBlock } from '../../ds/code-block.tsx';
import { Field } from '../../ds/field.tsx';
import { ErrorState } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './form.module.css';

type Pending = Exclude<SignInStep, { next: 'signed_in' }>;

/** What stands between a password and the session: a code of the second factor, or at the first sign-in its enrolment. */
export function FactorStep({ step, onSignedIn }: { readonly step: Pending; readonly onSignedIn: () => void }) {
  return step.next === 'enrol' ? (
    <EnrolForm ticket={step.ticket} onSignedIn={onSignedIn} />
  ) : (
    <CodeForm ticket={step.ticket} onSignedIn={onSignedIn} />
  );
}

const totpCode = /^\d{6}$/;

function CodeForm({ ticket, onSignedIn }: { readonly ticket: string; readonly onSignedIn: () => void }) {
  const { t } = useLanguage();
  const client = useQueryClient();
  const [code, setCode] = useState('');
  const prove = useMutation({
    mutationFn: () => {
      const typed = code.replace(/\s/g, '');
      const proof = totpCode.test(typed)
        ? { method: 'totp' as const, code: typed }
        : { method: 'recovery_code' as const, code: typed };
      return call(loginSecondFactor, { body: { ticket, proof } });
    },
    onSuccess: (next) => {
      if (next.next !== 'signed_in') return;
      client.setQueryData(sessionQuery.queryKey, next.session);
      onSignedIn();
    },
    onError: () => setCode(''),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (code.trim() !== '') prove.mutate();
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <CodeField label={t('factor.code')} hint={t('factor.codeHint')} code={code} onChange={setCode} />
      {prove.error === null ? null : <ErrorState error={prove.error} />}
      <Button type="primary" htmlType="submit" block loading={prove.isPending}>
        {t('login.submit')}
      </Button>
    </form>
  );
}

function EnrolForm({ ticket, onSignedIn }: { readonly ticket: string; readonly onSignedIn: () => void }) {
  const { t } = useLanguage();
  const client = useQueryClient();
  const [code, setCode] = useState('');
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const enrolment = useQuery({
    queryKey: [loginEnrolTotp.id, ticket],
    queryFn: ({ signal }) => call(loginEnrolTotp, { body: { ticket } }, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const confirm = useMutation({
    mutationFn: () => call(loginEnrol, { body: { ticket, proof: { method: 'totp', code: code.replace(/\s/g, '') } } }),
    onSuccess: ({ session, recoveryCodes }) => {
      client.setQueryData(sessionQuery.queryKey, session);
      if (recoveryCodes === null) onSignedIn();
      else setCodes(recoveryCodes);
    },
    onError: () => setCode(''),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (totpCode.test(code.replace(/\s/g, ''))) confirm.mutate();
  };
  if (codes !== null)
    return (
      <div className={styles.form}>
        <p className={styles.notice}>{t('factor.recoveryText')}</p>
        <CodeBlock label={t('factor.recovery')} text={codes.join('\n')} copyLabel={t('factor.recoveryCopy')} />
        <Button type="primary" block onClick={onSignedIn}>
          {t('factor.recoveryKept')}
        </Button>
      </div>
    );
  return (
    <form className={styles.form} onSubmit={submit}>
      <p className={styles.notice}>{t('factor.enrolText')}</p>
      {enrolment.error === null ? null : <ErrorState error={enrolment.error} />}
      {enrolment.data === undefined ? null : (
        <CodeBlock label={t('factor.secret')} text={enrolment.data.secret} copyLabel={t('factor.secretCopy')} />
      )}
      <CodeField label={t('factor.code')} hint={t('factor.enrolHint')} code={code} onChange={setCode} />
      {confirm.error === null ? null : <ErrorState error={confirm.error} />}
      <Button type="primary" htmlType="submit" block loading={confirm.isPending}>
        {t('factor.enrolSubmit')}
      </Button>
    </form>
  );
}

interface CodeFieldProps {
  readonly label: string;
  readonly hint: string;
  readonly code: string;
  readonly onChange: (code: string) => void;
}

function CodeField({ label, hint, code, onChange }: CodeFieldProps) {
  return (
    <Field label={label} hint={hint}>
      {(wiring) => (
        <Input
          {...wiring}
          autoFocus
          required
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={64}
          value={code}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
