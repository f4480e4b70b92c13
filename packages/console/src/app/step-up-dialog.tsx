import { getOwnFactors, setupState, stepUp, stepUpPasskey } from '@menshen/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Modal } from 'antd';
import { type FormEvent, useId, useState } from 'react';
import type { Input as CallInput } from '../api/call.ts';
import { call, sessionQuery } from '../api/client.ts';
import { useEndpoint } from '../api/hooks.ts';
import { passkeyUse, thisBrowser } from '../api/passkey.ts';
import styles from '../components/factors/factors.module.css';
import { ProofForm, type ProofMethod } from '../components/factors/proof-form.tsx';
import { Field } from '../ds/field.tsx';
import { focusFirst } from '../ds/first-focus.ts';
import { useFocusReturn } from '../ds/focus-return.ts';
import { ErrorState, Loadable } from '../ds/states.tsx';
import { useLanguage } from '../i18n/language.tsx';

interface StepUpDialogProps {
  readonly open: boolean;
  readonly settle: (done: boolean) => void;
}

/** Asks for the second factor again before a sensitive act. */
export function StepUpDialog({ open, settle }: StepUpDialogProps) {
  const { t } = useLanguage();
  const body = useId();
  useFocusReturn(open);
  return (
    <Modal
      open={open}
      title={t('stepUp.title')}
      footer={null}
      width={420}
      // Over the dialog from which the act was asked for.
      zIndex={1_100}
      onCancel={() => settle(false)}
      afterOpenChange={(shown) => (shown ? focusFirst(body, 'input') : undefined)}
      destroyOnHidden
    >
      <div id={body} className={styles.form}>
        <p className={styles.text}>{t('stepUp.text')}</p>
        <StepUpForm onDone={() => settle(true)} />
      </div>
    </Modal>
  );
}

function StepUpForm({ onDone }: { readonly onDone: () => void }) {
  const { t } = useLanguage();
  const client = useQueryClient();
  const factors = useEndpoint(getOwnFactors, { input: {} });
  const setup = useEndpoint(setupState, { input: {} });
  const session = useQuery(sessionQuery);
  const prove = async (proof: CallInput<typeof stepUp>['body']['proof']): Promise<void> => {
    client.setQueryData(sessionQuery.queryKey, await call(stepUp, { body: { proof } }));
    onDone();
  };
  if (session.data !== undefined && !session.data.secondFactor.enrolled) return <PasswordProof prove={prove} />;
  return (
    <Loadable query={factors}>
      {({ totp, passkeys, recoveryCodesLeft }) => {
        const methods: ProofMethod[] = [
          ...(passkeys.length > 0 ? (['passkey'] as const) : []),
          ...(totp === null ? [] : (['totp'] as const)),
          ...(recoveryCodesLeft > 0 ? (['recovery_code'] as const) : []),
        ];
        return (
          <ProofForm
            methods={methods}
            passkeys={setup.data !== undefined && passkeyUse(setup.data.passkeyHost, thisBrowser()) === 'yes'}
            submit={t('proof.submit')}
            challenge={async () => (await call(stepUpPasskey, {})).options}
            prove={prove}
          />
        );
      }}
    </Loadable>
  );
}

/** While second factors are optional and none is enrolled, the password is all there is. */
function PasswordProof({
  prove,
}: {
  readonly prove: (proof: { readonly method: 'password'; readonly password: string }) => Promise<void>;
}) {
  const { t } = useLanguage();
  const [password, setPassword] = useState('');
  const show = useMutation({ mutationFn: () => prove({ method: 'password', password }), onError: () => setPassword('') });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (password !== '') show.mutate();
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <Field label={t('proof.password')}>
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
      {show.error === null ? null : <ErrorState error={show.error} />}
      <Button type="primary" htmlType="submit" block loading={show.isPending}>
        {t('proof.submit')}
      </Button>
    </form>
  );
}
