import type { SecondFactorProof } from '@menshen/contract';
import { useMutation } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { showPasskey } from '../../api/passkey.ts';
import { Field } from '../../ds/field.tsx';
import { ErrorState } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './factors.module.css';

export type ProofMethod = SecondFactorProof['method'];

interface ProofFormProps {
  /** What this account can show; the best comes first. */
  readonly methods: readonly ProofMethod[];
  /** Whether passkeys work in this browser at this address. */
  readonly passkeys: boolean;
  readonly submit: string;
  /** The server's challenge for a passkey. */
  readonly challenge: () => Promise<Readonly<Record<string, unknown>>>;
  readonly prove: (proof: SecondFactorProof) => Promise<void>;
}

const totpCode = /^\d{6}$/;
const order: readonly ProofMethod[] = ['passkey', 'totp', 'recovery_code'];

/** Asks for one proof of a second factor: a passkey, a one-time code, or a recovery code. */
export function ProofForm({ methods, passkeys, submit, challenge, prove }: ProofFormProps) {
  const { t } = useLanguage();
  const usable = order.filter((method) => methods.includes(method) && (method !== 'passkey' || passkeys));
  const typed = usable.filter((method) => method !== 'passkey');
  const [chosen, setChosen] = useState<ProofMethod | undefined>(typed[0]);
  const [code, setCode] = useState('');
  const show = useMutation({
    mutationFn: async (method: ProofMethod) => {
      if (method === 'passkey') return prove({ method, response: await showPasskey(await challenge()) });
      const value = code.replace(/\s/g, '');
      return prove(method === 'totp' ? { method, code: value } : { method, code: value });
    },
    onError: () => setCode(''),
  });
  const complete = chosen === 'totp' ? totpCode.test(code.replace(/\s/g, '')) : code.trim().length >= 10;
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (chosen !== undefined && complete) show.mutate(chosen);
  };
  const other = typed.find((method) => method !== chosen);
  return (
    <form className={styles.form} onSubmit={onSubmit}>
      {usable.includes('passkey') ? (
        <>
          <Button
            block
            type={typed.length === 0 ? 'primary' : 'default'}
            loading={show.isPending && show.variables === 'passkey'}
            onClick={() => show.mutate('passkey')}
          >
            {t('proof.passkey')}
          </Button>
          {typed.length === 0 ? null : <p className={styles.or}>{t('login.or')}</p>}
        </>
      ) : null}
      {chosen === undefined ? null : (
        <CodeField
          key={chosen}
          label={t(chosen === 'totp' ? 'proof.code' : 'proof.recovery')}
          hint={t(chosen === 'totp' ? 'proof.codeHint' : 'proof.recoveryHint')}
          numeric={chosen === 'totp'}
          code={code}
          onChange={setCode}
        />
      )}
      {show.error === null ? null : <ErrorState error={show.error} />}
      {chosen === undefined ? null : (
        <Button type="primary" htmlType="submit" block loading={show.isPending && show.variables !== 'passkey'}>
          {submit}
        </Button>
      )}
      {other === undefined ? null : (
        <button
          type="button"
          className={`link ${styles.other}`}
          onClick={() => {
            setCode('');
            show.reset();
            setChosen(other);
          }}
        >
          {t(other === 'totp' ? 'proof.useCode' : 'proof.useRecovery')}
        </button>
      )}
    </form>
  );
}

interface CodeFieldProps {
  readonly label: string;
  readonly hint: string;
  readonly numeric: boolean;
  readonly code: string;
  readonly onChange: (code: string) => void;
}

/** A field for a code that is typed or pasted once. */
export function CodeField({ label, hint, numeric, code, onChange }: CodeFieldProps) {
  return (
    <Field label={label} hint={hint}>
      {(wiring) => (
        <Input
          {...wiring}
          autoFocus
          required
          autoComplete="one-time-code"
          autoCapitalize="none"
          inputMode={numeric ? 'numeric' : 'text'}
          spellCheck={false}
          maxLength={64}
          value={code}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
