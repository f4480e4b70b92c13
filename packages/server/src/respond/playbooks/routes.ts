import * as contract from '@menshen/contract';
import { type Bound, bind } from '../../api/bind.ts';
import { canBeLifted } from './actions/catalogue.ts';
import { exportCacao } from './cacao/export.ts';
import { factsOfRun } from './context.ts';
import { expressionText, templateText } from './expression/print.ts';
import type { PlaybookLibrary } from './library.ts';
import { allSteps } from './model.ts';
import { filledSteps } from './plan.ts';
import type { PlaybookService } from './service.ts';
import { createDefinitions } from './source-set.ts';
import type { PlaybookStore, RunRecord, StepRecord } from './store.ts';
import { filledViews, type RuleTitle, runView, stepViews, summaryView } from './views.ts';

export interface PlaybookHandlerParts {
  readonly playbooks: PlaybookService;
  readonly runs: PlaybookStore;
  readonly library: () => PlaybookLibrary;
  readonly ruleTitle: RuleTitle;
  readonly clock: () => number;
}

const monthMs = 30 * 86_400_000;
const countedRuns = 500;
const shownRuns = 20;
const shownWaiting = 100;

/** Playbooks and their runs, for people. */
export function playbookHandlers({ playbooks, runs, library, ruleTitle, clock }: PlaybookHandlerParts): readonly Bound[] {
  const nameOf = (id: string): contract.Bilingual => library().entries.get(id)?.playbook.name ?? { zh: id, en: id };
  const view = (run: RunRecord): contract.PlaybookRunSummary => runView(run, nameOf(run.playbook));
  const recent = async (playbook: string): Promise<RunRecord[]> => {
    const since = clock() - monthMs;
    return (await runs.list({ playbook }, countedRuns)).filter(({ started }) => started >= since);
  };
  const definitions = createDefinitions((digest) => runs.source(digest));
  const definitionOf = (run: RunRecord) => definitions(run.source);
  const find = async (id: string): Promise<RunRecord> => {
    const run = await runs.find(id);
    if (run === null) throw new contract.MenshenError('not_found');
    return run;
  };

  return [
    bind(contract.listPlaybooks, async () => {
      const entries = await playbooks.entries();
      const waiting = await runs.waiting(shownWaiting);
      return {
        playbooks: await Promise.all(
          entries.map(async ({ entry, mode, set }) => summaryView(entry, mode, set, await recent(entry.playbook.id), ruleTitle)),
        ),
        waiting: await Promise.all(
          waiting.map(async ({ run, step }) => {
            const definition = await definitionOf(run);
            const found = definition === null ? undefined : allSteps(definition.steps).find(({ key }) => key === step.step);
            return {
              ...{ run: run.id, playbook: run.playbook, name: nameOf(run.playbook), step: step.step, since: step.started },
              stepName: found?.step.name ?? { zh: step.step, en: step.step },
              approval: step.approval ?? '',
            };
          }),
        ),
        broken: library().broken.map(({ file, problems }) => ({
          file,
          problems: problems.map(({ line, column, field, zh, en }) => ({ line, column, field, text: { zh, en } })),
        })),
        now: clock(),
      };
    }),
    bind(contract.getPlaybook, async ({ params }) => {
      const found = (await playbooks.entries()).find(({ entry }) => entry.playbook.id === params.id);
      if (found === undefined) throw new contract.MenshenError('not_found');
      const { playbook, yaml } = found.entry;
      const all = await recent(params.id);
      return {
        playbook: summaryView(found.entry, found.mode, found.set, all, ruleTitle),
        inputs: playbook.inputs.map((input) => ({ ...input })),
        when: playbook.when === null ? null : expressionText(playbook.when),
        once:
          playbook.once === null ? null : { by: templateText(playbook.once.by), withinSeconds: playbook.once.withinMs / 1_000 },
        steps: stepViews(playbook),
        yaml,
        runs: (await runs.list({ playbook: params.id }, shownRuns)).map(view),
      };
    }),
    bind(contract.exportPlaybook, async ({ params }) => ({ cacao: exportCacao(playbooks.entry(params.id)) })),
    bind(contract.setPlaybookMode, async ({ params, body, by }) => {
      await playbooks.setMode(params.id, body.mode, body.reason, by);
      return { ok: true as const };
    }),
    bind(contract.startPlaybook, async ({ params, body, session, by }) => {
      // A machine may start what people then approve; it never counts as one of them.
      const account = session?.account ?? { id: by, username: by, power: 'security' as const };
      return { run: await playbooks.start(params.id, body, account) };
    }),
    bind(contract.testPlaybook, async ({ params, body }) => await playbooks.test(params.id, body.days)),
    bind(contract.listPlaybookRuns, async ({ query: { playbook, show, before, limit } }) => ({
      runs: (await runs.list({ playbook, state: show, before }, limit)).map(view),
    })),
    bind(contract.getPlaybookRun, async ({ params }) => {
      const run = await find(params.id);
      const definition = await definitionOf(run);
      const records = new Map((await runs.steps(run.id)).map((record) => [record.step, record]));
      const steps = definition === null ? [] : stepViews(definition);
      const filled = definition === null ? null : filledSteps(definition, records, factsOfRun(run));
      const over = run.state === 'done' || run.state === 'failed' || run.state === 'aborted';
      const given = run.facts['input'];
      const inputs = typeof given === 'object' && given !== null && !Array.isArray(given) ? Object.entries(given) : [];
      return {
        run: view(run),
        mode: run.mode,
        inputs: inputs.map(([name, value]) => ({ name, value: String(value) })),
        steps: steps.map((step) => {
          const known = filled?.get(step.key);
          return { step, filled: known === undefined ? null : filledViews(known), record: recordView(records.get(step.key)) };
        }),
        liftable:
          over &&
          definition !== null &&
          allSteps(definition.steps).some(
            ({ key, step }) =>
              step.kind === 'action' && canBeLifted(step.action) && step.compensate && records.get(key)?.state === 'done',
          ),
        now: clock(),
      };
    }),
    bind(contract.abortPlaybookRun, async ({ params, body, by }) => {
      await playbooks.abort(params.id, body.lift, body.reason, by);
      return { ok: true as const };
    }),
    bind(contract.compensatePlaybookRun, async ({ params, body, by }) => {
      await playbooks.compensate(params.id, body.reason, by);
      return { ok: true as const };
    }),
    bind(contract.continuePlaybookRun, async ({ params }) => {
      await find(params.id);
      await runs.wake(params.id, clock());
      return { ok: true as const };
    }),
  ];
}

function recordView(record: StepRecord | undefined) {
  if (record === undefined) return null;
  const { state, attempts, started, ended, due, output, problem, approval } = record;
  const outputs = Object.entries(output).map(([name, value]) => ({
    name,
    value: typeof value === 'object' && value !== null ? [...value] : value,
  }));
  return { state, attempts, started, ended, due, outputs, problem, approval };
}
