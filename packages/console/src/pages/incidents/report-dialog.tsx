import { incidentSeverities, listIncidents, reportIncident } from '@menshen/contract';
import { useNavigate } from '@tanstack/react-router';
import { Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { Field } from '../../ds/field.tsx';
import { useFocusReturn } from '../../ds/focus-return.ts';
import { ErrorState } from '../../ds/states.tsx';
import { fromWallClock } from '../../i18n/format.ts';
import { useLanguage } from '../../i18n/language.tsx';

const blank = { title: '', text: '', reporter: '', occurred: '' };

/** What somebody noticed or was told, in their words. */
export function ReportDialog({ close }: { readonly close: () => void }) {
  const { t } = useLanguage();
  const navigate = useNavigate();
  const [values, setValues] = useState(blank);
  const [severity, setSeverity] = useState<(typeof incidentSeverities)[number]>('medium');
  const report = useAction(reportIncident, [listIncidents]);
  useFocusReturn(true);
  const put = (change: Partial<typeof blank>): void => setValues({ ...values, ...change });
  const send = (): void => {
    const occurred = fromWallClock(values.occurred);
    report.mutate(
      {
        body: {
          ...{ title: values.title, text: values.text, reporter: values.reporter, severity },
          ...(occurred === null ? {} : { occurred }),
        },
      },
      { onSuccess: ({ id }) => void navigate({ to: '/incidents/$id', params: { id } }) },
    );
  };
  return (
    <Modal
      open
      title={t('incidents.report')}
      okText={t('incidents.send')}
      cancelText={t('dialog.cancel')}
      okButtonProps={{ loading: report.isPending, disabled: values.title.trim().length < 2 }}
      onOk={send}
      onCancel={close}
    >
      <p className="paragraph">{t('incidents.reportText')}</p>
      <Field label={t('incidents.reportTitle')} hint={t('incidents.reportTitleHint')}>
        {(wiring) => (
          <Input {...wiring} maxLength={120} value={values.title} onChange={(event) => put({ title: event.target.value })} />
        )}
      </Field>
      <Field label={t('incidents.reportBody')}>
        {(wiring) => (
          <Input.TextArea
            {...wiring}
            maxLength={4_000}
            autoSize={{ minRows: 4, maxRows: 12 }}
            value={values.text}
            onChange={(event) => put({ text: event.target.value })}
          />
        )}
      </Field>
      <Field label={t('incidents.severity')}>
        {(wiring) => (
          <Select
            {...wiring}
            style={{ width: '100%' }}
            value={severity}
            onChange={setSeverity}
            options={incidentSeverities.map((value) => ({ value, label: t(`severity.${value}`) }))}
          />
        )}
      </Field>
      <Field label={t('incidents.reportWhen')} hint={t('incidents.reportWhenHint')}>
        {(wiring) => (
          <Input
            {...wiring}
            type="datetime-local"
            value={values.occurred}
            onChange={(event) => put({ occurred: event.target.value })}
          />
        )}
      </Field>
      <Field label={t('incidents.reporter')} hint={t('incidents.reporterHint')}>
        {(wiring) => (
          <Input
            {...wiring}
            maxLength={120}
            value={values.reporter}
            onChange={(event) => put({ reporter: event.target.value })}
          />
        )}
      </Field>
      {report.error === null ? null : <ErrorState error={report.error} />}
    </Modal>
  );
}
