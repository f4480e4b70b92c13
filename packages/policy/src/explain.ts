import type { EntityScope, Expression, PolicyAst } from './ast.ts';
import { compileExpression } from './compile-expression.ts';
import { compileActionScope, compileEntityScope, NOTHING_ASSURED } from './compile-scope.ts';
import { asTest } from './compiled-expression.ts';
import type { Decision } from './decision.ts';
import { formatEntityUid } from './entity-uid-text.ts';
import type { Evaluation } from './evaluation.ts';
import { EvaluationError } from './evaluation-error.ts';
import type { Policy, PolicyInfo } from './policy.ts';
import { printExpression } from './print-expression.ts';

const MAX_TEXT = 500;

/** Why a policy matched or did not. `text` is the part of the policy that decided, in Cedar's syntax. */
export type PolicyReason =
  | { readonly code: 'matched' }
  | { readonly code: 'principal_mismatch' | 'resource_mismatch'; readonly text: string }
  /** `condition` counts the clauses of the policy from 0. A `when` failed at `text`; an `unless` held because of it. */
  | { readonly code: 'when_false' | 'unless_true'; readonly condition: number; readonly text: string }
  | { readonly code: 'error'; readonly condition: number; readonly text: string; readonly message: string };

/** One policy's part in a decision. */
export interface ExplainedPolicy {
  readonly policy: PolicyInfo;
  readonly matched: boolean;
  /** Whether it is among those that decided. */
  readonly determining: boolean;
  readonly reason: PolicyReason;
}

/** A decision with every policy for the action. */
export interface Explanation {
  /** The answer that counts: any evaluation error is a refusal. */
  readonly decision: Decision;
  /** The answer by Cedar's rules, which skip what cannot be evaluated. */
  readonly cedarDecision: Decision;
  /** Policies whose action is the request's: the determining ones first, then in the order of loading. */
  readonly policies: readonly ExplainedPolicy[];
  /** How many policies are for other actions. */
  readonly otherActions: number;
}

function shorten(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}

function printScope(variable: 'principal' | 'resource', scope: EntityScope): string {
  switch (scope.kind) {
    case 'any':
      return variable;
    case 'equals':
      return `${variable} == ${formatEntityUid(scope.entity)}`;
    case 'in':
      return `${variable} in ${formatEntityUid(scope.entity)}`;
    case 'is':
      return `${variable} is ${scope.type}${scope.within === undefined ? '' : ` in ${formatEntityUid(scope.within)}`}`;
  }
}

function operandsOf(kind: 'and' | 'or', expression: Expression): Expression[] {
  const operands: Expression[] = [];
  let rest = expression;
  while (rest.kind === kind) {
    operands.unshift(rest.right);
    rest = rest.left;
  }
  return [rest, ...operands];
}

type Outcome = { readonly holds: boolean } | { readonly error: EvaluationError };

function outcomeOf(expression: Expression, evaluation: Evaluation): Outcome {
  try {
    return { holds: asTest(compileExpression(expression), 'a condition')(evaluation) };
  } catch (error) {
    if (error instanceof EvaluationError) return { error };
    throw error;
  }
}

/** The first operand of a chain that is not as the chain needs it, which is where its evaluation ends. */
function decisivePart(body: Expression, kind: 'and' | 'or', evaluation: Evaluation): Expression {
  const goesOn = kind === 'and';
  for (const operand of operandsOf(kind, body)) {
    const outcome = outcomeOf(operand, evaluation);
    if ('error' in outcome || outcome.holds !== goesOn) return operand;
  }
  return body;
}

function reasonOf(ast: PolicyAst, evaluation: Evaluation): PolicyReason {
  for (const variable of ['principal', 'resource'] as const) {
    const test = compileEntityScope(ast[variable], variable, NOTHING_ASSURED);
    if (test?.(evaluation) === false) return { code: `${variable}_mismatch`, text: printScope(variable, ast[variable]) };
  }
  for (const [condition, { kind, body }] of ast.conditions.entries()) {
    const outcome = outcomeOf(body, evaluation);
    const wanted = kind === 'when';
    if (!('error' in outcome) && outcome.holds === wanted) continue;
    const text = shorten(printExpression(decisivePart(body, wanted ? 'and' : 'or', evaluation)));
    if ('error' in outcome) return { code: 'error', condition, text, message: outcome.error.message };
    return { code: wanted ? 'when_false' : 'unless_true', condition, text };
  }
  return { code: 'matched' };
}

/** Explains a decision; see `CompiledPolicies.explain`. Compiles anew, part by part: for people, not for the request path. */
export function explainDecision(
  policies: readonly Policy[],
  evaluation: Evaluation,
  decision: Decision,
  cedarDecision: Decision,
): Explanation {
  const concerned = policies.filter((policy) => compileActionScope(policy.ast.action)?.(evaluation) !== false);
  const determining = new Set(cedarDecision.determining);
  const explained = concerned.map((policy): ExplainedPolicy => {
    const reason = reasonOf(policy.ast, evaluation);
    const { info } = policy;
    return { policy: info, matched: reason.code === 'matched', determining: determining.has(info.id), reason };
  });
  return {
    decision,
    cedarDecision,
    policies: [...explained.filter((policy) => policy.determining), ...explained.filter((policy) => !policy.determining)],
    otherActions: policies.length - concerned.length,
  };
}
