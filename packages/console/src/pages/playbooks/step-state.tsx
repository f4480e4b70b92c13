import {
  decideApproval,
  getApproval,
  getPlaybookRun,
  type PlaybookFilled,
  type PlaybookRunDetail,
  type PlaybookStepView,
  playbookParameterName,
  problemText,
} from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { type ReactNode, useState } from 'react';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import cards from '../../components/cards.module.css';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './playbooks.module.css';
import { stepTones } from './words.ts';

type StepRecord = PlaybookRunDetail['steps'][number]['record'];
type Output = NonNullable<StepRecord>['outputs'][number];

const refreshMs = 5_000;

/** How far a step is: its state, how long it took, what it left, and the decision that it waits for. */
export function StepState({
  step,
  filled,
  record,
  leftOut,
  now,
}: {
  readonly step: PlaybookStepView;
  readonly filled: PlaybookFilled;
  readonly record: StepRecord;
  readonly leftOut: boolean;
  readonly now: number;
}) {
  const { t, format, language } = useLanguage();
  if (record === null) return <Status tone="quiet">{t(leftOut ? 'playbooks.step.skipped' : 'playbooks.step.none')}</Status>;
  const { state, attempts, started, ended, due, problem, outputs, approval } = record;
  // Which side of a condition was taken can be seen.
  const shown = step.kind === 'action' || step.kind === 'approval' ? outputs : [];
  const details = [
    format.dateTime(started),
    ...(ended === null ? [] : [t('playbooks.took', { time: format.span(Math.max(0, ended - started)) })]),
    ...(attempts > 1 ? [t('playbooks.tries', { count: attempts })] : []),
    ...(state === 'retrying' ? [t('playbooks.retryAt', { time: format.clock(due) })] : []),
    ...(state === 'approval' && due > now ? [t('playbooks.until', { time: format.minute(due) })] : []),
  ];
  return (
    <>
      <div className={cards.row}>
        <Status tone={stepTones[state]} filled={state === 'approval' || state === 'failed'}>
          {t(`playbooks.step.${state}`)}
        </Status>
        <span className="quiet">{details.join(' · ')}</span>
      </div>
      {problem === null ? null : <div>{t('playbooks.problem', { problem: problemText(problem)[language] })}</div>}
      {shown.length === 0 ? null : (
        <dl className={styles.parameters} aria-label={t('playbooks.outputs')}>
          {shown.map((output) => (
            <div key={output.name}>
              <dt>{outputName(output.name, t)}</dt>
              <dd>
                <OutputValue output={output} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {state === 'approval' && approval !== null ? <Decide step={step} filled={filled} approval={approval} /> : null}
    </>
  );
}

const named = [
  ...([
    'affected',
    'until',
    'measure',
    'incident',
    'notice',
    'entries',
    'sha256',
    'approved',
    'by',
    'deployments',
    'changed',
  ] as const),
  ...(['sources', 'critical', 'high', 'medium', 'overdue', 'assignment', 'people'] as const),
  ...(['requested', 'ok', 'ageHours', 'rpoSeconds', 'rtoSeconds'] as const),
] as const;

/** An output in words. */
function outputName(name: string, t: ReturnType<typeof useLanguage>['t']): string {
  const known = named.find((one) => one === name);
  return known === undefined ? name : t(`playbooks.output.${known}`);
}

/** What a step left; where it is a page of the console, the way to it. */
function OutputValue({ output: { name, value } }: { readonly output: Output }): ReactNode {
  const { t, format } = useLanguage();
  if (name === 'incident' && typeof value === 'string')
    return (
      <Link to="/incidents/$id" params={{ id: value }}>
        {t('playbooks.incident')}
      </Link>
    );
  if (name === 'measure') return <Link to="/containment">{t('playbooks.measure')}</Link>;
  if (name === 'until' && typeof value === 'number') return format.dateTime(value);
  if (typeof value === 'number') return format.number(value);
  if (typeof value === 'boolean') return t(value ? 'playbooks.yes' : 'playbooks.no');
  return String(value ?? '–');
}

/** The decision on a step, for whoever may make it. */
function Decide({
  step,
  filled,
  approval,
}: {
  readonly step: PlaybookStepView;
  readonly filled: PlaybookFilled;
  readonly approval: string;
}) {
  const { t, format, language } = useLanguage();
  const [decision, setDecision] = useState<'approve' | 'refuse' | null>(null);
  const request = useEndpoint(getApproval, { input: { params: { id: approval } }, refetchMs: refreshMs });
  const decide = useAction(decideApproval, [getPlaybookRun, getApproval]);
  const asked = request.data;
  if (asked === undefined) return null;
  const close = (): void => {
    decide.reset();
    setDecision(null);
  };
  const name = step.name[language];
  const summary = step.summary?.[language] ?? name;
  const given = (filled ?? []).map((one) => `${playbookParameterName(one.name)[language]} ${one.value[language]}`).join(' · ');
  const action = given === '' ? summary : t('playbooks.actWith', { action: summary, given });
  if (!asked.mayDecide)
    return (
      <div className="quiet">
        {t('playbooks.othersDecide', { powers: format.list(asked.approvers.map((power) => t(`power.${power}`))) })}
      </div>
    );
  return (
    <div className={cards.row}>
      <Button type="primary" onClick={() => setDecision('approve')} aria-label={t('playbooks.approveOf', { step: name })}>
        {t('playbooks.approve')}
      </Button>
      <Button danger onClick={() => setDecision('refuse')} aria-label={t('playbooks.refuseOf', { step: name })}>
        {t('playbooks.refuse')}
      </Button>
      <ConfirmDialog
        open={decision !== null}
        title={t(decision === 'refuse' ? 'playbooks.refuse' : 'playbooks.approve')}
        consequence={
          decision === 'refuse' ? t('playbooks.refuseText', { step: name }) : t('playbooks.approveText', { step: name, action })
        }
        confirm={t(decision === 'refuse' ? 'playbooks.refuse' : 'playbooks.approve')}
        danger
        reasonLength={decision === 'refuse' ? 4 : 0}
        busy={decide.isPending}
        error={decide.error}
        onConfirm={(note) => {
          if (decision !== null)
            decide.mutate({ params: { id: approval }, body: { decision, digest: asked.digest, note } }, { onSuccess: close });
        }}
        onClose={close}
      />
    </div>
  );
}
