import type { BinaryOperator, Expression, PatternPart, UnaryOperator } from '../ast.ts';
import { EntityRef } from '../entity-ref.ts';
import { compileEquals } from './compile-equality.ts';
import { compileIn } from './compile-membership.ts';
import { compareNumbers, compileArithmetic, compileNegation, compileTimeShift } from './compile-number.ts';
import { compileContains, compileContainsAll, compileContainsAny, compileIsEmpty } from './compile-set.ts';
import { evaluateConstant, foldConstants, type StrictExpression } from './fold-constants.ts';
import { InexpressibleError } from './inexpressible.ts';
import type { RowContext } from './row-context.ts';
import { type Sql, sql } from './sql-text.ts';
import {
  asBoolean,
  booleanTerm,
  conjunction,
  constantTerm,
  disjunction,
  ERROR,
  negate,
  type Term,
  typed,
  unsupported,
  whenDefined,
} from './term.ts';

type Of<Kind extends Expression['kind']> = Extract<Expression, { kind: Kind }>;

const DECIMAL_TESTS: ReadonlyMap<string, '<' | '<=' | '>' | '>='> = new Map([
  ['lessThan', '<'],
  ['lessThanOrEqual', '<='],
  ['greaterThan', '>'],
  ['greaterThanOrEqual', '>='],
]);

function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'literal':
    case 'variable':
      return [];
    case 'and':
    case 'or':
    case 'binary':
      return [expression.left, expression.right];
    case 'unary':
      return [expression.operand];
    case 'attribute':
    case 'has':
    case 'like':
      return [expression.target];
    case 'is':
      return expression.within === undefined ? [expression.target] : [expression.target, expression.within];
    case 'if':
      return [expression.test, expression.consequent, expression.alternative];
    case 'set':
      return expression.items;
    case 'record':
      return expression.fields.map(([, value]) => value);
    case 'call':
      return expression.args;
  }
}

/** Turns expressions into terms for one question about one type of rows. */
export class TermCompiler {
  readonly #context: RowContext;
  readonly #readsRow = new Map<Expression, boolean>();

  constructor(context: RowContext) {
    this.#context = context;
  }

  /** The term of an expression. Throws an {@link InexpressibleError} that names the place. */
  compile(expression: Expression): Term {
    try {
      return this.#dependsOnRow(expression) ? this.#compile(expression) : evaluateConstant(expression, this.#context.evaluation);
    } catch (error) {
      if (error instanceof InexpressibleError) error.place ??= expression;
      throw error;
    }
  }

  #dependsOnRow(expression: Expression): boolean {
    const known = this.#readsRow.get(expression);
    if (known !== undefined) return known;
    const isRow = expression.kind === 'variable' && expression.name === 'resource';
    const depends = isRow || childrenOf(expression).some((child) => this.#dependsOnRow(child));
    this.#readsRow.set(expression, depends);
    return depends;
  }

