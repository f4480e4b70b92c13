import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, type Facts, holds } from './evaluate.ts';
import { ExpressionError } from './model.ts';
import { namesOf, parseExpression } from './parse.ts';
import { fill, parseTemplate } from './template.ts';

const facts: Facts = {
  alert: { rule: 'mass_export', severity: 'high', person: 'zhang', address: null, facts: { rows: 4_000, marks: ['a', 'b'] } },
  person: { roles: ['clerk', 'cashier'], administrator: false },
};
const of = (source: string) => evaluate(parseExpression(source), facts);

describe('conditions', () => {
  it.each([
    ['alert.rule == "mass_export"', true],
    ["alert.rule != 'mass_export'", false],
    ['alert.facts.rows >= 4000 and alert.facts.rows < 4000.5', true],
    ['alert.facts.rows > -1', true],
    ['not present(alert.address)', true],
    ['not not present(alert.person)', true],
    ['alert.address == null or false', true],
    ['"cashier" in person.roles', true],
    ['alert.rule in ["mass_read", "mass_export"]', true],
    ['contains(alert.rule, "export") and startsWith(alert.rule, "mass") and endsWith(alert.rule, "port")', true],
    ['severity(alert.severity) >= severity("medium")', true],
    ['severity(alert.rule) >= severity("low")', false],
    ['length(person.roles) == 2 and length(alert.address) == 0', true],
    ['default(alert.address, "none") == "none"', true],
    ['lower("ABC") == "abc"', true],
    ['true and false or true', true],
    ['true and (false or false)', false],
    // Values of different kinds are never in an order, and never the same.
    ['alert.rule > 3', false],
    ['alert.facts.rows == "4000"', false],
    ['alert.facts', null],
    ['alert.facts.marks == ["a", "b"]', true],
  ])('%s is %s', (source, expected) => expect(of(source)).toBe(expected));

  it('takes nothing but true for true', () => {
    for (const source of ['1', '"yes"', 'alert.rule', 'null', '["a"]']) expect(holds(parseExpression(source), facts)).toBe(false);
  });

  it.each([
    ['', 0],
    ['alert.rule ==', 13],
    ['alert.rule == == 1', 14],
    ['alert.', 6],
    ['(true', 5],
    ['true true', 5],
    ['"open', 0],
    ['eval("1")', 0],
    ['lower("a", "b")', 0],
    ['alert.rule; drop', 10],
    ['a = b', 2],
    ['`x`', 0],
    ['in in in', 0],
  ])('refuses %j at %i', (source, at) => {
    try {
      parseExpression(source);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ExpressionError);
      expect((error as ExpressionError).at).toBe(at);
    }
  });

  it('reaches nothing that an object inherits, and calls nothing but its functions', () => {
    for (const source of [
      'alert.constructor',
      'alert.__proto__',
      'alert.rule.length',
      'constructor.name',
      'person.roles.length',
      '__proto__.polluted',
    ])
      expect(of(source)).toBe(null);
    for (const source of ['constructor("x")', 'toString()', 'hasOwnProperty("a")', 'require("fs")', 'alert.rule.trim()'])
      expect(() => parseExpression(source)).toThrow(ExpressionError);
  });

  it('is bounded in length, depth and parts', () => {
    for (const source of ['('.repeat(300), '['.repeat(300), 'not '.repeat(120), `${'('.repeat(40)}1${')'.repeat(40)}`])
      expect(() => parseExpression(source)).toThrow(ExpressionError);
    expect(() => parseExpression('a or '.repeat(101))).toThrow(ExpressionError);
    expect(() => parseExpression(`[${'1,'.repeat(230)}1]`)).toThrow(ExpressionError);
  });

  it('ends for whatever somebody writes, with a value or with an error of its own', () => {
    const words = fc.constantFrom(
      'and',
      'or',
      'not',
      'in',
      '(',
      ')',
      '[',
      ']',
      ',',
      '.',
      '==',
      '<',
      'alert',
      'rule',
      '1',
      '"a"',
      'default',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ maxLength: 200 }),
          fc.array(words, { maxLength: 60 }).map((list) => list.join(' ')),
        ),
        (source) => {
          try {
            evaluate(parseExpression(source), facts);
          } catch (error) {
            if (!(error instanceof ExpressionError)) throw error;
          }
        },
      ),
    );
  });

  it('names what it uses', () => {
    expect(
      namesOf(parseExpression('default(alert.rule, input.x) in [a, "b"] and not c')).map(({ path }) => path.join('.')),
    ).toEqual(['alert.rule', 'input.x', 'a', 'c']);
  });
});

describe('texts with expressions', () => {
  const text = (source: string) => fill(parseTemplate(source), facts);
  it('keeps the type of a value that stands alone, and writes it among words', () => {
    expect(text('${alert.facts.rows}')).toBe(4_000);
    expect(text('${person.roles}')).toEqual(['clerk', 'cashier']);
    expect(text('${alert.person}: ${alert.facts.rows} rows, ${person.roles}; ${alert.address}.')).toBe(
      'zhang: 4000 rows, clerk, cashier; .',
    );
    expect(text('plain $ { } text')).toBe('plain $ { } text');
    expect(text('')).toBe('');
  });

  it('fills in once: a value that looks like an expression stays text', () => {
    const hostile: Facts = { alert: { rule: '${person.roles}' } };
    expect(fill(parseTemplate('rule ${alert.rule}'), hostile)).toBe('rule ${person.roles}');
  });

  it('says where it is wrong', () => {
    for (const [source, at] of [
      ['ab ${alert.', 3],
      ['ab ${1 +}', 7],
      ['${}', 2],
    ] as const) {
      try {
        parseTemplate(source);
        expect.unreachable();
      } catch (error) {
        expect((error as ExpressionError).at).toBe(at);
      }
    }
    expect(() => parseTemplate('${alert.rule}'.repeat(60))).toThrow(ExpressionError);
  });
});
