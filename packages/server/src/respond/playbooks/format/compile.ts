import { actionNames, canBeLifted, isActionName, specOf } from '../actions/catalogue.ts';
import type { ActionStep, ApprovalRule, IfStep, ParallelStep, Playbook, PlaybookStep, Step, Trigger } from '../model.ts';
import { checkParameters, playbookParameters } from './parameters.ts';
import type { Report } from './problem.ts';
import type { PlaybookSource, StepSource } from './schema.ts';
import { conditionAt, type Scope, templateAt } from './scope.ts';

const defaults = { retry: { times: 2, waitMs: 10_000 }, timeoutMs: 60_000 } as const;
const maxSteps = 200;
const maxDepth = 8;

/** Turns a well-formed source into a playbook, and reports whatever in it cannot work. What comes back is of use only when nothing was reported. */
export function compilePlaybook(source: PlaybookSource, report: Report): Playbook {
  const inputs = source.inputs.map(({ name }) => name);
  source.inputs.forEach(({ name }, at) => {
    if (inputs.indexOf(name) !== at) report(['inputs', at, 'name'], { zh: '输入重名。', en: 'two inputs have this name.' });
  });
  const scope: Scope = { inputs, steps: new Map() };
  const compiler = createStepCompiler(inputs, report);
  const { id, version, name, description, when, once } = source;
  return {
    ...{ id, version, name, description },
    triggers: source.triggers.flatMap((trigger, at) => triggerOf(trigger, ['triggers', at], report)),
    inputs: source.inputs,
    when: when === undefined ? null : conditionAt(when, ['when'], scope, report),
    once: once === undefined ? null : { by: templateAt(once.by, ['once', 'by'], scope, report), withinMs: once.within },
    steps: compiler.sequence(source.steps, ['steps'], scope, 0),
  };
}

function triggerOf(
  { alert, finding, schedule, manual }: PlaybookSource['triggers'][number],
  path: readonly PropertyKey[],
  report: Report,
): Trigger[] {
  if ([alert, finding, schedule, manual].filter((one) => one !== undefined).length !== 1) {
    const text = { zh: '请写 alert、finding、schedule、manual 之一。', en: 'write one of alert, finding, schedule and manual.' };
    report(path, text);
    return [];
  }
  if (alert !== undefined) return [{ kind: 'alert', rules: alert.rules ?? null, severity: alert.severity }];
  if (finding !== undefined) return [{ kind: 'finding', rules: finding.rules ?? null, severity: finding.severity }];
  return schedule === undefined ? [{ kind: 'manual' }] : [{ kind: 'schedule', everyMs: schedule.every }];
}

