import {
  addReportSchedule,
  listReports,
  makeReport,
  type ReportInterval,
  type ReportType,
  reportIntervals,
  reportTypes,
} from '@menshen/contract';
import { Input, Modal, Segmented, Select } from 'antd';
import { useState } from 'react';
import type { Output } from '../../api/call.ts';
import { useAction } from '../../api/hooks.ts';
import { Field } from '../../ds/field.tsx';
import { useFocusReturn } from '../../ds/focus-return.ts';
import { ErrorState } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';

/** Makes a report now, or at intervals. */
export function MakeDialog({
  recurring,
  subjects,
  close,
}: {
  readonly recurring: boolean;
  readonly subjects: Output<typeof listReports>['subjects'];
  readonly close: () => void;
}) {
  const { t, language } = useLanguage();
  const [kind, setKind] = useState<ReportType>(recurring ? 'monthly' : 'mlps');
  const [subject, setSubject] = useState('all');
  const [lang, setLang] = useState(language);
  const [every, setEvery] = useState<ReportInterval>('month');
  const [reason, setReason] = useState('');
  const make = useAction(makeReport, [listReports]);
  const schedule = useAction(addReportSchedule, [listReports]);
  useFocusReturn(true);
  const title = t(recurring ? 'reports.addSchedule' : 'reports.make');
  const error = make.error ?? schedule.error;
  const send = (): void => {
    if (recurring) schedule.mutate({ body: { kind, subject, lang, every } }, { onSuccess: close });
    else make.mutate({ body: { kind, subject, lang, reason: reason.trim() } }, { onSuccess: close });
  };
  return (
    <Modal
      open
      title={title}
      okText={title}
      cancelText={t('dialog.cancel')}
      okButtonProps={{ loading: make.isPending || schedule.isPending }}
      onOk={send}
      onCancel={close}
    >
      <Field label={t('reports.kindTitle')} hint={t(`reports.about.${kind}`)}>
        {(wiring) => (
          <Select
            {...wiring}
            value={kind}
            onChange={setKind}
            options={reportTypes.map((value) => ({ value, label: t(`reports.kind.${value}`) }))}
            style={{ minInlineSize: 280 }}
          />
        )}
      </Field>
      <Field label={t('reports.subject')} hint={t('reports.subjectHint')}>
        {(wiring) => (
          <Select
            {...wiring}
            value={subject}
            onChange={setSubject}
            options={subjects.map(({ id, name }) => ({ value: id, label: name[language] }))}
            style={{ minInlineSize: 280 }}
          />
        )}
      </Field>
      <Field label={t('reports.langTitle')}>
        {(wiring) => (
          <Segmented
            {...wiring}
            value={lang}
            onChange={setLang}
            options={(['zh', 'en'] as const).map((value) => ({ value, label: t(`reports.lang.${value}`) }))}
          />
        )}
      </Field>
      {recurring ? (
        <Field label={t('reports.everyTitle')} hint={t('reports.everyHint')}>
          {(wiring) => (
            <Segmented
              {...wiring}
              value={every}
              onChange={setEvery}
              options={reportIntervals.map((value) => ({ value, label: t(`reports.every.${value}`) }))}
            />
          )}
        </Field>
      ) : (
        <Field label={t('reports.reason')}>
          {(wiring) => <Input {...wiring} maxLength={200} value={reason} onChange={(event) => setReason(event.target.value)} />}
        </Field>
      )}
      {error === null ? null : <ErrorState error={error} />}
    </Modal>
  );
}
