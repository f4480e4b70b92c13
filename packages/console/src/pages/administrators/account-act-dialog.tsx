import {
  type AdministratorView,
  bindAdministratorIdentity,
  listAdministratorSessions,
  listAdministrators,
  resetAdministratorFactors,
  resetAdministratorPassword,
  setAdministratorAddresses,
  setAdministratorStatus,
  setupState,
  unbindAdministratorIdentity,
} from '@menshen/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Input, Select } from 'antd';
import { useState } from 'react';
import { act as perform } from '../../api/client.ts';
import { useEndpoint } from '../../api/hooks.ts';
import { readAddresses } from '../../components/addresses.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Field } from '../../ds/field.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './administrators-page.module.css';

export type AccountAct =
  | 'disable'
  | 'enable'
  | 'resetFactors'
  | 'resetPassword'
  | 'setAddresses'
  | 'bind'
  | { readonly unbind: { readonly provider: string; readonly subject: string } };

interface Chosen {
  readonly act: AccountAct;
  readonly account: AdministratorView;
}

interface Choices {
  readonly addresses: string;
  readonly provider: string;
  readonly subject: string;
}

/** Makes the call of an act; which of them another must approve is the server's to say. */
function callOf({ act, account: { id } }: Chosen, { addresses, provider, subject }: Choices, reason: string): Promise<unknown> {
  const params = { id };
  switch (act) {
    case 'disable':
      return perform(setAdministratorStatus, { params, body: { status: 'disabled', reason } });
    case 'enable':
      return perform(setAdministratorStatus, { params, body: { status: 'active', reason } });
    case 'resetFactors':
      return perform(resetAdministratorFactors, { params, body: { reason } });
    case 'resetPassword':
      return perform(resetAdministratorPassword, { params, body: { reason } });
    case 'setAddresses':
      return perform(setAdministratorAddresses, { params, body: { addresses: [...readAddresses(addresses).ranges], reason } });
    case 'bind':
      return perform(bindAdministratorIdentity, { params, body: { provider, subject: subject.trim(), reason } });
    default:
      return perform(unbindAdministratorIdentity, { params, body: { ...act.unbind, reason } });
  }
}

/** Asks before an act on another's account. */
export function AccountActDialog({ chosen, close }: { readonly chosen: Chosen | null; readonly close: () => void }) {
  if (chosen === null) return null;
  const { act, account } = chosen;
  return <ActDialog key={`${account.id} ${typeof act === 'string' ? act : 'unbind'}`} chosen={chosen} close={close} />;
}

function ActDialog({ chosen, close }: { readonly chosen: Chosen; readonly close: () => void }) {
  const { t, format } = useLanguage();
  const client = useQueryClient();
  const { act, account } = chosen;
  const [choices, setChoices] = useState<Choices>({ addresses: account.addresses.join('\n'), provider: '', subject: '' });
  const [pressed, setPressed] = useState(false);
  const run = useMutation({
    mutationFn: (reason: string) => callOf(chosen, choices, reason),
    onSuccess: async () => {
      const stale = [listAdministrators, listAdministratorSessions];
      await Promise.all(stale.map(({ id }) => client.invalidateQueries({ queryKey: [id] })));
      close();
    },
  });
  const { wrong } = readAddresses(choices.addresses);
  const incomplete =
    (act === 'setAddresses' && wrong.length > 0) ||
    (act === 'bind' && (choices.provider === '' || choices.subject.trim() === ''));
  const name = account.username;
  const text =
    typeof act === 'string' ? t(`administrators.${act}Text`, { name }) : t('administrators.unbindText', { name, ...act.unbind });
  const title =
    typeof act === 'string' ? t(`administrators.${act}`) : t('administrators.unbindOf', { provider: act.unbind.provider });
  return (
    <ConfirmDialog
      open
      title={title}
      consequence={text}
      confirm={typeof act === 'string' ? title : t('administrators.unbind')}
      danger={act !== 'enable' && act !== 'setAddresses' && act !== 'bind'}
      reasonLength={4}
      busy={run.isPending}
      error={run.error}
      onConfirm={(reason) => {
        setPressed(true);
        if (!incomplete) run.mutate(reason);
      }}
      onClose={close}
    >
      {act === 'setAddresses' ? (
        <Field
          label={t('administrators.addressesLabel')}
          hint={t('administrators.addressesHint')}
          error={pressed && wrong.length > 0 ? t('administrators.addressesWrong', { list: format.list(wrong) }) : undefined}
        >
          {(wiring) => (
            <Input.TextArea
              {...wiring}
              spellCheck={false}
              maxLength={4_000}
              autoSize={{ minRows: 3, maxRows: 8 }}
              value={choices.addresses}
              onChange={(event) => setChoices({ ...choices, addresses: event.target.value })}
            />
          )}
        </Field>
      ) : null}
      {act === 'bind' ? <BindFields choices={choices} change={setChoices} pressed={pressed} /> : null}
    </ConfirmDialog>
  );
}

interface BindFieldsProps {
  readonly choices: Choices;
  readonly change: (choices: Choices) => void;
  readonly pressed: boolean;
}

function BindFields({ choices, change, pressed }: BindFieldsProps) {
  const { t, language } = useLanguage();
  const setup = useEndpoint(setupState, { input: {} });
  const providers = setup.data?.providers ?? [];
  if (setup.data !== undefined && providers.length === 0) return <p>{t('administrators.noProviders')}</p>;
  return (
    <div className={styles.form}>
      <Field
        label={t('administrators.provider')}
        error={pressed && choices.provider === '' ? t('administrators.providerNone') : undefined}
      >
        {(wiring) => (
          <Select
            {...wiring}
            value={choices.provider === '' ? null : choices.provider}
            onChange={(provider) => change({ ...choices, provider })}
            options={providers.map(({ id, name }) => ({ value: id, label: name[language] }))}
          />
        )}
      </Field>
      <Field label={t('administrators.subject')} hint={t('administrators.subjectHint')}>
        {(wiring) => (
          <Input
            {...wiring}
            required
            spellCheck={false}
            maxLength={255}
            value={choices.subject}
            onChange={(event) => change({ ...choices, subject: event.target.value })}
          />
        )}
      </Field>
    </div>
  );
}
