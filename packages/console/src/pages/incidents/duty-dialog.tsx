import { type DutyView, getIncident, listIncidents, recordDuty } from '@menshen/contract';
import { Input, Modal } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { Field } from '../../ds/field.tsx';
import { useFocusReturn } from '../../ds/focus-return.ts';
import { ErrorState } from '../../ds/states.tsx';
import { fromWallClock, toWallClock } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';

/** That a report went out: when, to whom, under which number. */
export function DutyDialog({ id, duty, close }: { readonly id: string; readonly duty: DutyView; readonly close: () => void }) {
  const { t, language } = useLanguage();
  const [values, setValues] = useState({
    at: toWallClock(Date.now()),
    to: duty.recipient || duty.rule.recipient[language],
    reference: '',
  });
  const record = useAction(recordDuty, [getIncident, listIncidents]);
  useFocusReturn(true);
  const put = (change: Partial<typeof values>): void => setValues({ ...values, ...change });
  const at = fromWallClock(values.at);
  return (
    <Modal
      open
      title={t('incidents.recordDutyOf', { title: duty.rule.title[language] })}
      okText={t('incidents.recordDuty')}
      cancelText={t('dialog.cancel')}
      okButtonProps={{ loading: record.isPending, disabled: at === null || values.to.trim() === '' }}
      onOk={() => {
        const { to, reference } = values;
        if (at !== null) record.mutate({ params: { id, rule: duty.rule.id }, body: { at, to, reference } }, { onSuccess: close });
      }}
      onCancel={close}
    >
      <Field label={t('incidents.sentAt')}>
        {(wiring) => (
          <Input {...wiring} type="datetime-local" value={values.at} onChange={(event) => put({ at: event.target.value })} />
        )}
      </Field>
      <Field label={t('incidents.sentTo')}>
        {(wiring) => (
          <Input {...wiring} maxLength={200} value={values.to} onChange={(event) => put({ to: event.target.value })} />
        )}
      </Field>
      <Field label={t('incidents.reference')} hint={t('incidents.referenceHint')}>
        {(wiring) => (
          <Input
            {...wiring}
            maxLength={200}
            value={values.reference}
            onChange={(event) => put({ reference: event.target.value })}
          />
        )}
      </Field>
      {record.error === null ? null : <ErrorState error={record.error} />}
    </Modal>
  );
}
