import { getPlaybook, listPlaybooks, type PlaybookInput, type PlaybookSummary, startPlaybook } from '@menshen/contract';
import { useNavigate } from '@tanstack/react-router';
import { Input } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Field } from '../../ds/field.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './playbooks.module.css';

interface StartDialogProps {
  readonly open: boolean;
  readonly playbook: PlaybookSummary;
  readonly inputs: readonly PlaybookInput[];
  readonly onClose: () => void;
}

/** Asks for what a playbook needs, and why it is started; leads to the run. */
export function StartDialog({ open, playbook, inputs, onClose }: StartDialogProps) {
  const { t, language } = useLanguage();
  const navigate = useNavigate();
  const [given, setGiven] = useState<Readonly<Record<string, string>>>({});
  const start = useAction(startPlaybook, [getPlaybook, listPlaybooks]);
  const close = (): void => {
    start.reset();
    setGiven({});
    onClose();
  };
  const values = Object.fromEntries(
    inputs.flatMap(({ name, type }) => {
      const text = given[name]?.trim() ?? '';
      return text === '' ? [] : [[name, type === 'number' ? Number(text) : text]];
    }),
  );
  return (
    <ConfirmDialog
      open={open}
      title={t('playbooks.start')}
      consequence={t('playbooks.startText')}
      confirm={t('playbooks.start')}
      danger
      reasonLength={4}
      busy={start.isPending}
      error={start.error}
      onConfirm={(reason) =>
        start.mutate(
          { params: { id: playbook.id }, body: { inputs: values, reason } },
          { onSuccess: ({ run }) => void navigate({ to: '/playbooks/runs/$id', params: { id: run } }) },
        )
      }
      onClose={close}
    >
      {inputs.map(({ name, label, required }) => (
        <div key={name} className={styles.field}>
          <Field label={required ? `${label[language]} (${t('playbooks.required')})` : label[language]}>
            {(wiring) => (
              <Input
                {...wiring}
                value={given[name] ?? ''}
                maxLength={520}
                onChange={(event) => setGiven({ ...given, [name]: event.target.value })}
              />
            )}
          </Field>
        </div>
      ))}
    </ConfirmDialog>
  );
}
