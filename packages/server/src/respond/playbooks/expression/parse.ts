import { inNumber } from '@menshen/contract';
import { type Expression, ExpressionError, expressionLimits, type FunctionName, functionArity } from './model.ts';
import { type Token, tokens } from './tokens.ts';

const isFunction = (word: string): word is FunctionName => Object.hasOwn(functionArity, word);
/** Words that are no names. */
const reserved = new Set(['and', 'or', 'not', 'in', 'true', 'false', 'null']);

/**
 * Reads a condition: `or`, `and`, `not`, comparisons, `in`, lists, functions of {@link functionArity}, and dotted names. Bounded by
 * {@link expressionLimits}; nothing in it can loop or call anything else. @throws ExpressionError
 */
export function parseExpression(source: string): Expression {
  const list = tokens(source);
  let next = 0;
  let nodes = 0;
  const peek = (): Token => list[next] ?? { kind: 'end', at: source.length };
  const take = (): Token => {
    const token = peek();
    next += 1;
    return token;
  };
  const made = <T extends Expression>(node: T): T => {
    nodes += 1;
    if (nodes > expressionLimits.nodes) throw tooMuch(peek().at);
    return node;
  };
  const isWord = (word: string): boolean => {
    const token = peek();
    return token.kind === 'word' && token.text === word;
  };
  const isMark = (mark: string): boolean => {
    const token = peek();
    return token.kind === 'mark' && token.text === mark;
  };
  const expectMark = (mark: string): void => {
    const token = take();
    if (token.kind !== 'mark' || token.text !== mark)
      throw new ExpressionError(token.at, { zh: `此处应为“${mark}”`, en: `"${mark}" is missing here` });
  };

  const either = (depth: number): Expression => {
    if (depth > expressionLimits.depth) throw tooMuch(peek().at);
    let left = both(depth);
    while (isWord('or')) {
      take();
      left = made({ kind: 'or', left, right: both(depth) });
    }
    return left;
  };
  const both = (depth: number): Expression => {
    let left = negated(depth);
    while (isWord('and')) {
      take();
      left = made({ kind: 'and', left, right: negated(depth) });
    }
    return left;
  };
  const negated = (depth: number): Expression => {
    if (depth > expressionLimits.depth) throw tooMuch(peek().at);
    if (!isWord('not')) return compared(depth);
    take();
    return made({ kind: 'not', of: negated(depth + 1) });
  };
  const compared = (depth: number): Expression => {
    const left = operand(depth);
    const token = peek();
    if (token.kind === 'compare') {
      take();
      return made({ kind: 'compare', by: token.by, left, right: operand(depth) });
    }
    if (isWord('in')) {
      take();
      return made({ kind: 'in', left, right: operand(depth) });
    }
    return left;
  };
  const several = (depth: number, end: string): Expression[] => {
    const items: Expression[] = [];
    while (!isMark(end)) {
      items.push(either(depth + 1));
      if (!isMark(',')) break;
      take();
    }
    expectMark(end);
    return items;
  };
  const operand = (depth: number): Expression => {
    const token = take();
    if (token.kind === 'text') return made({ kind: 'literal', value: token.text });
    if (token.kind === 'number') return made({ kind: 'literal', value: token.value });
    if (token.kind === 'mark' && token.text === '(') {
      const inner = either(depth + 1);
      expectMark(')');
      return inner;
    }
    if (token.kind === 'mark' && token.text === '[') return made({ kind: 'list', items: several(depth, ']') });
    if (token.kind !== 'word') throw new ExpressionError(token.at, { zh: '此处缺少一个值', en: 'a value is missing here' });
    if (token.text === 'true' || token.text === 'false') return made({ kind: 'literal', value: token.text === 'true' });
    if (token.text === 'null') return made({ kind: 'literal', value: null });
    if (reserved.has(token.text)) throw new ExpressionError(token.at, { zh: '此处缺少一个值', en: 'a value is missing here' });
    if (isMark('(')) return called(token.text, token.at, depth);
    return named(token.text, token.at);
  };
  const called = (name: string, at: number, depth: number): Expression => {
    if (!isFunction(name)) throw new ExpressionError(at, { zh: `没有函数 ${name}`, en: `there is no function ${name}` });
    take();
    const args = several(depth, ')');
    const arity = functionArity[name];
    if (args.length !== arity)
      throw new ExpressionError(at, {
        zh: `${name} 需要 ${arity} 个参数`,
        en: `${name} takes ${inNumber(arity, `${arity} argument[s]`)}`,
      });
    return made({ kind: 'call', name, args });
  };
  const named = (first: string, at: number): Expression => {
    const path = [first];
    while (isMark('.')) {
      take();
      const part = take();
      if (part.kind !== 'word') throw new ExpressionError(part.at, { zh: '“.”后应为名称', en: 'a name is missing after "."' });
      path.push(part.text);
    }
    return made({ kind: 'name', path, at });
  };

  const expression = either(0);
  const rest = peek();
  if (rest.kind !== 'end') throw new ExpressionError(rest.at, { zh: '此处多出内容', en: 'there is something left over here' });
  return expression;
}

const tooMuch = (at: number): ExpressionError =>
  new ExpressionError(at, { zh: '条件过于复杂', en: 'the expression is too complex' });

/** Every name that an expression uses. */
export function namesOf(expression: Expression): readonly { readonly path: readonly string[]; readonly at: number }[] {
  switch (expression.kind) {
    case 'literal':
      return [];
    case 'name':
      return [expression];
    case 'not':
      return namesOf(expression.of);
    case 'list':
      return expression.items.flatMap(namesOf);
    case 'call':
      return expression.args.flatMap(namesOf);
    case 'and':
    case 'or':
    case 'in':
    case 'compare':
      return [...namesOf(expression.left), ...namesOf(expression.right)];
  }
}
