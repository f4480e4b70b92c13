import { type Facts, holds } from './expression/evaluate.ts';
import type { Value } from './expression/model.ts';
import { fill } from './expression/template.ts';
import {
  type ActionStep,
  type ApprovalStep,
  type IfStep,
  innerPrefix,
  type Outputs,
  type Parameter,
  type Playbook,
  type PlaybookStep,
  type Step,
} from './model.ts';
import type { Filled } from './ports.ts';
import type { StepRecord } from './store.ts';

/** One thing that a run is to do now. */
export type Task =
  /** A step that needs no work of its own: left out, entered, or left. */
  | { readonly kind: 'mark'; readonly key: string; readonly state: 'skipped' | 'running' | 'done'; readonly output: Outputs }
  | { readonly kind: 'act'; readonly key: string; readonly step: ActionStep; readonly facts: Facts }
  | { readonly kind: 'ask'; readonly key: string; readonly step: ActionStep | ApprovalStep; readonly facts: Facts }
  /** Looks whether somebody has decided. */
  | { readonly kind: 'look'; readonly key: string; readonly step: ActionStep | ApprovalStep; readonly facts: Facts };

export interface Plan {
  readonly tasks: readonly Task[];
  readonly outcome: 'done' | 'pending' | 'failed';
  /** Key of the step that failed. */
  readonly failed: string | null;
  /** When a step that waits for its time is to be looked at, epoch ms; null when none does. */
  readonly due: number | null;
  /** Whether a person is waited for. */
  readonly asking: boolean;
}

/**
 * What a run does next: the tree of its steps is walked over what stands in the store of each of them, and nothing else is remembered. A step that
 * stands as `running` was under way when a node died: it is done again with the same key.
 */
export function planRun(
  playbook: Playbook,
  records: ReadonlyMap<string, StepRecord>,
  facts: Facts,
  now: number,
  /** Hears of each step that the run has come to, also inside of those that are done, and of what its expressions may name. */
  reached?: (key: string, step: Step, facts: Facts) => void,
): Plan {
  const tasks: Task[] = [];
  let failed: string | null = null;
  let due: number | null = null;
  let asking = false;
  const wait = (at: number): void => {
    due = due === null ? at : Math.min(due, at);
  };
  type Outcome = Plan['outcome'];

  const walkAll = (steps: readonly Step[], prefix: string, inner: Facts): Outcome => {
    const known: Record<string, Outputs> = {};
    for (const step of steps) {
      const outcome = walk(step, prefix, { ...inner, steps: { ...outputsBefore(inner), ...known } });
      if (outcome !== 'done') return outcome;
      for (const [id, output] of outputsWithin(step, prefix, records)) known[id] = output;
    }
    return 'done';
  };

  const walk = (step: Step, prefix: string, inner: Facts): Outcome => {
    const key = `${prefix}${step.id}`;
    const record = records.get(key);
    reached?.(key, step, inner);
    if (record === undefined) {
      tasks.push(first(step, key, inner));
      return 'pending';
    }
    switch (record.state) {
      case 'done':
        if (reached !== undefined && step.kind !== 'action' && step.kind !== 'approval') within(step, key, prefix, record, inner);
        return 'done';
      case 'skipped':
      case 'compensating':
      case 'compensated':
        return 'done';
      case 'failed':
        if (step.kind === 'action' && step.onFailure === 'continue') return 'done';
        failed ??= key;
        return 'failed';
      case 'approval':
        asking = true;
        if (step.kind === 'action' || step.kind === 'approval') tasks.push({ kind: 'look', key, step, facts: inner });
        return 'pending';
      case 'retrying':
        if (record.due <= now && step.kind === 'action') tasks.push({ kind: 'act', key, step, facts: inner });
        else wait(record.due);
        return 'pending';
      case 'running':
        return within(step, key, prefix, record, inner);
    }
  };

  /** A step that was begun: an action is done again, one with steps inside goes on in them. */
  const within = (step: Step, key: string, prefix: string, record: StepRecord, inner: Facts): Outcome => {
    const leave = (outcome: Outcome): Outcome => {
      if (outcome !== 'done') return outcome;
      tasks.push({ kind: 'mark', key, state: 'done', output: record.output });
      return 'pending';
    };
    switch (step.kind) {
      case 'action':
        tasks.push({ kind: 'act', key, step, facts: inner });
        return 'pending';
      case 'approval':
        tasks.push({ kind: 'ask', key, step, facts: inner });
        return 'pending';
      case 'if':
        return leave(walkAll(record.output['met'] === true ? step.onTrue : step.onFalse, prefix, inner));
      case 'playbook':
        return leave(walkAll(step.steps, innerPrefix(step, prefix), { ...inner, input: record.output, steps: {} }));
      case 'parallel': {
        const outcomes = step.branches.map((branch) => walkAll(branch, prefix, inner));
        if (outcomes.includes('failed')) return 'failed';
        return leave(outcomes.includes('pending') ? 'pending' : 'done');
      }
    }
  };

  const outcome = walkAll(playbook.steps, '', facts);
  return { tasks: outcome === 'failed' ? [] : tasks, outcome, failed, due, asking };
}

