import type { BinaryOperator, Expression, PatternPart, UnaryOperator } from './ast.ts';
import { EntityRef } from './entity-ref.ts';
import { formatEntityUid, quoteCedarString } from './entity-uid-text.ts';
import { EXTENSION_FUNCTIONS } from './extension-functions.ts';

const CONDITIONAL = 0;
const OR = 1;
const AND = 2;
const RELATION = 3;
const SUM = 4;
const PRODUCT = 5;
const UNARY = 6;
const MEMBER = 7;

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;
const RESERVED: ReadonlySet<string> = new Set(['true', 'false', 'if', 'then', 'else', 'in', 'is', 'like', 'has', '__cedar']);
const METHODS: ReadonlySet<BinaryOperator> = new Set(['contains', 'containsAll', 'containsAny', 'getTag', 'hasTag']);

function isIdentifier(name: string): boolean {
  return IDENTIFIER.test(name) && !RESERVED.has(name);
}

function nameOf(name: string): string {
  return isIdentifier(name) ? name : quoteCedarString(name);
}

function printPattern(pattern: readonly PatternPart[]): string {
  const pieces = pattern.map((part) => (part === null ? '*' : quoteCedarString(part).slice(1, -1).replaceAll('*', '\\*')));
  return `"${pieces.join('')}"`;
}

function printLiteral(value: boolean | string | number | bigint | EntityRef): string {
  if (typeof value === 'string') return quoteCedarString(value);
  return value instanceof EntityRef ? formatEntityUid(value) : String(value);
}

function printUnary(operator: UnaryOperator, operand: Expression): readonly [text: string, level: number] {
  const text = at(operand, MEMBER);
  if (operator === 'isEmpty') return [`${text}.isEmpty()`, MEMBER];
  if (operator === '!') return [`!${text}`, UNARY];
  // Without brackets, the minus would become part of the number.
  return [operand.kind === 'literal' ? `-(${text})` : `-${text}`, UNARY];
}

function printBinary(operator: BinaryOperator, left: Expression, right: Expression): readonly [text: string, level: number] {
  if (METHODS.has(operator)) return [`${at(left, MEMBER)}.${operator}(${at(right, CONDITIONAL)})`, MEMBER];
  if (operator === '+' || operator === '-') return [`${at(left, SUM)} ${operator} ${at(right, PRODUCT)}`, SUM];
  if (operator === '*') return [`${at(left, PRODUCT)} * ${at(right, UNARY)}`, PRODUCT];
  return [`${at(left, SUM)} ${operator} ${at(right, SUM)}`, RELATION];
}

function printCall(name: string, args: readonly Expression[]): string {
  const [receiver, ...others] = args;
  if (receiver === undefined || EXTENSION_FUNCTIONS.get(name)?.isConstructor === true) return `${name}(${printList(args)})`;
  return `${at(receiver, MEMBER)}.${name}(${printList(others)})`;
}

function printList(items: readonly Expression[]): string {
  return items.map((item) => at(item, CONDITIONAL)).join(', ');
}

function print(expression: Expression): readonly [text: string, level: number] {
  switch (expression.kind) {
    case 'literal': {
      const text = printLiteral(expression.value);
      return [text, text.startsWith('-') ? UNARY : MEMBER];
    }
    case 'variable':
      return [expression.name, MEMBER];
    case 'and':
      return [`${at(expression.left, AND)} && ${at(expression.right, RELATION)}`, AND];
    case 'or':
      return [`${at(expression.left, OR)} || ${at(expression.right, AND)}`, OR];
    case 'unary':
      return printUnary(expression.operator, expression.operand);
    case 'binary':
      return printBinary(expression.operator, expression.left, expression.right);
    case 'attribute': {
      const target = at(expression.target, MEMBER);
      const access = isIdentifier(expression.name) ? `.${expression.name}` : `[${quoteCedarString(expression.name)}]`;
      return [target + access, MEMBER];
    }
    case 'has':
      return [`${at(expression.target, SUM)} has ${expression.path.map(nameOf).join('.')}`, RELATION];
    case 'like':
      return [`${at(expression.target, SUM)} like ${printPattern(expression.pattern)}`, RELATION];
    case 'is': {
      const within = expression.within === undefined ? '' : ` in ${at(expression.within, SUM)}`;
      return [`${at(expression.target, SUM)} is ${expression.type}${within}`, RELATION];
    }
    case 'if': {
      const branches = [expression.test, expression.consequent, expression.alternative].map((part) => at(part, CONDITIONAL));
      return [`if ${branches[0]} then ${branches[1]} else ${branches[2]}`, CONDITIONAL];
    }
    case 'set':
      return [`[${printList(expression.items)}]`, MEMBER];
    case 'record':
      return [`{${expression.fields.map(([name, value]) => `${nameOf(name)}: ${at(value, CONDITIONAL)}`).join(', ')}}`, MEMBER];
    case 'call':
      return [printCall(expression.name, expression.args), MEMBER];
  }
}

function at(expression: Expression, least: number): string {
  const [text, level] = print(expression);
  return level < least ? `(${text})` : text;
}

/** An expression in Cedar's syntax, on one line; the official engine reads it back as the same expression. */
export function printExpression(expression: Expression): string {
  return at(expression, CONDITIONAL);
}
