import {
  abortPlaybookRun,
  compensatePlaybookRun,
  getPlaybookRun,
  type PlaybookRunDetail,
  type PlaybookStepView,
  problemText,
} from '@menshen/contract';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import cards from '../../components/cards.module.css';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { PersonLink } from '../../components/people/person-link.tsx';
import { Facts } from '../../ds/facts.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { Flow } from './flow.tsx';
import { StepState } from './step-state.tsx';
import { usePlaybookNews } from './use-news.ts';
import { runTones } from './words.ts';

const route = getRouteApi('/shell/playbooks/runs/$id');
const refreshMs = 3_000;

/** One run: how far it is, what waits for somebody, what each step did. */
export function RunPage() {
  const { t, format, language } = useLanguage();
  usePlaybookNews();
  const { id } = route.useParams();
  const run = useEndpoint(getPlaybookRun, { input: { params: { id } }, refetchMs: refreshMs });
  const summary = run.data?.run;
  return (
    <Page
      title={summary?.name[language] ?? t('playbooks.title')}
      question={summary === undefined ? t('playbooks.question') : t('playbooks.run', { time: format.dateTime(summary.started) })}
      trail={
        <Link to="/playbooks/$id" params={{ id: summary?.playbook ?? '' }}>
          {summary?.name[language] ?? t('playbooks.back')}
        </Link>
      }
    >
      <Loadable query={run} lines={16}>
        {(data) => (
          <>
            <RunPanel detail={data} />
            <Panel title={t('playbooks.progress')}>
              <StepsFlow detail={data} />
            </Panel>
          </>
        )}
      </Loadable>
    </Page>
  );
}

function StepsFlow({ detail }: { readonly detail: PlaybookRunDetail }) {
  const records = new Map(detail.steps.map(({ step, record }) => [step.key, record]));
  const filled = new Map(detail.steps.map((one) => [one.step.key, one.filled]));
  const recordOf = (step: PlaybookStepView) => records.get(step.key) ?? null;
  const views = new Map(detail.steps.map(({ step }) => [step.key, step]));
  /** Whether it will not come to this step any more: the run is over, or the other side of a condition was taken. */
  const isLeftOut = (step: PlaybookStepView): boolean => {
    if (detail.run.ended !== null) return true;
    const parent = step.parent === null ? undefined : views.get(step.parent);
    if (parent === undefined) return false;
    const met = recordOf(parent)?.outputs.find(({ name }) => name === 'met')?.value;
    const other = parent.kind === 'if' && typeof met === 'boolean' && met !== (step.branch === 0);
    return other || isLeftOut(parent);
  };
  return (
    <Flow
      steps={detail.steps.map(({ step }) => step)}
      filled={(step) => filled.get(step.key) ?? null}
      waits={(step) => recordOf(step)?.state === 'approval'}
      state={(step) => (
        <StepState
          step={step}
          filled={filled.get(step.key) ?? null}
          record={recordOf(step)}
          leftOut={isLeftOut(step)}
          now={detail.now}
        />
      )}
    />
  );
}

function RunPanel({ detail }: { readonly detail: PlaybookRunDetail }) {
  const { t, format, language } = useLanguage();
  const { run, mode, inputs } = detail;
  const { state, problem, started, ended, startedBy, alert, uid } = run;
  return (
    <Panel title={t('playbooks.state')} actions={<RunActs detail={detail} />}>
      <div className={cards.row}>
        <Status tone={runTones[state]} filled={state === 'waiting' || state === 'failed'}>
          {t(`playbooks.state.${state}`)}
        </Status>
        {ended === null ? null : (
          <span className="quiet">{t('playbooks.took', { time: format.span(Math.max(0, ended - started)) })}</span>
        )}
      </div>
      {problem === null ? null : <p>{t('playbooks.problem', { problem: problemText(problem)[language] })}</p>}
      {ended === null || problem === null ? null : (
        <p>
          {t('playbooks.takeOver')} <Link to="/containment">{t('playbooks.takeMeasure')}</Link>
          {' · '}
          <Link to="/playbooks/$id" params={{ id: run.playbook }}>
            {t('playbooks.startAgain')}
          </Link>
        </p>
      )}
      <Facts
        columns={3}
        facts={[
          { label: t('playbooks.began'), value: format.dateTime(started) },
          { label: t('playbooks.by'), value: startedBy },
          { label: t('playbooks.mode'), value: t(`playbooks.mode.${mode}`) },
          {
            label: t('playbooks.byAlert'),
            value:
              alert === null ? null : (
                <Link to="/alerts/$id" params={{ id: alert }}>
                  {alert}
                </Link>
              ),
          },
          { label: t('playbooks.about'), value: uid === null ? null : <PersonLink uid={uid} name={null} /> },
          ...inputs.map(({ name, value }) => ({ label: name, value })),
        ]}
      />
    </Panel>
  );
}

type Act = 'abort' | 'keep' | 'compensate';

function RunActs({ detail }: { readonly detail: PlaybookRunDetail }) {
  const { t } = useLanguage();
  const may = useMay();
  const [act, setAct] = useState<Act | null>(null);
  const abort = useAction(abortPlaybookRun, [getPlaybookRun]);
  const compensate = useAction(compensatePlaybookRun, [getPlaybookRun]);
  const { run, liftable } = detail;
  const open = run.state === 'running' || run.state === 'waiting';
  const close = (): void => {
    abort.reset();
    compensate.reset();
    setAct(null);
  };
  const confirm = (reason: string): void => {
    const params = { id: run.id };
    if (act === 'compensate') compensate.mutate({ params, body: { reason } }, { onSuccess: close });
    else abort.mutate({ params, body: { lift: act === 'abort', reason } }, { onSuccess: close });
  };
  return (
    <>
      {open && may(abortPlaybookRun) ? (
        <>
          <Button danger onClick={() => setAct('abort')}>
            {t('playbooks.abort')}
          </Button>
          <Button onClick={() => setAct('keep')}>{t('playbooks.keep')}</Button>
        </>
      ) : null}
      {liftable && may(compensatePlaybookRun) ? (
        <Button onClick={() => setAct('compensate')}>{t('playbooks.compensate')}</Button>
      ) : null}
      <ConfirmDialog
        open={act !== null}
        title={t(`playbooks.${act ?? 'abort'}`)}
        consequence={t(`playbooks.${act ?? 'abort'}Text`)}
        confirm={t(`playbooks.${act ?? 'abort'}`)}
        danger
        reasonLength={4}
        busy={abort.isPending || compensate.isPending}
        error={abort.error ?? compensate.error}
        onConfirm={confirm}
        onClose={close}
      />
    </>
  );
}