function createStepCompiler(inputs: readonly string[], report: Report) {
  const seen = new Set<string>();

  const sequence = (steps: readonly StepSource[], path: readonly PropertyKey[], scope: Scope, depth: number): Step[] => {
    if (depth > maxDepth) {
      report(path, { zh: `嵌套超过 ${maxDepth} 层。`, en: `nested more than ${maxDepth} deep.` });
      return [];
    }
    const known = new Map(scope.steps);
    return steps.flatMap((source, at) => {
      const place = [...path, at];
      if (seen.has(source.id)) report([...place, 'id'], { zh: '步骤编号重复。', en: 'two steps have this id.' });
      seen.add(source.id);
      if (seen.size === maxSteps + 1)
        report(place, { zh: `步骤超过 ${maxSteps} 个。`, en: `there are more than ${maxSteps} steps.` });
      const made = stepOf(source, place, { inputs, steps: known }, depth);
      // What stands inside a step is known to those after it, except what a branch that is not taken would have left: that is without a value.
      if (made !== null) for (const [id, outputs] of outputsOf(made)) known.set(id, outputs);
      return made === null ? [] : [made];
    });
  };

  const stepOf = (source: StepSource, path: readonly PropertyKey[], scope: Scope, depth: number): Step | null => {
    const kind = kindOf(source);
    if (kind === null) {
      report(path, {
        zh: '步骤应恰好写 do、playbook、parallel、if 之一，或只写 approval。',
        en: 'a step has exactly one of do, playbook, parallel and if, or approval alone.',
      });
      return null;
    }
    for (const field of foreignFields(source, kind))
      report([...path, field], {
        zh: `${kindWords[kind].zh}步骤没有字段 ${field}。`,
        en: `a step of this kind (${kindWords[kind].en}) has no ${field}.`,
      });
    const { id, name } = source;
    const when = source.when === undefined ? null : conditionAt(source.when, [...path, 'when'], scope, report);
    const base = { id, name, when };
    switch (kind) {
      case 'action':
        return actionOf(source, path, scope, base);
      case 'approval':
        return { ...base, kind, approval: approvalOf(source.approval) ?? { power: 'security', withinMs: 0, otherwise: 'fail' } };
      case 'playbook':
        return {
          ...{ ...base, kind, playbook: source.playbook ?? '', steps: [] },
          parameters: playbookParameters(source.with ?? {}, [...path, 'with'], scope, report),
        } satisfies PlaybookStep;
      case 'parallel':
        return {
          ...{ ...base, kind },
          branches: (source.parallel ?? []).map((branch, at) => sequence(branch, [...path, 'parallel', at], scope, depth + 1)),
        } satisfies ParallelStep;
      case 'if': {
        if (source.onTrue === undefined)
          report([...path, 'onTrue'], { zh: 'if 步骤需要 onTrue。', en: 'a step with if needs onTrue.' });
        return {
          ...{ ...base, kind },
          condition: conditionAt(source.if ?? '', [...path, 'if'], scope, report) ?? { kind: 'literal', value: false },
          onTrue: sequence(source.onTrue ?? [], [...path, 'onTrue'], scope, depth + 1),
          onFalse: sequence(source.onFalse ?? [], [...path, 'onFalse'], scope, depth + 1),
        } satisfies IfStep;
      }
    }
  };

  const actionOf = (
    source: StepSource,
    path: readonly PropertyKey[],
    scope: Scope,
    base: Pick<Step, 'id' | 'name' | 'when'>,
  ): ActionStep | null => {
    const action = source.do ?? '';
    if (!isActionName(action)) {
      const list = actionNames.join(', ');
      report([...path, 'do'], { zh: `没有这个动作。可用：${list}。`, en: `there is no such action; there are: ${list}.` });
      return null;
    }
    const measure = canBeLifted(action);
    if (source.compensate !== undefined && !measure)
      report([...path, 'compensate'], {
        zh: '此动作没有可解除的措施。',
        en: 'this action applies nothing that could be lifted.',
      });
    return {
      ...{ ...base, kind: 'action', action },
      parameters: checkParameters(action, source.with ?? {}, [...path, 'with'], scope, report),
      approval: approvalOf(source.approval),
      retry: source.retry === undefined ? defaults.retry : { times: source.retry.times, waitMs: source.retry.wait },
      timeoutMs: source.timeout ?? defaults.timeoutMs,
      onFailure: source.onFailure ?? 'stop',
      compensate: measure && (source.compensate ?? true),
    };
  };

  return { sequence };
}

const approvalOf = (source: StepSource['approval']): ApprovalRule | null =>
  source === undefined ? null : { power: source.power, withinMs: source.within, otherwise: source.otherwise };

/** Outputs that a step and what stands inside it leave for the steps after it. */
function outputsOf(step: Step): (readonly [string, readonly string[]])[] {
  switch (step.kind) {
    case 'action':
      return [[step.id, specOf(step.action).outputs]];
    case 'approval':
      return [[step.id, ['approved', 'by']]];
    case 'parallel':
      return step.branches.flat().flatMap(outputsOf);
    case 'if':
      return [...step.onTrue, ...step.onFalse].flatMap(outputsOf);
    // The steps of another playbook are its own affair.
    case 'playbook':
      return [];
  }
}

type Kind = Step['kind'];

const kindWords: Readonly<Record<Kind, { zh: string; en: string }>> = {
  action: { zh: 'do ', en: 'do' },
  playbook: { zh: 'playbook ', en: 'playbook' },
  parallel: { zh: 'parallel ', en: 'parallel' },
  if: { zh: 'if ', en: 'if' },
  approval: { zh: 'approval ', en: 'approval alone' },
};

function kindOf(source: StepSource): Kind | null {
  const kinds: readonly (readonly [Kind, unknown])[] = [
    ['action', source.do],
    ['playbook', source.playbook],
    ['parallel', source.parallel],
    ['if', source.if],
  ];
  const found = kinds.filter(([, given]) => given !== undefined);
  if (found.length === 0) return source.approval === undefined ? null : 'approval';
  return found.length === 1 ? (found[0]?.[0] ?? null) : null;
}

const owns: Readonly<Record<Kind, readonly (keyof StepSource)[]>> = {
  action: ['do', 'with', 'approval', 'retry', 'timeout', 'onFailure', 'compensate'],
  playbook: ['playbook', 'with'],
  parallel: ['parallel'],
  if: ['if', 'onTrue', 'onFalse'],
  approval: ['approval'],
};
const common: readonly string[] = ['id', 'name', 'when'];

const foreignFields = (source: StepSource, kind: Kind): string[] =>
  Object.entries(source)
    .filter(
      ([field, given]) => given !== undefined && !common.includes(field) && !(owns[kind] as readonly string[]).includes(field),
    )
    .map(([field]) => field);
