import { correctForRequest, getSubjectRequest, listSubjectRequests } from '@menshen/contract';
import { Input } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Field } from '../../ds/field.tsx';
import { useLanguage } from '../../i18n/language.tsx';

const names = ['name', 'position', 'phone', 'email'] as const;

/** Corrects what was entered by hand; what is left empty stays as it is. */
export function CorrectDialog({ id, close }: { readonly id: string; readonly close: () => void }) {
  const { t } = useLanguage();
  const [fields, setFields] = useState<Readonly<Record<string, string>>>({});
  const correct = useAction(correctForRequest, [getSubjectRequest, listSubjectRequests]);
  const filled = Object.fromEntries(
    Object.entries(fields).flatMap(([name, text]) => (text.trim() === '' ? [] : [[name, text.trim()]])),
  );
  return (
    <ConfirmDialog
      open
      title={t('privacy.correct')}
      consequence={t('privacy.correctText')}
      confirm={t('privacy.correct')}
      reasonLength={3}
      busy={correct.isPending}
      error={correct.error}
      onConfirm={(note) => correct.mutate({ params: { id }, body: { ...filled, note } }, { onSuccess: close })}
      onClose={close}
    >
      {names.map((name) => (
        <Field key={name} label={t(`privacy.field.${name}`)}>
          {(wiring) => (
            <Input
              {...wiring}
              maxLength={name === 'email' ? 254 : 64}
              value={fields[name] ?? ''}
              onChange={(event) => setFields({ ...fields, [name]: event.target.value })}
            />
          )}
        </Field>
      ))}
    </ConfirmDialog>
  );
}
