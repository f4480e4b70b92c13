import { type CompiledExpression, type Evaluate, pureTest, type Test } from './compiled-expression.ts';
import { failure } from './evaluation-error.ts';
import { Datetime } from './extension/datetime.ts';
import { Duration } from './extension/duration.ts';
import { isLong, type Long } from './long.ts';
import type { CedarValue } from './value.ts';

/** The numbers that `<` compares: both longs, both datetimes or both durations; `undefined` otherwise. */
function comparable(left: CedarValue, right: CedarValue): readonly [Long, Long] | undefined {
  if (isLong(left) && isLong(right)) return [left, right];
  if (left instanceof Datetime && right instanceof Datetime) return [left.epochMilliseconds, right.epochMilliseconds];
  if (left instanceof Duration && right instanceof Duration) return [left.milliseconds, right.milliseconds];
  return undefined;
}

export type Comparison = '<' | '<=' | '>' | '>=';

const COMPARE: Readonly<Record<Comparison, (left: Long, right: Long) => boolean>> = {
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};

/** The test of an operator: each has a closure of its own, so that plain numbers are compared without another call. */
function testOf(operator: Comparison, left: Evaluate, right: Evaluate, slow: (a: CedarValue, b: CedarValue) => boolean): Test {
  switch (operator) {
    case '<':
      return (evaluation) => {
        const a = left(evaluation);
        const b = right(evaluation);
        return typeof a === 'number' && typeof b === 'number' ? a < b : slow(a, b);
      };
    case '<=':
      return (evaluation) => {
        const a = left(evaluation);
        const b = right(evaluation);
        return typeof a === 'number' && typeof b === 'number' ? a <= b : slow(a, b);
      };
    case '>':
      return (evaluation) => {
        const a = left(evaluation);
        const b = right(evaluation);
        return typeof a === 'number' && typeof b === 'number' ? a > b : slow(a, b);
      };
    case '>=':
      return (evaluation) => {
        const a = left(evaluation);
        const b = right(evaluation);
        return typeof a === 'number' && typeof b === 'number' ? a >= b : slow(a, b);
      };
  }
}

/** The same where the right side is a number that the policy names: most comparisons are. */
function boundTestOf(operator: Comparison, left: Evaluate, bound: number, slow: (a: CedarValue, b: CedarValue) => boolean): Test {
  switch (operator) {
    case '<':
      return (evaluation) => {
        const a = left(evaluation);
        return typeof a === 'number' ? a < bound : slow(a, bound);
      };
    case '<=':
      return (evaluation) => {
        const a = left(evaluation);
        return typeof a === 'number' ? a <= bound : slow(a, bound);
      };
    case '>':
      return (evaluation) => {
        const a = left(evaluation);
        return typeof a === 'number' ? a > bound : slow(a, bound);
      };
    case '>=':
      return (evaluation) => {
        const a = left(evaluation);
        return typeof a === 'number' ? a >= bound : slow(a, bound);
      };
  }
}

/** Compiles `<`, `<=`, `>` and `>=`. Both sides are always evaluated, the left one first. */
export function compileComparison(operator: Comparison, left: CompiledExpression, right: CompiledExpression): CompiledExpression {
  const error = failure('type_error', `\`${operator}\` needs two longs, two datetimes or two durations`);
  const compare = COMPARE[operator];
  const slow = (a: CedarValue, b: CedarValue): boolean => {
    const pair = comparable(a, b);
    if (pair === undefined) throw error();
    return compare(pair[0], pair[1]);
  };
  const bound = right.constant;
  const test =
    typeof bound === 'number' ? boundTestOf(operator, left.run, bound, slow) : testOf(operator, left.run, right.run, slow);
  return pureTest([left, right], test);
}
