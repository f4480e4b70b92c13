import { describe, expect, test } from 'vitest';
import type { Expression } from './ast.ts';
import { policyFromJson } from './ast-from-json.ts';
import { Random } from './differential/random.ts';
import { ExpressionGenerator } from './differential/random-expression.ts';
import { parsePolicy } from './engine.ts';
import { printExpression } from './print-expression.ts';
import { createLongLiteralReader, scanPolicyText } from './scan-policy-text.ts';

function parse(expression: string): Expression {
  const [source] = scanPolicyText(`permit(principal, action, resource) when { ${expression} };`);
  const answer = parsePolicy(source?.rewritten ?? source?.text ?? '');
  if (!answer.ok) throw new Error(answer.findings[0]?.message);
  const [condition] = policyFromJson(answer.value, createLongLiteralReader(source?.longLiterals ?? 0).read).conditions;
  if (condition === undefined) throw new Error('no condition');
  return condition.body;
}

describe('printExpression', () => {
  test.each([
    'principal.a && principal.c || context.d',
    '(principal.a || principal.b) && principal.c',
    'principal.a && (principal.b && principal.c)',
    '1 - (2 - 3) * 4 == -(5)',
    '!(principal.a == 1) && -principal.b < 3',
    '(if principal.a then 1 else 2) + 3 == 4',
    '{"a b": 1, c: [2], "in": 3} == context["if"]',
    'context has a.b.c && context has "a b"',
    'principal is Menshen::User in Menshen::Department::"a\\"b"',
    'context.x like "a*\\*\\"\\u{1f600}"',
    'principal.hasTag("a") && [1].contains(principal.getTag("a")) && [].isEmpty()',
    'ip("10.0.0.1").isInRange(context.range) && decimal("1.0").lessThan(context.d)',
    '-9223372036854775808 < 9223372036854775807',
    'Menshen::App::"\\u{200b}\\n" in [resource, principal]',
  ])('%s reads back as the same expression', (text) => {
    const expression = parse(text);
    expect(parse(printExpression(expression))).toEqual(expression);
  });

  test('writes no brackets that are not needed', () => {
    expect(printExpression(parse('((principal.a) && ((principal.b == 1)))'))).toBe('principal.a && principal.b == 1');
    expect(printExpression(parse('(1 + 2) + 3 == (4 * 5)'))).toBe('1 + 2 + 3 == 4 * 5');
  });

  test('reads back whatever is generated', () => {
    for (let seed = 0; seed < 400; seed++) {
      const expression = parse(new ExpressionGenerator(new Random(seed), 0.05).expression('bool', 4));
      expect(parse(printExpression(expression))).toEqual(expression);
    }
  });
});
