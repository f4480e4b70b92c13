import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { growth, mostlyLinear } from '../testing/growth.ts';
import { compileSchema } from './compile.ts';
import type { SchemaError } from './error.ts';

const compile = (schema: unknown) => compileSchema(schema, { name: 'test' });

describe('work on a value stays in proportion to it', () => {
  /** Both branches look at the child before they can say no: 2^depth visits. */
  const branch = (name: string): unknown => ({
    type: 'object',
    properties: { child: { $ref: '#/$defs/node' }, kind: { const: name } },
    required: ['kind'],
  });
  const node = { anyOf: [branch('a'), branch('b'), { type: 'null' }] };

  test('a recursive choice that is exponential ends, and does not pass', () => {
    const check = compile({ $ref: '#/$defs/node', $defs: { node } });
    let value: unknown = null;
    for (let depth = 0; depth < 10; depth += 1) value = { child: value, kind: 'b' };
    expect(check.check(value)).toBeNull();
    let hostile: unknown = 1;
    for (let depth = 0; depth < 30; depth += 1) hostile = { child: hostile, kind: 'b' };
    expect(check.check(hostile)).toStrictEqual({ where: '', keyword: 'steps' });
    expect(check.check(value)).toBeNull();
  });

  test('nor does one whose failure would mean success', () => {
    const check = compile({ not: { $ref: '#/$defs/node' }, $defs: { node } });
    let hostile: unknown = 1;
    for (let depth = 0; depth < 30; depth += 1) hostile = { child: hostile, kind: 'b' };
    expect(check.check(hostile)).toStrictEqual({ where: '', keyword: 'steps' });
  });

  test('recursion that goes through several definitions is counted too', () => {
    const other = (name: string): unknown => ({
      anyOf: [
        { type: 'array', items: { $ref: `#/$defs/${name}` } },
        { type: 'array', contains: { $ref: `#/$defs/${name}` } },
      ],
    });
    const check = compile({ $ref: '#/$defs/a', $defs: { a: other('b'), b: other('c'), c: other('a') } });
    let hostile: unknown = 1;
    for (let depth = 0; depth < 30; depth += 1) hostile = [hostile];
    expect(check.check(hostile)).toStrictEqual({ where: '', keyword: 'steps' });
  });

  test('references that double at every level are refused when loaded', () => {
    const $defs: Record<string, unknown> = { d0: { type: 'string' } };
    for (let level = 1; level <= 40; level += 1)
      $defs[`d${level}`] = { allOf: [{ $ref: `#/$defs/d${level - 1}` }, { $ref: `#/$defs/d${level - 1}` }] };
    expect(() => compile({ $ref: '#/$defs/d40', $defs })).toThrow(
      expect.objectContaining({ code: 'schema_too_large' }) as SchemaError,
    );
  });

  const growthOf = (schema: unknown, make: (size: number) => unknown, least: number): number => {
    const check = compile(schema);
    const prepare = (size: number) => {
      const value = make(size);
      return () => check.check(value);
    };
    return growth(prepare, least);
  };

  test.each<readonly [string, unknown, (size: number) => unknown]>([
    ['unique objects', { type: 'array', uniqueItems: true }, (size) => Array.from({ length: size }, (_, index) => ({ index }))],
    [
      'unique text',
      { type: 'array', uniqueItems: true, items: { type: 'string' } },
      (size) => Array.from({ length: size }, (_, index) => `${index}`),
    ],
    ['pattern', { type: 'string', pattern: '^(a+)+$' }, (size) => `${'a'.repeat(size)}!`],
    ['email', { type: 'string', format: 'email' }, (size) => `${'a.'.repeat(size)}@`],
    ['duration', { type: 'string', format: 'duration' }, (size) => `P${'1'.repeat(size)}`],
    ['uri', { type: 'string', format: 'uri' }, (size) => `http://${'%41'.repeat(size)}%4`],
    ['hostname', { type: 'string', format: 'hostname' }, (size) => `${'a-'.repeat(size)}`],
    ['byte', { type: 'string', format: 'byte' }, (size) => `${'A='.repeat(size)}`],
    ['date-time', { type: 'string', format: 'date-time' }, (size) => `2026-04-12T00:00:00.${'0'.repeat(size)}`],
  ])('%s', (_name, schema, make) => {
    expect(growthOf(schema, make, 500)).toBeLessThan(mostlyLinear);
  });

  test('many members', () => {
    const make = (size: number) => Object.fromEntries(Array.from({ length: size }, (_, index) => [`k${index}`, index]));
    // Smaller objects are no tables yet: a member costs less. Of larger ones a mere walk grows by 40 to 105, as the machine's caches are; what looked at all
    // members for each of them would grow sixteen times as much as the walk.
    const walk = growth((size) => {
      const value: Readonly<Record<string, number>> = make(size);
      return () => Object.keys(value).reduce((sum, key) => sum + (value[key] ?? 0), 0);
    }, 2_000);
    expect(growthOf({ type: 'object', additionalProperties: { type: 'integer' } }, make, 2_000) / walk).toBeLessThan(4);
  });
});

describe('values made to confuse the check', () => {
  test('members named like methods', () => {
    const check = compile({ enum: [{ a: 1 }, 'x'] });
    for (const value of [{ valueOf: 1 }, { toString: 1 }, { constructor: 1 }, { hasOwnProperty: 1, a: 1 }]) {
      expect(check.check(value)).not.toBeNull();
    }
    expect(check.check({ a: 1 })).toBeNull();
  });

  test('any value gets an answer that repeats nothing of it', () => {
    const check = compile({
      type: 'object',
      properties: {
        list: { type: 'array', items: { type: 'string', maxLength: 2 } },
        map: { type: 'object', additionalProperties: { const: 1 } },
      },
      propertyNames: { pattern: '^[a-z]+$' },
      additionalProperties: false,
    });
    const value = fc.oneof(fc.jsonValue(), fc.record({ list: fc.jsonValue(), map: fc.dictionary(fc.string(), fc.jsonValue()) }));
    fc.assert(
      fc.property(value, (sample) => {
        expect(check.check(sample)?.where ?? '').toMatch(/^(?:|(?:\/(?:list|map|\d+|#\d*))+)$/);
      }),
      { numRuns: 1_000 },
    );
  });
});
