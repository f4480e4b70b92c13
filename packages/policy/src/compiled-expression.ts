import { EntityRef } from './entity-ref.ts';
import { Evaluation } from './evaluation.ts';
import { EvaluationError, failure } from './evaluation-error.ts';
import type { CedarValue } from './value.ts';

/** Computes an expression's value for a request, or throws an {@link EvaluationError}. */
export type Evaluate = (evaluation: Evaluation) => CedarValue;

/** Like {@link Evaluate}, for an expression that is always a boolean. */
export type Test = (evaluation: Evaluation) => boolean;

/** What is demanded of nothing: one closure, so that it is known again. */
export const always: Test = () => true;

/** An expression as a closure. */
export interface CompiledExpression {
  readonly run: Evaluate;
  /** The same closure, when its value is always a boolean. */
  readonly test: Test | undefined;
  /** The value, when it depends on nothing. */
  readonly constant: CedarValue | undefined;
}

const nobody = new EntityRef('Nobody', '');
const emptyEvaluation = new Evaluation(nobody, nobody, nobody, {}, { get: () => undefined }, new Map());

/** An expression that reads the request or entities. */
export function dependent(run: Evaluate): CompiledExpression {
  return { run, test: undefined, constant: undefined };
}

/** A boolean expression that reads the request or entities. */
export function dependentTest(test: Test): CompiledExpression {
  return { run: test, test, constant: undefined };
}

/** A constant. */
export function constant(value: CedarValue): CompiledExpression {
  const run = () => value;
  return { run, test: typeof value === 'boolean' ? () => value : undefined, constant: value };
}

function fold(operands: readonly CompiledExpression[], run: Evaluate): CompiledExpression | undefined {
  if (operands.some((operand) => operand.constant === undefined)) return undefined;
  try {
    return constant(run(emptyEvaluation));
  } catch (error) {
    // An expression that always fails must fail when it is reached, and only then.
    if (error instanceof EvaluationError) return undefined;
    throw error;
  }
}

/** An expression that reads its operands only: computed now when these are constants. */
export function pure(operands: readonly CompiledExpression[], run: Evaluate): CompiledExpression {
  return fold(operands, run) ?? dependent(run);
}

/** Like {@link pure}, for a boolean expression. */
export function pureTest(operands: readonly CompiledExpression[], test: Test): CompiledExpression {
  return fold(operands, test) ?? dependentTest(test);
}

/** An operand as a boolean: a value of another type is a type error, as in Cedar. */
export function asTest(operand: CompiledExpression, operator: string): Test {
  if (operand.test !== undefined) return operand.test;
  const { run } = operand;
  const error = failure('type_error', `${operator} needs a boolean`);
  return (evaluation) => {
    const value = run(evaluation);
    if (typeof value === 'boolean') return value;
    throw error();
  };
}
