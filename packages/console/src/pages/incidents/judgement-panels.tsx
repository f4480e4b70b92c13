import type { DutyState, DutyView, IncidentDetail, JudgementView } from '@menshen/contract';
import { judgeIncident, recordDuty } from '@menshen/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { useMay } from '../../api/may.ts';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { Facts } from '../../ds/facts.tsx';
import { Panel } from '../../ds/panel.tsx';
import { Status, type Tone } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { DutyDialog } from './duty-dialog.tsx';
import styles from './incidents.module.css';
import { JudgementForm } from './judgement-form.tsx';
import { useNow } from './use-now.ts';

/** Who judged what on which facts, and the duties that follow. */
export function JudgementPanels({ incident }: { readonly incident: IncidentDetail }) {
  const { t } = useLanguage();
  const may = useMay();
  const [newest] = incident.judgements;
  const [judging, setJudging] = useState(newest === undefined);
  const ended = incident.state === 'false_alarm' || incident.mergedInto !== null;
  const allowed = may(judgeIncident) && !ended;
  return (
    <>
      <Panel title={<Status tone="warning">{t('incidents.notVerdict')}</Status>}>
        <p className={styles.text}>{t('incidents.notVerdictText')}</p>
      </Panel>
      <Panel
        title={t('incidents.judgement')}
        note={newest === undefined ? t('incidents.notJudged') : undefined}
        actions={allowed && !judging ? <Button onClick={() => setJudging(true)}>{t('incidents.judgeAgain')}</Button> : undefined}
      >
        {newest === undefined || (judging && allowed) ? null : <Judgement judgement={newest} />}
        {judging && allowed ? <JudgementForm incident={incident} done={() => setJudging(false)} /> : null}
      </Panel>
      <DutiesPanel incident={incident} />
      {incident.judgements.length < 2 ? null : (
        <Panel title={t('incidents.earlier')}>
          {incident.judgements.slice(1).map((one) => (
            <Judgement key={one.id} judgement={one} />
          ))}
        </Panel>
      )}
    </>
  );
}

function Judgement({ judgement: { by, at, facts, reason, suggested } }: { readonly judgement: JudgementView }) {
  const { t, format } = useLanguage();
  const said = (value: number | null): string => (value === null ? t('incidents.clockUnset') : format.number(value));
  return (
    <>
      <p className="paragraph">
        <strong>{t(`incidents.level.${facts.level}`)}</strong>{' '}
        <span className="quiet">{t('incidents.judgedBy', { name: by, time: format.dateTime(at) })}</span>
      </p>
      <p className="paragraph">{reason}</p>
      <Facts
        columns={2}
        facts={[
          { label: t('incidents.personalInformation'), value: t(`incidents.answer.${facts.personalInformation}`) },
          { label: t('incidents.people'), value: said(facts.people) },
          { label: t('incidents.harmAvoided'), value: facts.harmAvoided ? t('incidents.answer.yes') : t('incidents.answer.no') },
          { label: t('incidents.networkData'), value: t(`incidents.answer.${facts.networkData}`) },
          { label: t('incidents.nationalSecurity'), value: t(`incidents.answer.${facts.nationalSecurity}`) },
          { label: t('incidents.loss'), value: said(facts.lossYuan) },
        ]}
      />
      {suggested === null ? null : (
        <p className="paragraph quiet">{t('incidents.suggested', { level: t(`incidents.level.${suggested}`) })}</p>
      )}
    </>
  );
}

const tones: Readonly<Record<DutyState, Tone>> = {
  not_applicable: 'quiet',
  undecided: 'warning',
  running: 'warning',
  at_once: 'danger',
  overdue: 'danger',
  done: 'safe',
  done_late: 'warning',
  waiting: 'quiet',
};
const order: readonly DutyState[] = [
  'overdue',
  'running',
  'at_once',
  'undecided',
  'waiting',
  'done_late',
  'done',
  'not_applicable',
];

function DutiesPanel({ incident }: { readonly incident: IncidentDetail }) {
  const { t } = useLanguage();
  const may = useMay();
  const [all, setAll] = useState(false);
  const [open, setOpen] = useState<DutyView | null>(null);
  const rows = [...incident.duties]
    .filter(({ state }) => all || state !== 'not_applicable')
    .sort((one, other) => order.indexOf(one.state) - order.indexOf(other.state));
  const columns = useDutyColumns(may(recordDuty) ? setOpen : null);
  return (
    <Panel
      flush
      title={t('incidents.dutiesOf')}
      note={t('incidents.notVerdict')}
      actions={<Button onClick={() => setAll(!all)}>{all ? t('incidents.whichDuties') : t('incidents.allDuties')}</Button>}
    >
      <DataTable caption={t('incidents.dutiesOf')} columns={columns} rows={rows} rowKey={({ rule }) => rule.id} />
      {open === null ? null : <DutyDialog id={incident.id} duty={open} close={() => setOpen(null)} />}
    </Panel>
  );
}

function useDutyColumns(record: ((duty: DutyView) => void) | null): readonly Column<DutyView>[] {
  const { t, format, language } = useLanguage();
  const now = useNow();
  const columns: readonly Column<DutyView>[] = [
    {
      ...{ key: 'duty', title: t('incidents.duty'), wrap: true, grow: true },
      render: ({ rule, because }) => (
        <>
          {rule.title[language]}
          <div className="quiet">{t('incidents.article', { law: rule.law[language], article: rule.article })}</div>
          <div className="quiet">{because[language]}</div>
        </>
      ),
    },
    {
      ...{ key: 'state', title: t('incidents.deadline'), wrap: true, width: 170 },
      render: ({ state, due, started, done, rule }) => (
        <>
          <Status tone={tones[state]} filled={state === 'overdue'}>
            {t(`incidents.dutyState.${state}`)}
          </Status>
          {due === null || state === 'not_applicable' ? null : (
            <div className="figures">{t('incidents.dueAt', { time: format.minute(due) })}</div>
          )}
          {state === 'at_once' && started !== null ? (
            <div className="quiet">{t('incidents.elapsed', { span: format.span(now - started) })}</div>
          ) : null}
          <div className="quiet">{t(`incidents.certainty.${rule.certainty}`)}</div>
          {done.map(({ at, to, reference }) => (
            <div key={`${at} ${to}`}>
              {reference === ''
                ? t('incidents.doneAt', { time: format.minute(at), to })
                : t('incidents.doneWith', { time: format.minute(at), to, reference })}
            </div>
          ))}
        </>
      ),
    },
    {
      ...{ key: 'recipient', title: t('incidents.recipient'), wrap: true, width: 150 },
      render: ({ recipient, rule }) => recipient || rule.recipient[language],
    },
  ];
  if (record === null) return columns;
  return [
    ...columns,
    {
      ...{ key: 'act', title: t('incidents.done'), plain: true },
      render: (duty) =>
        duty.state === 'not_applicable' ? null : (
          <Button
            size="small"
            onClick={() => record(duty)}
            aria-label={t('incidents.recordDutyOf', { title: duty.rule.title[language] })}
          >
            {t('incidents.recordDuty')}
          </Button>
        ),
    },
  ];
}
