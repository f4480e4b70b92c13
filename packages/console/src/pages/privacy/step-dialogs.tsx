import { advanceSubjectRequest, getSubjectRequest, listSubjectRequests, verificationMethods } from '@menshen/contract';
import { Select } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Field } from '../../ds/field.tsx';
import { useLanguage } from '../../i18n/language.tsx';

export type NotedStep = 'note' | 'extend' | 'refuse' | 'close' | 'cancel';
const stale = [getSubjectRequest, listSubjectRequests];

/** A step of a request that takes a word of why; the person reads what extends, refuses or closes it. */
export function StepDialog({ id, step, close }: { readonly id: string; readonly step: NotedStep; readonly close: () => void }) {
  const { t } = useLanguage();
  const advance = useAction(advanceSubjectRequest, stale);
  return (
    <ConfirmDialog
      open
      title={t(`privacy.step.${step}`)}
      consequence={t(`privacy.stepText.${step}`)}
      confirm={t(`privacy.step.${step}`)}
      danger={step === 'refuse'}
      reasonLength={3}
      busy={advance.isPending}
      error={advance.error}
      onConfirm={(note) => advance.mutate({ params: { id }, body: { step, note } }, { onSuccess: close })}
      onClose={close}
    />
  );
}

/** Records how it was found out who asks. */
export function VerifyDialog({ id, close }: { readonly id: string; readonly close: () => void }) {
  const { t } = useLanguage();
  const [method, setMethod] = useState<(typeof verificationMethods)[number]>('call_back');
  const advance = useAction(advanceSubjectRequest, stale);
  return (
    <ConfirmDialog
      open
      title={t('privacy.step.verify')}
      consequence={t('privacy.stepText.verify')}
      confirm={t('privacy.step.verify')}
      reasonLength={3}
      busy={advance.isPending}
      error={advance.error}
      onConfirm={(note) => advance.mutate({ params: { id }, body: { step: 'verify', method, note } }, { onSuccess: close })}
      onClose={close}
    >
      <Field label={t('privacy.method')}>
        {(wiring) => (
          <Select
            {...wiring}
            value={method}
            onChange={setMethod}
            options={verificationMethods.map((value) => ({ value, label: t(`privacy.verification.${value}`) }))}
          />
        )}
      </Field>
    </ConfirmDialog>
  );
}
