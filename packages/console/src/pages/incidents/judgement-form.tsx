import {
  eventLevels,
  getIncident,
  type IncidentDetail,
  type JudgementFacts,
  judgeIncident,
  listDuties,
  listIncidents,
} from '@menshen/contract';
import { Button, Checkbox, Input, InputNumber, Radio, Select } from 'antd';
import { useState } from 'react';
import type { Output } from '../../api/call.ts';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { Field } from '../../ds/field.tsx';
import { ErrorState } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './incidents.module.css';

const unknown: JudgementFacts = {
  ...{ level: 'undetermined', personalInformation: 'possible', people: null, harmAvoided: false },
  ...{ networkData: 'possible', nationalSecurity: 'no', lossYuan: null },
};
const answers = ['no', 'possible', 'yes'] as const;
const least = 4;

type Threshold = Output<typeof listDuties>['thresholds'][number];

/** The highest level that numbers point to; the server says the same. */
function pointedTo(facts: JudgementFacts, thresholds: readonly Threshold[]): JudgementFacts['level'] | null {
  const people = facts.personalInformation === 'no' ? null : facts.people;
  const reached = thresholds.filter(({ of, atLeast }) => ((of === 'people' ? people : facts.lossYuan) ?? -1) >= atLeast);
  return reached.map(({ level }) => level).sort((one, other) => eventLevels.indexOf(other) - eventLevels.indexOf(one))[0] ?? null;
}

/** States facts and a level: who does so stands by it with their name. */
export function JudgementForm({ incident, done }: { readonly incident: IncidentDetail; readonly done: () => void }) {
  const { t } = useLanguage();
  const [facts, setFacts] = useState<JudgementFacts>(incident.judgements[0]?.facts ?? unknown);
  const [reason, setReason] = useState('');
  const book = useEndpoint(listDuties, { input: {} });
  const judge = useAction(judgeIncident, [getIncident, listIncidents]);
  const put = (change: Partial<JudgementFacts>): void => setFacts({ ...facts, ...change });
  const pointed = pointedTo(facts, book.data?.thresholds ?? []);
  const below = pointed !== null && eventLevels.indexOf(facts.level) < eventLevels.indexOf(pointed);
  const threeWay = (name: 'personalInformation' | 'networkData' | 'nationalSecurity') => (
    <Field label={t(`incidents.${name}`)}>
      {({ id }) => (
        <Radio.Group
          id={id}
          aria-label={t(`incidents.${name}`)}
          value={facts[name]}
          onChange={(event) => put({ [name]: event.target.value as (typeof answers)[number] })}
          options={answers.map((value) => ({ value, label: t(`incidents.answer.${value}`) }))}
        />
      )}
    </Field>
  );
  const figure = (name: 'people' | 'lossYuan', label: string) => (
    <Field label={label} hint={t('incidents.unknownHint')}>
      {(wiring) => (
        <InputNumber
          {...wiring}
          style={{ width: '100%' }}
          min={0}
          precision={0}
          value={facts[name]}
          onChange={(value) => put({ [name]: value })}
        />
      )}
    </Field>
  );
  return (
    <>
      <div className={styles.fields}>
        {threeWay('personalInformation')}
        {figure('people', t('incidents.people'))}
        {threeWay('networkData')}
        {figure('lossYuan', t('incidents.loss'))}
        {threeWay('nationalSecurity')}
        <Field
          label={t('incidents.level')}
          hint={
            pointed === null
              ? undefined
              : below
                ? t('incidents.belowSuggested', { level: t(`incidents.level.${pointed}`) })
                : t('incidents.suggested', { level: t(`incidents.level.${pointed}`) })
          }
        >
          {(wiring) => (
            <Select
              {...wiring}
              style={{ width: '100%' }}
              value={facts.level}
              onChange={(level) => put({ level })}
              options={eventLevels.map((value) => ({ value, label: t(`incidents.level.${value}`) }))}
            />
          )}
        </Field>
      </div>
      <p className="paragraph">
        <Checkbox checked={facts.harmAvoided} onChange={(event) => put({ harmAvoided: event.target.checked })}>
          {t('incidents.harmAvoided')}
        </Checkbox>
      </p>
      <Field label={t('incidents.reason')} hint={t('incidents.reasonHint')}>
        {(wiring) => (
          <Input.TextArea
            {...wiring}
            maxLength={2_000}
            autoSize={{ minRows: 2, maxRows: 8 }}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        )}
      </Field>
      <Button
        type="primary"
        loading={judge.isPending}
        disabled={reason.trim().length < least}
        onClick={() => judge.mutate({ params: { id: incident.id }, body: { facts, reason } }, { onSuccess: done })}
      >
        {t('incidents.judge')}
      </Button>
      {judge.error === null ? null : <ErrorState error={judge.error} />}
    </>
  );
}