/** What is done with a step of which nothing stands in the store. */
function first(step: Step, key: string, facts: Facts): Task {
  if (step.when !== null && !holds(step.when, facts)) return { kind: 'mark', key, state: 'skipped', output: {} };
  switch (step.kind) {
    case 'action':
      return step.approval === null ? { kind: 'act', key, step, facts } : { kind: 'ask', key, step, facts };
    case 'approval':
      return { kind: 'ask', key, step, facts };
    case 'parallel':
      return { kind: 'mark', key, state: 'running', output: {} };
    case 'if':
      return { kind: 'mark', key, state: 'running', output: { met: met(step, facts) } };
    case 'playbook':
      return { kind: 'mark', key, state: 'running', output: handed(step, facts) };
  }
}

const met = (step: IfStep, facts: Facts): boolean => holds(step.condition, facts);

/** What a playbook gets from the one that runs it. */
const handed = (step: PlaybookStep, facts: Facts): Outputs =>
  Object.fromEntries(Object.entries(step.parameters).map(([name, parameter]) => [name, filledIn(parameter, facts)]));

function filledIn(parameter: Parameter, facts: Facts): Value {
  switch (parameter.kind) {
    case 'literal':
      return parameter.value;
    case 'template':
      return fill(parameter.template, facts);
    // Playbooks take no texts in two languages: refused when the file is read.
    case 'text':
      return null;
  }
}

const outputsBefore = (facts: Facts): Facts => (facts['steps'] ?? {}) as Facts;

/** Outputs of a step and of what stands inside it, by the names that later steps use. */
function outputsWithin(step: Step, prefix: string, records: ReadonlyMap<string, StepRecord>): (readonly [string, Outputs])[] {
  const of = (id: string): Outputs => records.get(`${prefix}${id}`)?.output ?? {};
  switch (step.kind) {
    case 'action':
    case 'approval':
      return [[step.id, of(step.id)]];
    case 'parallel':
      return step.branches.flat().flatMap((inner) => outputsWithin(inner, prefix, records));
    case 'if':
      return [...step.onTrue, ...step.onFalse].flatMap((inner) => outputsWithin(inner, prefix, records));
    case 'playbook':
      return [];
  }
}

/** What the steps that a run has come to are done with, by key; the inputs of a playbook that it runs are what that is handed. */
export function filledSteps(
  playbook: Playbook,
  records: ReadonlyMap<string, StepRecord>,
  facts: Facts,
): ReadonlyMap<string, Filled> {
  const filled = new Map<string, Filled>();
  planRun(playbook, records, facts, 0, (key, step, known) => {
    if (step.kind === 'action' || step.kind === 'playbook') filled.set(key, fillParameters(step.parameters, known));
  });
  return filled;
}

/** Fills the parameters of an action in; what has no value is left out. */
export function fillParameters(parameters: Readonly<Record<string, Parameter>>, facts: Facts): Filled {
  const filled: Record<string, Filled[string]> = {};
  for (const [name, parameter] of Object.entries(parameters)) {
    if (parameter.kind === 'text') {
      const { zh, en } = parameter.text;
      filled[name] = { zh: String(fill(zh, facts) ?? ''), en: String(fill(en, facts) ?? '') };
      continue;
    }
    const value = filledIn(parameter, facts);
    if (value !== null && value !== '') filled[name] = value;
  }
  return filled;
}
