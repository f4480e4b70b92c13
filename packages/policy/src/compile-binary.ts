import type { BinaryOperator } from './ast.ts';
import { compileComparison } from './compile-comparison.ts';
import { type CompiledExpression, dependent, dependentTest, pure, pureTest } from './compiled-expression.ts';
import { EntityRef } from './entity-ref.ts';
import type { Evaluation } from './evaluation.ts';
import { failure } from './evaluation-error.ts';
import { addLong, isLong, type Long, multiplyLong, subtractLong } from './long.ts';
import { CedarSet, type CedarValue, hasAttribute, normalizeValue, readAttribute, valuesEqual } from './value.ts';

type Operand = CompiledExpression;

function compileEquals(left: Operand, right: Operand): Operand {
  const [fixed, other] = right.constant === undefined ? [left.constant, right] : [right.constant, left];
  // Strings, booleans and numbers in canonical form are equal exactly when they are identical.
  if (fixed !== undefined && typeof fixed !== 'object') {
    return pureTest([left, right], (evaluation) => other.run(evaluation) === fixed);
  }
  const { run: first } = left;
  const { run: second } = right;
  return pureTest([left, right], (evaluation) => valuesEqual(first(evaluation), second(evaluation)));
}

function compileNotEquals(left: Operand, right: Operand): Operand {
  return pureTest([left, right], (evaluation) => !valuesEqual(left.run(evaluation), right.run(evaluation)));
}

function compileArithmetic(operator: string, compute: (left: Long, right: Long) => Long, left: Operand, right: Operand): Operand {
  const error = failure('type_error', `\`${operator}\` needs two longs`);
  return pure([left, right], (evaluation) => {
    const a = left.run(evaluation);
    const b = right.run(evaluation);
    if (isLong(a) && isLong(b)) return compute(a, b);
    throw error();
  });
}

const notEntity = failure('type_error', '`in` needs an entity on its left');
const notGroup = failure('type_error', '`in` needs an entity or a set of entities on its right');

function groupKey(value: CedarValue): string {
  if (value instanceof EntityRef) return value.key;
  throw notGroup();
}

function isInSet(ref: EntityRef, keys: readonly string[], evaluation: Evaluation): boolean {
  const ancestors = evaluation.entity(ref)?.ancestors;
  return keys.some((key) => key === ref.key || ancestors?.has(key) === true);
}

function compileIn(left: Operand, right: Operand): Operand {
  const fixed = right.constant;
  if (fixed instanceof EntityRef) {
    const { run } = left;
    const { key } = fixed;
    return dependentTest((evaluation) => {
      const ref = run(evaluation);
      if (ref instanceof EntityRef) return evaluation.isIn(ref, key);
      throw notEntity();
    });
  }
  if (fixed instanceof CedarSet && fixed.items.every((item) => item instanceof EntityRef)) {
    const keys = fixed.items.map(groupKey);
    return dependentTest((evaluation) => {
      const ref = left.run(evaluation);
      if (ref instanceof EntityRef) return isInSet(ref, keys, evaluation);
      throw notEntity();
    });
  }
  return dependentTest((evaluation) => {
    const ref = left.run(evaluation);
    const group = right.run(evaluation);
    if (!(ref instanceof EntityRef)) throw notEntity();
    if (group instanceof EntityRef) return evaluation.isIn(ref, group.key);
    if (!(group instanceof CedarSet)) throw notGroup();
    // Every element is checked for its type, also behind one that matches.
    const keys = group.items.map((item) => groupKey(normalizeValue(item)));
    return isInSet(ref, keys, evaluation);
  });
}

function compileContains(left: Operand, right: Operand): Operand {
  const error = failure('type_error', '`contains` needs a set');
  return pureTest([left, right], (evaluation) => {
    const set = left.run(evaluation);
    const value = right.run(evaluation);
    if (set instanceof CedarSet) return set.has(value);
    throw error();
  });
}

function compileSetTest(
  name: string,
  test: (left: CedarSet, right: CedarSet) => boolean,
  left: Operand,
  right: Operand,
): Operand {
  const error = failure('type_error', `\`${name}\` needs two sets`);
  return pureTest([left, right], (evaluation) => {
    const a = left.run(evaluation);
    const b = right.run(evaluation);
    if (a instanceof CedarSet && b instanceof CedarSet) return test(a, b);
    throw error();
  });
}

function tagOperands(name: string, left: Operand, right: Operand): (evaluation: Evaluation) => readonly [EntityRef, string] {
  const error = failure('type_error', `\`${name}\` needs an entity and a string`);
  return (evaluation) => {
    const ref = left.run(evaluation);
    const tag = right.run(evaluation);
    if (ref instanceof EntityRef && typeof tag === 'string') return [ref, tag];
    throw error();
  };
}

function compileGetTag(left: Operand, right: Operand): Operand {
  const operands = tagOperands('getTag', left, right);
  const noEntity = failure('no_such_entity', 'the entity whose tag is read does not exist');
  const noTag = failure('no_such_tag', 'the tag does not exist');
  return dependent((evaluation) => {
    const [ref, tag] = operands(evaluation);
    const entity = evaluation.entity(ref);
    if (entity === undefined) throw noEntity();
    const value = entity.tags === undefined ? undefined : readAttribute(entity.tags, tag);
    if (value === undefined) throw noTag();
    return value;
  });
}

function compileHasTag(left: Operand, right: Operand): Operand {
  const operands = tagOperands('hasTag', left, right);
  return dependentTest((evaluation) => {
    const [ref, tag] = operands(evaluation);
    const tags = evaluation.entity(ref)?.tags;
    return tags !== undefined && hasAttribute(tags, tag);
  });
}

/** Compiles an operator or method whose two operands are always both evaluated. */
export function compileBinary(operator: BinaryOperator, left: CompiledExpression, right: CompiledExpression): CompiledExpression {
  switch (operator) {
    case '==':
      return compileEquals(left, right);
    case '!=':
      return compileNotEquals(left, right);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compileComparison(operator, left, right);
    case '+':
      return compileArithmetic(operator, addLong, left, right);
    case '-':
      return compileArithmetic(operator, subtractLong, left, right);
    case '*':
      return compileArithmetic(operator, multiplyLong, left, right);
    case 'in':
      return compileIn(left, right);
    case 'contains':
      return compileContains(left, right);
    case 'containsAll':
      return compileSetTest(operator, (a, b) => a.hasAll(b), left, right);
    case 'containsAny':
      return compileSetTest(operator, (a, b) => a.hasAny(b), left, right);
    case 'getTag':
      return compileGetTag(left, right);
    case 'hasTag':
      return compileHasTag(left, right);
  }
}
