import type { AdministratorPower, AlertSeverity, Bilingual } from '@menshen/contract';
import type { ActionName } from './actions/catalogue.ts';
import type { Expression, Value } from './expression/model.ts';
import type { Template } from './expression/template.ts';
import type { InputType } from './input-type.ts';

/** What starts a playbook by itself, or lets a person start it. */
export type Trigger =
  /** An alert of one of these rules (of any rule where absent), at least this severe. */
  | { readonly kind: 'alert'; readonly rules: readonly string[] | null; readonly severity: AlertSeverity }
  /** A finding of a scan whose rule begins with one of these (of any rule where absent), at least this severe. */
  | { readonly kind: 'finding'; readonly rules: readonly string[] | null; readonly severity: AlertSeverity }
  /** Every so many milliseconds, counted from the epoch. */
  | { readonly kind: 'schedule'; readonly everyMs: number }
  | { readonly kind: 'manual' };

/** What is asked of who starts a playbook by hand, or handed over by another playbook. */
export interface Input {
  readonly name: string;
  readonly type: InputType;
  readonly label: Bilingual;
  readonly required: boolean;
}

/** A text in both languages, each with expressions. */
export interface TextTemplate {
  readonly zh: Template;
  readonly en: Template;
}
export type Parameter =
  | { readonly kind: 'literal'; readonly value: Value }
  | { readonly kind: 'template'; readonly template: Template }
  | { readonly kind: 'text'; readonly text: TextTemplate };

export interface ApprovalRule {
  readonly power: AdministratorPower;
  /** How long the run waits for a decision, in milliseconds. */
  readonly withinMs: number;
  /** What a refusal, or no decision in time, means. */
  readonly otherwise: 'fail' | 'skip';
}

interface StepBase {
  /** Unique in its playbook. */
  readonly id: string;
  readonly name: Bilingual;
  /** The step is left out unless this holds. */
  readonly when: Expression | null;
}

export interface ActionStep extends StepBase {
  readonly kind: 'action';
  readonly action: ActionName;
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** Asked for whatever the risk; null where only the risk of the act decides. */
  readonly approval: ApprovalRule | null;
  /** Further tries after the first, and the wait before the first of them, which doubles. */
  readonly retry: { readonly times: number; readonly waitMs: number };
  readonly timeoutMs: number;
  readonly onFailure: 'stop' | 'continue';
  /** Whether what it did is taken back when the run fails. */
  readonly compensate: boolean;
}

export interface ApprovalStep extends StepBase {
  readonly kind: 'approval';
  readonly approval: ApprovalRule;
}

export interface ParallelStep extends StepBase {
  readonly kind: 'parallel';
  readonly branches: readonly (readonly Step[])[];
}

export interface IfStep extends StepBase {
  readonly kind: 'if';
  readonly condition: Expression;
  readonly onTrue: readonly Step[];
  readonly onFalse: readonly Step[];
}

export interface PlaybookStep extends StepBase {
  readonly kind: 'playbook';
  readonly playbook: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** Steps of that playbook, filled in when all playbooks are known. */
  readonly steps: readonly Step[];
}

export type Step = ActionStep | ApprovalStep | ParallelStep | IfStep | PlaybookStep;

export interface Playbook {
  readonly id: string;
  readonly version: number;
  readonly name: Bilingual;
  readonly description: Bilingual;
  readonly triggers: readonly Trigger[];
  readonly inputs: readonly Input[];
  /** An alert starts nothing unless this holds. */
  readonly when: Expression | null;
  /** Of several causes with the same value, one starts a run within the time. */
  readonly once: { readonly by: Template; readonly withinMs: number } | null;
  readonly steps: readonly Step[];
}

/** A step with the key that it has in a run: its id, behind the ids of the playbook steps around it (`outer/inner`). */
export interface KeyedStep {
  readonly key: string;
  readonly step: Step;
  /** How many steps it stands inside. */
  readonly depth: number;
}

/** Every step of a tree, outer ones first. */
export function allSteps(steps: readonly Step[], prefix = '', depth = 0): readonly KeyedStep[] {
  return steps.flatMap((step) => [
    { key: `${prefix}${step.id}`, step, depth },
    ...childrenOf(step).flatMap((sequence) => allSteps(sequence, innerPrefix(step, prefix), depth + 1)),
  ]);
}

/** What stands before the ids of the steps inside a step. */
export const innerPrefix = (step: Step, prefix: string): string => (step.kind === 'playbook' ? `${prefix}${step.id}/` : prefix);

/** The sequences that stand inside a step. */
export function childrenOf(step: Step): readonly (readonly Step[])[] {
  switch (step.kind) {
    case 'action':
    case 'approval':
      return [];
    case 'parallel':
      return step.branches;
    case 'if':
      return [step.onTrue, step.onFalse];
    case 'playbook':
      return [step.steps];
  }
}

/** `off`: starts only by hand. `ask`: by itself, and every measure waits for a person. `on`: by itself, and only high risk waits. */
export const playbookModes = ['off', 'ask', 'on'] as const;
export type PlaybookMode = (typeof playbookModes)[number];

export const runStates = ['running', 'waiting', 'done', 'failed', 'aborted', 'compensating', 'compensated'] as const;
/** `compensated`: it failed or was aborted, and what it had applied has been lifted. */
export type RunState = (typeof runStates)[number];

export const stepStates = [
  'approval',
  'running',
  'retrying',
  'done',
  'skipped',
  'failed',
  'compensating',
  'compensated',
] as const;
export type StepState = (typeof stepStates)[number];

/** Facts that a step leaves for later ones. */
export type Outputs = Readonly<Record<string, Value>>;
