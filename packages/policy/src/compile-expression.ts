import type { Expression, Variable } from './ast.ts';
import { compileBinary } from './compile-binary.ts';
import { asTest, type CompiledExpression, constant, dependent, dependentTest, pure, pureTest } from './compiled-expression.ts';
import { EntityRef } from './entity-ref.ts';
import type { Evaluation } from './evaluation.ts';
import { type EvaluationError, failure } from './evaluation-error.ts';
import { EXTENSION_FUNCTIONS } from './extension-functions.ts';
import { compileLikePattern } from './like-pattern.ts';
import { isLong, negateLong } from './long.ts';
import { type CedarRecord, CedarSet, type CedarValue, hasAttribute, isRecord, readAttribute } from './value.ts';

type Of<Kind extends Expression['kind']> = Extract<Expression, { kind: Kind }>;

const VARIABLES: Readonly<Record<Variable, CompiledExpression>> = {
  principal: dependent((evaluation) => evaluation.principal),
  action: dependent((evaluation) => evaluation.action),
  resource: dependent((evaluation) => evaluation.resource),
  context: dependent((evaluation) => evaluation.context),
};

function compileAnd(expression: Of<'and' | 'or'>): CompiledExpression {
  const operands = [compileExpression(expression.left), compileExpression(expression.right)] as const;
  const left = asTest(operands[0], '`&&`');
  const right = asTest(operands[1], '`&&`');
  return operands[0].constant === false
    ? constant(false)
    : pureTest(operands, (evaluation) => left(evaluation) && right(evaluation));
}

function compileOr(expression: Of<'and' | 'or'>): CompiledExpression {
  const operands = [compileExpression(expression.left), compileExpression(expression.right)] as const;
  const left = asTest(operands[0], '`||`');
  const right = asTest(operands[1], '`||`');
  return operands[0].constant === true
    ? constant(true)
    : pureTest(operands, (evaluation) => left(evaluation) || right(evaluation));
}

function compileIf(expression: Of<'if'>): CompiledExpression {
  const condition = compileExpression(expression.test);
  const consequent = compileExpression(expression.consequent);
  const alternative = compileExpression(expression.alternative);
  if (typeof condition.constant === 'boolean') return condition.constant ? consequent : alternative;
  const test = asTest(condition, '`if`');
  const { test: consequentTest } = consequent;
  const { test: alternativeTest } = alternative;
  if (consequentTest !== undefined && alternativeTest !== undefined) {
    return dependentTest((evaluation) => (test(evaluation) ? consequentTest(evaluation) : alternativeTest(evaluation)));
  }
  return dependent((evaluation) => (test(evaluation) ? consequent.run(evaluation) : alternative.run(evaluation)));
}

function compileUnary(expression: Of<'unary'>): CompiledExpression {
  const operand = compileExpression(expression.operand);
  switch (expression.operator) {
    case '!': {
      const test = asTest(operand, '`!`');
      return pureTest([operand], (evaluation) => !test(evaluation));
    }
    case 'neg': {
      const error = failure('type_error', '`-` needs a long');
      return pure([operand], (evaluation) => {
        const value = operand.run(evaluation);
        if (isLong(value)) return negateLong(value);
        throw error();
      });
    }
    case 'isEmpty': {
      const error = failure('type_error', '`isEmpty` needs a set');
      return pureTest([operand], (evaluation) => {
        const value = operand.run(evaluation);
        if (value instanceof CedarSet) return value.isEmpty;
        throw error();
      });
    }
  }
}

/** The attributes behind a value, `undefined` for an entity that does not exist; a value of another type is an error. */
function attributesOf(value: CedarValue, evaluation: Evaluation, typeError: () => EvaluationError): CedarRecord | undefined {
  if (value instanceof EntityRef) return evaluation.entity(value)?.attrs;
  if (isRecord(value)) return value;
  throw typeError();
}

/** How the attributes behind an expression are found; variables, by far the most frequent, without detours. */
function attributesReader(
  expression: Expression,
  target: CompiledExpression,
  typeError: () => EvaluationError,
): (evaluation: Evaluation) => CedarRecord | undefined {
  if (expression.kind === 'variable') {
    switch (expression.name) {
      case 'principal':
        return (evaluation) => evaluation.principalEntity?.attrs;
      case 'resource':
        return (evaluation) => evaluation.resourceEntity?.attrs;
      case 'context':
        return (evaluation) => evaluation.context;
    }
  }
  return (evaluation) => attributesOf(target.run(evaluation), evaluation, typeError);
}

interface Missing {
  readonly noEntity: () => EvaluationError;
  readonly noAttribute: () => EvaluationError;
}

/** An attribute that must be there. One function for all places, so that the engine puts it into each of them. */
function readRequired(record: CedarRecord | undefined, name: string, missing: Missing): CedarValue {
  if (record === undefined) throw missing.noEntity();
  const value = readAttribute(record, name);
  if (value === undefined) throw missing.noAttribute();
  return value;
}