  #compile(expression: Expression): Term {
    switch (expression.kind) {
      case 'literal':
        return constantTerm(expression.value);
      case 'variable':
        return this.#context.row;
      case 'and':
        return conjunction(this.compile(expression.left), () => this.compile(expression.right));
      case 'or':
        return disjunction(this.compile(expression.left), () => this.compile(expression.right));
      case 'is':
        return this.#is(expression);
      case 'if':
        return this.#if(expression);
      default:
        return this.#strict(expression);
    }
  }

  #strict(expression: StrictExpression): Term {
    const terms = childrenOf(expression).map((child) => this.compile(child));
    if (terms.some((term) => term.kind === 'error')) return ERROR;
    const values = terms.flatMap((term) => (term.kind === 'constant' ? [term.value] : []));
    if (values.length === terms.length) return foldConstants(expression, values, this.#context.evaluationWith);
    const [first, second] = terms;
    if (first === undefined) throw new TypeError('an expression without operands does not depend on the row');
    switch (expression.kind) {
      case 'unary':
        return this.#unary(expression.operator, first);
      case 'binary':
        return second === undefined ? ERROR : this.#binary(expression.operator, first, second);
      case 'attribute':
        return this.#attribute(first, expression.name);
      case 'has':
        return this.#has(first, expression.path);
      case 'like':
        return this.#like(first, expression.pattern);
      case 'set':
        return this.#set(terms);
      case 'record':
        throw unsupported('a record is made from values of the row');
      case 'call':
        return this.#call(expression.name, first, second);
    }
  }

  #unary(operator: UnaryOperator, term: Term): Term {
    switch (operator) {
      case '!':
        return negate(term);
      case 'neg':
        return compileNegation(term, this.#context.dialect);
      case 'isEmpty':
        return compileIsEmpty(term, this.#context);
    }
  }

  #binary(operator: BinaryOperator, left: Term, right: Term): Term {
    const context = this.#context;
    switch (operator) {
      case '==':
        return compileEquals(left, right, context);
      case '!=':
        return negate(compileEquals(left, right, context));
      case '<':
      case '<=':
      case '>':
      case '>=':
        return this.#compare(operator, left, right);
      case '+':
      case '-':
      case '*':
        return compileArithmetic(operator, left, right, context.dialect);
      case 'in':
        return compileIn(left, right, context);
      case 'contains':
        return compileContains(left, right, context);
      case 'containsAll':
        return compileContainsAll(left, right, context);
      case 'containsAny':
        return compileContainsAny(left, right, context);
      case 'getTag':
      case 'hasTag':
        throw unsupported('tags have no columns');
    }
  }

  #compare(operator: '<' | '<=' | '>' | '>=', left: Term, right: Term): Term {
    return compareNumbers(operator, left, right, ['long', 'datetime', 'duration'], this.#context.dialect);
  }

  #attribute(target: Term, name: string): Term {
    if (target.kind === 'entity') return this.#context.attribute(target, name);
    // A record has none here: one of constants is a constant, and one of the row's values has no term.
    return ERROR;
  }

  #has(target: Term, path: readonly string[]): Term {
    const [name, ...rest] = path;
    if (name === undefined || target.kind !== 'entity') return ERROR;
    const present = this.#context.hasAttribute(target, name);
    const found =
      rest.length === 0 ? present : conjunction(present, () => this.#has(this.#context.attribute(target, name), rest));
    return conjunction(whenDefined([target], true), () => found);
  }

  #like(text: Term, pattern: readonly PatternPart[]): Term {
    if (text.kind !== 'text') return ERROR;
    const { dialect } = this.#context;
    // SQLite's pattern match stops at a NUL, so a text with one counts as an error there.
    return booleanTerm(dialect.like(text.sql, pattern), text.nullable || dialect.name === 'sqlite');
  }

  #is({ target, type, within }: Of<'is'>): Term {
    const entity = this.compile(target);
    if (entity.kind !== 'entity') return this.#isConstant(entity, type, within);
    const isType = whenDefined([entity], entity.type === type);
    if (within === undefined) return isType;
    return conjunction(isType, () => this.#binary('in', entity, this.compile(within)));
  }

  /** The entity is known, the group may depend on the row. */
  #isConstant(entity: Term, type: string, within: Expression | undefined): Term {
    if (entity.kind !== 'constant' || !(entity.value instanceof EntityRef)) return ERROR;
    if (entity.value.type !== type || within === undefined) return constantTerm(entity.value.type === type);
    return this.#binary('in', entity, this.compile(within));
  }

  #if({ test, consequent, alternative }: Of<'if'>): Term {
    const condition = asBoolean(this.compile(test));
    if (condition.kind === 'constant') return this.compile(condition.value === true ? consequent : alternative);
    if (condition.kind !== 'boolean') return ERROR;
    return this.#choose(condition.sql, this.compile(consequent), this.compile(alternative), condition.nullable);
  }

  #choose(test: Sql, left: Term, right: Term, testNullable: boolean): Term {
    const { dialect } = this.#context;
    const a = left.kind === 'error' ? left : typed(left, dialect);
    const b = right.kind === 'error' ? right : typed(right, dialect);
    if (a === undefined || b === undefined) throw mixed();
    const choice = (one: Sql, other: Sql): Sql => sql`CASE ${test} WHEN TRUE THEN ${one} WHEN FALSE THEN ${other} END`;
    const sqlOf = (term: Term): Sql => ('sql' in term ? term.sql : sql`NULL`);
    const nullable = testNullable || [a, b].some((term) => term.kind === 'error' || ('nullable' in term && term.nullable));
    const shape = a.kind === 'error' ? b : a;
    const other = a.kind === 'error' || b.kind === 'error' ? shape : b;
    if (shape.kind === 'error') return ERROR;
    const text = sql`(${choice(sqlOf(a), sqlOf(b))})`;
    if (shape.kind === 'boolean' && other.kind === 'boolean') return booleanTerm(text, nullable);
    if (shape.kind === 'text' && other.kind === 'text') return { kind: 'text', sql: text, nullable };
    if (shape.kind === 'number' && other.kind === 'number' && shape.type === other.type) {
      const min = shape.min < other.min ? shape.min : other.min;
      const max = shape.max > other.max ? shape.max : other.max;
      return { kind: 'number', type: shape.type, sql: text, nullable, min, max };
    }
    if (shape.kind === 'entity' && other.kind === 'entity' && shape.type === other.type && shape.id === other.id) {
      return { ...shape, sql: text, nullable, isRow: false };
    }
    throw mixed();
  }

  #set(terms: readonly Term[]): Term {
    if (terms.some((term) => term.kind === 'items' || term.kind === 'related')) throw unsupported('a set holds sets of the row');
    return { kind: 'items', items: terms };
  }

  #call(name: string, left: Term, right: Term | undefined): Term {
    const operator = DECIMAL_TESTS.get(name);
    const { dialect } = this.#context;
    if (right !== undefined && operator !== undefined) return compareNumbers(operator, left, right, ['decimal'], dialect);
    if (right !== undefined && (name === 'offset' || name === 'durationSince'))
      return compileTimeShift(name, left, right, dialect);
    throw unsupported(`\`${name}\` is applied to a value of the row`);
  }
}

function mixed(): InexpressibleError {
  return new InexpressibleError('mixed_types', 'the branches of an `if` are of different kinds');
}
