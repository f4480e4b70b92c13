import {
  type AssessmentFields,
  type AssessmentView,
  assessmentQuestions,
  assessmentTriggers,
  listAssessments,
  putAssessment,
  type TriggerView,
} from '@menshen/contract';
import { Button, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Field } from '../../ds/field.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './privacy.module.css';

const conclusions = ['open', 'acceptable', 'acceptable_with_measures', 'not_acceptable'] as const;
type Risk = AssessmentFields['risks'][number];
const noRisk: Risk = { what: '', likelihood: 2, impact: 2, measure: '', owner: '' };

interface Props {
  readonly known: AssessmentView | null;
  readonly trigger: TriggerView['trigger'];
  readonly close: () => void;
}

/** The form of an assessment: the three questions of PIPL article 56, risks with their measures, and a conclusion. Saving makes a new version. */
export function AssessmentDialog({ known, trigger, close }: Props) {
  const { t } = useLanguage();
  const [fields, setFields] = useState<AssessmentFields>(
    known?.fields ?? {
      ...{ title: '', triggers: [trigger], purposes: [], risks: [], conclusion: 'open' },
      answers: { lawful: '', impact: '', measures: '' },
    },
  );
  const put = useAction(putAssessment, [listAssessments]);
  const change = (part: Partial<AssessmentFields>): void => setFields({ ...fields, ...part });
  const setRisk = (at: number, part: Partial<Risk>): void =>
    change({ risks: fields.risks.map((risk, index) => (index === at ? { ...risk, ...part } : risk)) });
  const save = (): void => {
    const risks = fields.risks.filter(({ what }) => what.trim() !== '');
    const id = known?.id ?? `a-${Date.now().toString(36)}`;
    put.mutate({ params: { id }, body: { version: known?.version ?? 0, fields: { ...fields, risks } } }, { onSuccess: close });
  };
  return (
    <ConfirmDialog
      open
      title={t(known === null ? 'assessments.add' : 'assessments.edit')}
      consequence={t('assessments.dialogText')}
      confirm={t('processors.save')}
      busy={put.isPending}
      error={put.error}
      onConfirm={save}
      onClose={close}
    >
      <Field label={t('assessments.name')}>
        {(wiring) => (
          <Input {...wiring} maxLength={120} value={fields.title} onChange={(event) => change({ title: event.target.value })} />
        )}
      </Field>
      <Field label={t('assessments.triggers')}>
        {(wiring) => (
          <Select
            {...wiring}
            mode="multiple"
            value={fields.triggers}
            onChange={(triggers) => change({ triggers })}
            options={assessmentTriggers.map((value) => ({ value, label: t(`assessments.trigger.${value}`) }))}
          />
        )}
      </Field>
      {assessmentQuestions.map((question) => (
        <Field key={question} label={t(`assessments.question.${question}`)}>
          {(wiring) => (
            <Input.TextArea
              {...wiring}
              maxLength={4_000}
              autoSize={{ minRows: 2, maxRows: 8 }}
              value={fields.answers[question]}
              onChange={(event) => change({ answers: { ...fields.answers, [question]: event.target.value } })}
            />
          )}
        </Field>
      ))}
      {fields.risks.map((risk, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: risks have no name of their own while they are written
        <div key={at} className={styles.risk}>
          <Field label={t('assessments.risk')}>
            {(wiring) => (
              <Input
                {...wiring}
                maxLength={500}
                value={risk.what}
                onChange={(event) => setRisk(at, { what: event.target.value })}
              />
            )}
          </Field>
          <Field label={t('assessments.likelihood')}>
            {(wiring) => (
              <InputNumber
                {...wiring}
                min={1}
                max={5}
                value={risk.likelihood}
                onChange={(value) => setRisk(at, { likelihood: value ?? 1 })}
              />
            )}
          </Field>
          <Field label={t('assessments.impact')}>
            {(wiring) => (
              <InputNumber
                {...wiring}
                min={1}
                max={5}
                value={risk.impact}
                onChange={(value) => setRisk(at, { impact: value ?? 1 })}
              />
            )}
          </Field>
          <Field label={t('assessments.measure')}>
            {(wiring) => (
              <Input
                {...wiring}
                maxLength={1_000}
                value={risk.measure}
                onChange={(event) => setRisk(at, { measure: event.target.value })}
              />
            )}
          </Field>
          <Field label={t('privacy.owner')}>
            {(wiring) => (
              <Input
                {...wiring}
                maxLength={100}
                value={risk.owner}
                onChange={(event) => setRisk(at, { owner: event.target.value })}
              />
            )}
          </Field>
        </div>
      ))}
      <p className="paragraph">
        <Button disabled={fields.risks.length >= 50} onClick={() => change({ risks: [...fields.risks, noRisk] })}>
          {t('assessments.addRisk')}
        </Button>
      </p>
      <Field label={t('assessments.conclusion')}>
        {(wiring) => (
          <Select
            {...wiring}
            value={fields.conclusion}
            onChange={(conclusion) => change({ conclusion })}
            options={conclusions.map((value) => ({ value, label: t(`assessments.conclusion.${value}`) }))}
          />
        )}
      </Field>
    </ConfirmDialog>
  );
}
