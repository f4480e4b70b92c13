import type { AlertView, PlaybookTest } from '@menshen/contract';
import { admits, type Company, factsOfAlert, onceKey, triggers } from './cause.ts';
import type { Facts } from './expression/evaluate.ts';
import { assertFilled } from './format/filled.ts';
import { allSteps, type Playbook } from './model.ts';
import { fillParameters, planRun, type Task } from './plan.ts';
import { type Actions, type Filled, StepError } from './ports.ts';
import type { StepRecord } from './store.ts';

type StepResult = PlaybookTest['steps'][number];

/** Previews look into the audit log: of each step the newest targets are looked at. */
const previewed = 5;
const shownExamples = 20;
const maxRounds = 300;

export interface Recorded {
  readonly alerts: readonly AlertView[];
  readonly from: number;
  readonly to: number;
  readonly truncated: boolean;
}

/**
 * What a playbook would have done on recorded alerts, in the order in which they came: the same triggers, conditions and plan as in a run, over outputs that
 * stand for the real ones. Nothing has an effect. Approvals are taken for given, and said to have been asked for.
 */
export async function simulate(
  playbook: Playbook,
  recorded: Recorded,
  actions: Actions,
  company: Company,
): Promise<PlaybookTest> {
  const results = new Map<string, { -readonly [Key in keyof StepResult]: StepResult[Key] }>(
    allSteps(playbook.steps).map(({ key }) => [
      key,
      { key, done: 0, skipped: 0, asked: 0, failed: 0, problem: null, stops: null },
    ]),
  );
  const targets = new Map<string, { readonly action: keyof Actions; readonly filled: Filled }[]>();
  const counts = { matched: 0, unmet: 0, folded: 0, runs: 0 };
  const examples: PlaybookTest['examples'] = [];
  const lastOf = new Map<string, number>();
  const ordered = [...recorded.alerts].sort((one, other) => one.found - other.found);

  for (const alert of ordered) {
    if (!triggers(playbook, alert)) continue;
    counts.matched += 1;
    const facts = factsOfAlert(alert, company);
    if (!admits(playbook, facts)) {
      counts.unmet += 1;
      continue;
    }
    const key = onceKey(playbook, facts);
    const last = key === null ? undefined : lastOf.get(key);
    if (key !== null && last !== undefined && playbook.once !== null && alert.found - last < playbook.once.withinMs) {
      counts.folded += 1;
      continue;
    }
    if (key !== null) lastOf.set(key, alert.found);
    counts.runs += 1;
    const run = rehearse(playbook, facts, actions);
    for (const { key: step, state, asked, problem, act } of run) {
      const result = results.get(step);
      if (result === undefined) continue;
      result[state] += 1;
      if (asked) result.asked += 1;
      result.problem ??= problem;
      if (act !== null) targets.set(step, [...(targets.get(step) ?? []), act].slice(-previewed));
    }
    examples.push({
      ...{ alert: alert.id, title: alert.title, at: alert.found, uid: alert.uid, address: alert.address },
      steps: run.flatMap(({ key: step, state }) => (state === 'done' ? [step] : [])),
      asked: run.flatMap(({ key: step, asked }) => (asked ? [step] : [])),
    });
  }
  for (const [step, acts] of targets) {
    const result = results.get(step);
    if (result !== undefined) result.stops = await stopsOf(acts, actions);
  }
  return {
    ...{ from: recorded.from, to: recorded.to, alerts: recorded.alerts.length, truncated: recorded.truncated, ...counts },
    steps: [...results.values()],
    examples: examples.slice(-shownExamples).reverse(),
  };
}

interface Rehearsed {
  readonly key: string;
  readonly state: 'done' | 'skipped' | 'failed';
  readonly asked: boolean;
  readonly problem: string | null;
  readonly act: { readonly action: keyof Actions; readonly filled: Filled } | null;
}

/** One run without effect. Steps are done in the order of the plan; what fails ends it, as it would end a run. */
function rehearse(playbook: Playbook, facts: Facts, actions: Actions): readonly Rehearsed[] {
  const records = new Map<string, StepRecord>();
  const done: Rehearsed[] = [];
  const all = { ...facts, run: { id: 'pr_preview', playbook: playbook.id, link: '' } };
  const put = (key: string, state: StepRecord['state'], output: StepRecord['output'], problem: string | null = null): void => {
    records.set(key, { step: key, state, attempts: 1, started: 0, ended: 0, due: 0, output, problem, approval: null });
  };
  const take = (task: Task): void => {
    if (task.kind === 'mark') {
      put(task.key, task.state, task.output);
      if (task.state !== 'running') done.push({ key: task.key, state: task.state, asked: false, problem: null, act: null });
      return;
    }
    const { key, step } = task;
    if (step.kind === 'approval') {
      put(key, 'done', { approved: true, by: '' });
      done.push({ key, state: 'done', asked: true, problem: null, act: null });
      return;
    }
    const filled = fillParameters(step.parameters, task.facts);
    try {
      assertFilled(step.action, filled);
      const asked = step.approval !== null || actions[step.action].asks?.(filled) === true;
      put(key, 'done', actions[step.action].simulated);
      done.push({ key, state: 'done', asked, problem: null, act: { action: step.action, filled } });
    } catch (error) {
      const problem = error instanceof StepError ? error.problem : 'failed';
      put(key, 'failed', {}, problem);
      done.push({ key, state: 'failed', asked: false, problem, act: null });
    }
  };
  for (let round = 0; round < maxRounds; round += 1) {
    const plan = planRun(playbook, records, all, 0);
    if (plan.outcome !== 'pending' || plan.tasks.length === 0) break;
    for (const task of plan.tasks) take(task);
  }
  return done;
}

async function stopsOf(
  acts: readonly { readonly action: keyof Actions; readonly filled: Filled }[],
  actions: Actions,
): Promise<StepResult['stops']> {
  const found: NonNullable<StepResult['stops']>[] = [];
  const seen = new Set<string>();
  for (const { action, filled } of acts) {
    const same = JSON.stringify([action, filled]);
    if (seen.has(same)) continue;
    seen.add(same);
    // What cannot be previewed, such as a campaign that is gone, stops nothing.
    const preview = await actions[action].preview(filled).catch(() => null);
    if (preview === null || preview.stops === null) continue;
    found.push(preview.stops);
  }
  const sum = (of: keyof NonNullable<StepResult['stops']>): number => found.reduce((total, stops) => total + stops[of], 0);
  return found.length === 0 ? null : { requests: sum('requests'), persons: sum('persons'), honest: sum('honest') };
}
