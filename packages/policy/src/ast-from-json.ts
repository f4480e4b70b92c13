import type { ActionScope, BinaryOperator, Condition, EntityScope, Expression, PatternPart, PolicyAst } from './ast.ts';
import { EntityRef } from './entity-ref.ts';
import { EXTENSION_FUNCTIONS } from './extension-functions.ts';
import { longFromBigInt } from './long.ts';

/** The engine's JSON form of a policy holds something that this compiler does not know: refused at load, never guessed. */
export class UnsupportedPolicyError extends Error {
  override readonly name = 'UnsupportedPolicyError';
}

/** Recognizes string literals that stand for longs which JSON numbers cannot hold; see `scan-policy-text.ts`. */
export type LongLiteralReader = (text: string) => bigint | undefined;

type JsonObject = Readonly<Record<string, unknown>>;

const BINARY: ReadonlySet<string> = new Set<BinaryOperator>([
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  '+',
  '-',
  '*',
  'in',
  'contains',
  'containsAll',
  'containsAny',
  'getTag',
  'hasTag',
]);

function isBinary(name: string): name is BinaryOperator {
  return BINARY.has(name);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function object(value: unknown): JsonObject {
  if (isObject(value)) return value;
  throw new UnsupportedPolicyError('the parsed policy has an unknown form');
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new UnsupportedPolicyError('the parsed policy has an unknown form');
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new UnsupportedPolicyError('the parsed policy has an unknown form');
}

function entity(value: unknown): EntityRef {
  const outer = object(value);
  const uid = Object.hasOwn(outer, '__entity') ? object(outer.__entity) : outer;
  return new EntityRef(text(uid.type), text(uid.id));
}

function soleEntry(value: JsonObject): readonly [name: string, body: unknown] {
  const [entry, ...others] = Object.entries(value);
  if (entry === undefined || others.length > 0) throw new UnsupportedPolicyError('the parsed policy has an unknown form');
  return entry;
}

function longLiteral(value: bigint): Expression {
  const long = longFromBigInt(value);
  if (long === undefined) throw new UnsupportedPolicyError('an integer does not fit 64 bits');
  return { kind: 'literal', value: long };
}

function negation(operand: unknown, readLong: LongLiteralReader): Expression {
  const { Value: value } = object(operand);
  // The smallest integer exists only behind its minus.
  const long = typeof value === 'string' ? readLong(value) : undefined;
  if (long !== undefined) return longLiteral(-long);
  return { kind: 'unary', operator: 'neg', operand: expression(operand, readLong) };
}

function literal(value: unknown, readLong: LongLiteralReader): Expression {
  if (typeof value === 'boolean') return { kind: 'literal', value };
  if (typeof value === 'string') {
    const long = readLong(value);
    return long === undefined ? { kind: 'literal', value } : longLiteral(long);
  }
  if (typeof value === 'number' && Number.isSafeInteger(value)) return { kind: 'literal', value };
  return { kind: 'literal', value: entity(value) };
}

function variable(value: unknown): Expression {
  if (value === 'principal' || value === 'action' || value === 'resource' || value === 'context') {
    return { kind: 'variable', name: value };
  }
  throw new UnsupportedPolicyError('unknown variable');
}

function patternPart(value: unknown): PatternPart {
  return value === 'Wildcard' ? null : text(object(value).Literal);
}

function call(name: string, operands: readonly Expression[]): Expression {
  const known = EXTENSION_FUNCTIONS.get(name);
  if (known === undefined) throw new UnsupportedPolicyError(`unknown operator or function \`${name}\``);
  if (operands.length !== known.arity) {
    throw new UnsupportedPolicyError(`wrong number of arguments for \`${name}\``);
  }
  return { kind: 'call', name, args: operands };
}

function expression(value: unknown, readLong: LongLiteralReader): Expression {
  const [name, body] = soleEntry(object(value));
  const sub = (child: unknown): Expression => expression(child, readLong);
  if (isBinary(name)) {
    const operands = object(body);
    return { kind: 'binary', operator: name, left: sub(operands.left), right: sub(operands.right) };
  }
  switch (name) {
    case 'Value':
      return literal(body, readLong);
    case 'Var':
      return variable(body);
    case '&&':
    case '||': {
      const operands = object(body);
      return { kind: name === '&&' ? 'and' : 'or', left: sub(operands.left), right: sub(operands.right) };
    }
    case 'neg':
      return negation(object(body).arg, readLong);
    case '!':
    case 'isEmpty':
      return { kind: 'unary', operator: name, operand: sub(object(body).arg) };
    case '.': {
      const access = object(body);
      return { kind: 'attribute', target: sub(access.left), name: text(access.attr) };
    }
    case 'has': {
      const test = object(body);
      const path = Array.isArray(test.attr) ? test.attr.map(text) : [text(test.attr)];
      return { kind: 'has', target: sub(test.left), path };
    }
    case 'like': {
      const test = object(body);
      return { kind: 'like', target: sub(test.left), pattern: list(test.pattern).map(patternPart) };
    }
    case 'is': {
      const test = object(body);
      const within = test.in === undefined ? undefined : sub(test.in);
      return { kind: 'is', target: sub(test.left), type: text(test.entity_type), within };
    }
    case 'if-then-else': {
      const branches = object(body);
      return { kind: 'if', test: sub(branches.if), consequent: sub(branches.then), alternative: sub(branches.else) };
    }
    case 'Set':
      return { kind: 'set', items: list(body).map(sub) };
    case 'Record':
      return { kind: 'record', fields: Object.entries(object(body)).map(([field, item]) => [field, sub(item)] as const) };
    default:
      return call(name, list(body).map(sub));
  }
}

function entityScope(value: unknown): EntityScope {
  const scope = object(value);
  switch (scope.op) {
    case 'All':
      return { kind: 'any' };
    case '==':
      return { kind: 'equals', entity: entity(scope.entity) };
    case 'in':
      return { kind: 'in', entity: entity(scope.entity) };
    case 'is': {
      const within = scope.in === undefined ? undefined : entity(object(scope.in).entity);
      return { kind: 'is', type: text(scope.entity_type), within };
    }
    default:
      throw new UnsupportedPolicyError('unknown scope');
  }
}

function actionScope(value: unknown): ActionScope {
  const scope = object(value);
  switch (scope.op) {
    case 'All':
      return { kind: 'any' };
    case '==':
      return { kind: 'equals', entity: entity(scope.entity) };
    case 'in':
      return {
        kind: 'in',
        entities: scope.entities === undefined ? [entity(scope.entity)] : list(scope.entities).map(entity),
      };
    default:
      throw new UnsupportedPolicyError('unknown scope');
  }
}

function condition(value: unknown, readLong: LongLiteralReader): Condition {
  const clause = object(value);
  if (clause.kind !== 'when' && clause.kind !== 'unless') throw new UnsupportedPolicyError('unknown clause');
  return { kind: clause.kind, body: expression(clause.body, readLong) };
}

/**
 * Reads the official engine's JSON form of a policy (Cedar "EST"). Throws an {@link UnsupportedPolicyError} for any operator,
 * function, scope or number of arguments that is not known here. Recursion is bounded: the loader limits nesting before parsing.
 */
export function policyFromJson(value: unknown, readLong: LongLiteralReader): PolicyAst {
  const policy = object(value);
  const effect = policy.effect;
  if (effect !== 'permit' && effect !== 'forbid') throw new UnsupportedPolicyError('unknown effect');
  const annotations = Object.entries(object(policy.annotations ?? {}));
  return {
    effect,
    principal: entityScope(policy.principal),
    action: actionScope(policy.action),
    resource: entityScope(policy.resource),
    conditions: list(policy.conditions).map((clause) => condition(clause, readLong)),
    annotations: Object.fromEntries(annotations.map(([name, note]) => [name, note === null ? '' : text(note)])),
  };
}