function compileAttribute(expression: Of<'attribute'>): CompiledExpression {
  const { name } = expression;
  const target = compileExpression(expression.target);
  const typeError = failure('type_error', `\`.${name}\` needs a record or an entity`);
  const noEntity = failure('no_such_entity', `the entity whose \`${name}\` is read does not exist`);
  const noAttribute = failure('no_such_attribute', `the attribute \`${name}\` does not exist`);
  const missing = { noEntity, noAttribute };
  if (expression.target.kind === 'variable') {
    // By far the most frequent targets, each in one call.
    switch (expression.target.name) {
      case 'principal':
        return dependent((evaluation) => readRequired(evaluation.principalEntity?.attrs, name, missing));
      case 'resource':
        return dependent((evaluation) => readRequired(evaluation.resourceEntity?.attrs, name, missing));
      case 'context':
        return dependent((evaluation) => readRequired(evaluation.context, name, missing));
    }
  }
  const run = (evaluation: Evaluation): CedarValue =>
    readRequired(attributesOf(target.run(evaluation), evaluation, typeError), name, missing);
  return isRecord(target.constant) ? pure([target], run) : dependent(run);
}

function compileHas(expression: Of<'has'>): CompiledExpression {
  const target = compileExpression(expression.target);
  const typeError = failure('type_error', '`has` needs a record or an entity');
  const parents = expression.path.slice(0, -1);
  const last = expression.path[expression.path.length - 1] ?? '';
  const attributes = attributesReader(expression.target, target, typeError);
  const test = (evaluation: Evaluation): boolean => {
    let record = attributes(evaluation);
    for (const name of parents) {
      const value = record === undefined ? undefined : readAttribute(record, name);
      if (value === undefined) return false;
      record = attributesOf(value, evaluation, typeError);
    }
    return record !== undefined && hasAttribute(record, last);
  };
  // A path may lead through an entity, so only its absence of parents makes a constant record's answer constant.
  return isRecord(target.constant) && parents.length === 0 ? pureTest([target], test) : dependentTest(test);
}

function compileLike(expression: Of<'like'>): CompiledExpression {
  const target = compileExpression(expression.target);
  const matches = compileLikePattern(expression.pattern);
  const error = failure('type_error', '`like` needs a string');
  return pureTest([target], (evaluation) => {
    const value = target.run(evaluation);
    if (typeof value === 'string') return matches(value);
    throw error();
  });
}

function compileIs(expression: Of<'is'>): CompiledExpression {
  const { type } = expression;
  const target = compileExpression(expression.target);
  const error = failure('type_error', '`is` needs an entity');
  const isType = pureTest([target], (evaluation) => {
    const value = target.run(evaluation);
    if (value instanceof EntityRef) return value.type === type;
    throw error();
  });
  if (expression.within === undefined) return isType;
  const within = compileBinary('in', target, compileExpression(expression.within));
  const test = asTest(isType, '`is`');
  const isWithin = asTest(within, '`in`');
  return dependentTest((evaluation) => test(evaluation) && isWithin(evaluation));
}

function compileSet(expression: Of<'set'>): CompiledExpression {
  const items = expression.items.map(compileExpression);
  return pure(items, (evaluation) => new CedarSet(items.map((item) => item.run(evaluation))));
}

function compileRecord(expression: Of<'record'>): CompiledExpression {
  const fields = expression.fields.map(([name, value]) => ({ name, value: compileExpression(value) }));
  return pure(
    fields.map((field) => field.value),
    (evaluation) => {
      // No prototype: a field named __proto__ is a field.
      const record: Record<string, CedarValue> = Object.create(null);
      for (const { name, value } of fields) record[name] = value.run(evaluation);
      return record;
    },
  );
}

function compileCall(expression: Of<'call'>): CompiledExpression {
  const extension = EXTENSION_FUNCTIONS.get(expression.name);
  if (extension === undefined) throw new TypeError('unknown extension function');
  const operands = expression.args.map(compileExpression);
  const [first, second] = operands;
  if (first === undefined || operands.length !== extension.arity) throw new TypeError('wrong number of arguments');
  const { apply } = extension;
  const { run: receiver } = first;
  const fixed = second?.constant;
  if (extension.returnsBoolean && (second === undefined || fixed !== undefined)) {
    return pureTest(operands, (evaluation) => apply(receiver(evaluation), fixed) === true);
  }
  const run = (evaluation: Evaluation): CedarValue => apply(receiver(evaluation), second?.run(evaluation));
  if (!extension.returnsBoolean) return pure(operands, run);
  return pureTest(operands, (evaluation) => run(evaluation) === true);
}

/**
 * Compiles an expression to a closure with exactly Cedar's meaning: short circuits, errors and their absence included. What
 * depends on nothing is computed here once, among it extension literals such as `ip("10.0.0.0/8")`. Recursion is bounded, as
 * the loader limits the nesting of what it parses.
 */
export function compileExpression(expression: Expression): CompiledExpression {
  switch (expression.kind) {
    case 'literal':
      return constant(expression.value);
    case 'variable':
      return VARIABLES[expression.name];
    case 'and':
      return compileAnd(expression);
    case 'or':
      return compileOr(expression);
    case 'unary':
      return compileUnary(expression);
    case 'binary':
      return compileBinary(expression.operator, compileExpression(expression.left), compileExpression(expression.right));
    case 'attribute':
      return compileAttribute(expression);
    case 'has':
      return compileHas(expression);
    case 'like':
      return compileLike(expression);
    case 'is':
      return compileIs(expression);
    case 'if':
      return compileIf(expression);
    case 'set':
      return compileSet(expression);
    case 'record':
      return compileRecord(expression);
    case 'call':
      return compileCall(expression);
  }
}
