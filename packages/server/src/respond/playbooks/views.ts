import {
  type Bilingual,
  measureWords,
  type PlaybookRunSummary,
  type PlaybookStepView,
  type PlaybookSummary,
  playbookParameterWords,
} from '@menshen/contract';
import { specOf } from './actions/catalogue.ts';
import { expressionText, templateText } from './expression/print.ts';
import type { PlaybookEntry } from './library.ts';
import {
  allSteps,
  childrenOf,
  innerPrefix,
  type Parameter,
  type Playbook,
  type PlaybookMode,
  type Step,
  type Trigger,
} from './model.ts';
import type { Filled } from './ports.ts';
import type { ModeRecord, RunRecord } from './store.ts';

export type RuleTitle = (rule: string) => Bilingual;

export function triggerView(trigger: Trigger, title: RuleTitle): PlaybookSummary['triggers'][number] {
  const none = { kind: trigger.kind, rules: null, severity: null, everySeconds: null };
  switch (trigger.kind) {
    case 'alert':
      return { ...none, rules: trigger.rules?.map((rule) => ({ rule, title: title(rule) })) ?? null, severity: trigger.severity };
    case 'finding':
      return {
        ...none,
        rules: trigger.rules?.map((rule) => ({ rule, title: { zh: rule, en: rule } })) ?? null,
        severity: trigger.severity,
      };
    case 'schedule':
      return { ...none, everySeconds: trigger.everyMs / 1_000 };
    case 'manual':
      return none;
  }
}

export function summaryView(
  { playbook, origin }: PlaybookEntry,
  mode: PlaybookMode,
  set: ModeRecord | null,
  runs: readonly RunRecord[],
  title: RuleTitle,
): PlaybookSummary {
  const [last] = runs;
  const steps = allSteps(playbook.steps);
  return {
    ...{ id: playbook.id, version: playbook.version, name: playbook.name, description: playbook.description, origin, mode },
    ...{ modeBy: set?.by ?? null, modeAt: set?.at ?? null, steps: steps.length, runs: runs.length },
    triggers: playbook.triggers.map((trigger) => triggerView(trigger, title)),
    asks: steps.filter(({ step }) => (step.kind === 'action' || step.kind === 'approval') && step.approval !== null).length,
    last: last === undefined ? null : runView(last, playbook.name),
  };
}

export function runView(run: RunRecord, name: Bilingual): PlaybookRunSummary {
  const { id, playbook, version, state, trigger, alert, uid, started, startedBy, ended, problem } = run;
  return { id, playbook, name, version, state, trigger, alert, uid, started, startedBy, ended, problem };
}

/** The steps of a playbook in the order in which they are drawn, each with the step that it stands in. */
export function stepViews({ steps }: Playbook): PlaybookStepView[] {
  const walk = (sequence: readonly Step[], prefix: string, parent: string | null, branch: number): PlaybookStepView[] =>
    sequence.flatMap((step) => {
      const key = `${prefix}${step.id}`;
      const inside = childrenOf(step).flatMap((one, at) => walk(one, innerPrefix(step, prefix), key, at));
      return [stepView(step, key, parent, branch), ...inside];
    });
  return walk(steps, '', null, 0);
}

function stepView(step: Step, key: string, parent: string | null, branch: number): PlaybookStepView {
  const spec = step.kind === 'action' ? specOf(step.action) : null;
  const approval = step.kind === 'action' || step.kind === 'approval' ? step.approval : null;
  const parameters = step.kind === 'action' || step.kind === 'playbook' ? step.parameters : {};
  return {
    ...{ key, parent, branch, kind: step.kind, name: step.name },
    action: step.kind === 'action' ? step.action : step.kind === 'playbook' ? step.playbook : null,
    summary: spec?.summary ?? null,
    when: step.when === null ? null : expressionText(step.when),
    condition: step.kind === 'if' ? expressionText(step.condition) : null,
    parameters: Object.entries(parameters).map(([name, parameter]) => ({ name, value: parameterView(parameter) })),
    approval:
      approval === null
        ? null
        : { power: approval.power, withinSeconds: approval.withinMs / 1_000, otherwise: approval.otherwise },
    risk: spec === null || spec.measure === null ? null : measureWords[spec.measure].riskClass,
    retries: step.kind === 'action' ? step.retry.times : null,
    lifted: step.kind === 'action' && step.compensate,
    mayFail: step.kind === 'action' && step.onFailure === 'continue',
  };
}

const same = (text: string): Bilingual => ({ zh: text, en: text });
const parameterOrder = Object.keys(playbookParameterWords);

/** Parameters with their values, as people read them: whom it is about first, for how long last. */
export function filledViews(filled: Filled): { readonly name: string; readonly value: Bilingual }[] {
  const sorted = Object.entries(filled).sort(([one], [other]) => parameterOrder.indexOf(one) - parameterOrder.indexOf(other));
  return sorted.map(([name, value]) => {
    if (typeof value !== 'object') return { name, value: same(String(value)) };
    return { name, value: 'zh' in value ? value : same(value.join(', ')) };
  });
}

function parameterView(parameter: Parameter): Bilingual {
  switch (parameter.kind) {
    case 'literal':
      return same(typeof parameter.value === 'string' ? parameter.value : JSON.stringify(parameter.value));
    case 'template':
      return same(templateText(parameter.template));
    case 'text':
      return { zh: templateText(parameter.text.zh), en: templateText(parameter.text.en) };
  }
}
