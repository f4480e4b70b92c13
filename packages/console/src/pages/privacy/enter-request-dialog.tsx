import { createSubjectRequest, listSubjectRequests, privacyApi } from '@menshen/contract';
import { useNavigate } from '@tanstack/react-router';
import { Input, Select } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Field } from '../../ds/field.tsx';
import { useLanguage } from '../../i18n/language.tsx';

/** Enters a request that came by mail, by phone or in person. */
export function EnterRequestDialog({ close, person = '' }: { readonly close: () => void; readonly person?: string }) {
  const { t } = useLanguage();
  const navigate = useNavigate();
  const [uid, setUid] = useState(person);
  const [kind, setKind] = useState<privacyApi.RequestKind>('access');
  const [details, setDetails] = useState('');
  const [contact, setContact] = useState('');
  const create = useAction(createSubjectRequest, [listSubjectRequests]);
  const save = (): void => {
    const body = { uid: uid.trim(), kind, details: details.replaceAll('\n', ' ').trim(), contact: contact.trim() };
    create.mutate(
      { body },
      {
        onSuccess: ({ id }) => {
          close();
          void navigate({ to: '/privacy/requests/$id', params: { id } });
        },
      },
    );
  };
  return (
    <ConfirmDialog
      open
      title={t('privacy.enter')}
      consequence={t('privacy.enterText')}
      confirm={t('privacy.enterConfirm')}
      busy={create.isPending}
      error={create.error}
      onConfirm={save}
      onClose={close}
    >
      <Field label={t('column.uid')} hint={t('privacy.uidHint')}>
        {(wiring) => <Input {...wiring} maxLength={128} value={uid} onChange={(event) => setUid(event.target.value)} />}
      </Field>
      <Field label={t('privacy.kind')}>
        {(wiring) => (
          <Select
            {...wiring}
            value={kind}
            onChange={setKind}
            options={privacyApi.requestKinds.map((value) => ({ value, label: t(`privacy.kind.${value}`) }))}
          />
        )}
      </Field>
      <Field label={t('privacy.details')}>
        {(wiring) => (
          <Input.TextArea
            {...wiring}
            maxLength={2_000}
            autoSize={{ minRows: 2, maxRows: 6 }}
            value={details}
            onChange={(event) => setDetails(event.target.value)}
          />
        )}
      </Field>
      <Field label={t('privacy.contact')}>
        {(wiring) => <Input {...wiring} maxLength={200} value={contact} onChange={(event) => setContact(event.target.value)} />}
      </Field>
    </ConfirmDialog>
  );
}
