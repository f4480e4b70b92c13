import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { createPasskey } from '../../api/passkey.ts';
import { Field } from '../../ds/field.tsx';
import { ErrorState, Loading } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { ChoiceCards } from '../choice-cards.tsx';
import styles from './factors.module.css';
import { CodeField } from './proof-form.tsx';
import { TotpSecret } from './totp-secret.tsx';

export type EnrolKind = 'totp' | 'passkey';

export interface TotpSource {
  /** Begins an enrolment: a secret, once. */
  readonly begin: () => Promise<{ readonly secret: string; readonly uri: string }>;
  readonly confirm: (code: string) => Promise<void>;
}

export interface PasskeySource {
  readonly begin: () => Promise<Readonly<Record<string, unknown>>>;
  readonly confirm: (name: string, response: Record<string, unknown>) => Promise<void>;
}

interface EnrolFormProps {
  /** Tells this enrolment from others, so that a secret is asked for once. */
  readonly id: string;
  readonly totp: TotpSource | null;
  readonly passkey: PasskeySource | null;
  readonly submit: string;
}

/** Enrols a second factor: one-time codes by QR code, or a passkey. */
export function EnrolForm({ id, totp, passkey, submit }: EnrolFormProps) {
  const { t } = useLanguage();
  const [kind, setKind] = useState<EnrolKind>(totp === null ? 'passkey' : 'totp');
  return (
    <div className={styles.form}>
      {totp === null || passkey === null ? null : (
        <ChoiceCards
          label={t('enrol.choose')}
          value={kind}
          onChange={setKind}
          choices={[
            { value: 'totp', title: t('enrol.totp'), text: t('enrol.totpNote') },
            { value: 'passkey', title: t('enrol.passkey'), text: t('enrol.passkeyNote') },
          ]}
        />
      )}
      {kind === 'totp' && totp !== null ? <TotpForm id={id} source={totp} submit={submit} /> : null}
      {kind === 'passkey' && passkey !== null ? <PasskeyForm source={passkey} /> : null}
    </div>
  );
}

function TotpForm({ id, source, submit }: { readonly id: string; readonly source: TotpSource; readonly submit: string }) {
  const { t } = useLanguage();
  const [code, setCode] = useState('');
  const secret = useQuery({
    queryKey: ['totp-enrolment', id],
    queryFn: source.begin,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  });
  const confirm = useMutation({
    mutationFn: () => source.confirm(code.replace(/\s/g, '')),
    onError: () => setCode(''),
  });
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (/^\d{6}$/.test(code.replace(/\s/g, ''))) confirm.mutate();
  };
  if (secret.error !== null) return <ErrorState error={secret.error} />;
  if (secret.data === undefined) return <Loading lines={4} />;
  return (
    <form className={styles.form} onSubmit={onSubmit}>
      <TotpSecret {...secret.data} />
      <CodeField label={t('enrol.type')} hint={t('proof.codeHint')} numeric code={code} onChange={setCode} />
      {confirm.error === null ? null : <ErrorState error={confirm.error} />}
      <Button type="primary" htmlType="submit" block loading={confirm.isPending}>
        {submit}
      </Button>
    </form>
  );
}

function PasskeyForm({ source }: { readonly source: PasskeySource }) {
  const { t } = useLanguage();
  const [name, setName] = useState('');
  const create = useMutation({
    mutationFn: async () => source.confirm(name.trim(), await createPasskey(await source.begin())),
  });
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (name.trim() !== '') create.mutate();
  };
  return (
    <form className={styles.form} onSubmit={onSubmit}>
      <Field label={t('enrol.passkeyName')} hint={t('enrol.passkeyNameHint')}>
        {(wiring) => (
          <Input {...wiring} autoFocus required maxLength={60} value={name} onChange={(event) => setName(event.target.value)} />
        )}
      </Field>
      {create.error === null ? null : <ErrorState error={create.error} />}
      <Button type="primary" htmlType="submit" block loading={create.isPending}>
        {t('enrol.passkeyCreate')}
      </Button>
    </form>
  );
}
