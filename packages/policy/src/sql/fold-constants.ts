import type { Expression } from '../ast.ts';
import { compileExpression } from '../compile-expression.ts';
import type { Evaluation } from '../evaluation.ts';
import { EvaluationError } from '../evaluation-error.ts';
import type { CedarRecord, CedarValue } from '../value.ts';
import { constantTerm, ERROR, type Term } from './term.ts';

/** An expression whose operands are all evaluated, whatever their values are. */
export type StrictExpression = Extract<
  Expression,
  { kind: 'unary' | 'binary' | 'attribute' | 'has' | 'like' | 'set' | 'record' | 'call' }
>;

/** The value of an expression that does not read the row. */
export function evaluateConstant(expression: Expression, evaluation: Evaluation): Term {
  try {
    return constantTerm(compileExpression(expression).run(evaluation));
  } catch (error) {
    if (error instanceof EvaluationError) return ERROR;
    throw error;
  }
}

function withOperands(expression: StrictExpression, operands: readonly Expression[]): Expression {
  const [first, second] = operands;
  switch (expression.kind) {
    case 'unary':
      return first === undefined ? expression : { ...expression, operand: first };
    case 'binary':
      return first === undefined || second === undefined ? expression : { ...expression, left: first, right: second };
    case 'attribute':
    case 'has':
    case 'like':
      return first === undefined ? expression : { ...expression, target: first };
    case 'set':
      return { ...expression, items: operands };
    case 'record':
      return {
        ...expression,
        fields: expression.fields.map(([name, value], index) => [name, operands[index] ?? value] as const),
      };
    case 'call':
      return { ...expression, args: operands };
  }
}

/**
 * The value of an expression whose operands turned out to be constants, as those of `if` do when its test is known. They are put
 * into a context of their own, so that this has the one meaning that operators have.
 */
export function foldConstants(
  expression: StrictExpression,
  operands: readonly CedarValue[],
  evaluationWith: (context: CedarRecord) => Evaluation,
): Term {
  const context = Object.fromEntries(operands.map((value, index) => [`v${index}`, value]));
  const references = operands.map(
    (_, index): Expression => ({ kind: 'attribute', target: { kind: 'variable', name: 'context' }, name: `v${index}` }),
  );
  return evaluateConstant(withOperands(expression, references), evaluationWith(context));
}
