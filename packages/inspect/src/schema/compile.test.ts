import { describe, expect, test } from 'vitest';
import { type CompileOptions, compileSchema } from './compile.ts';
import { SchemaError } from './error.ts';

const compile = (schema: unknown, options: Partial<CompileOptions> = {}) =>
  compileSchema(schema, { name: 'POST /api/orders', ...options });
const order = compile({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  title: 'An order',
  required: ['orderNo', 'items'],
  additionalProperties: false,
  properties: {
    orderNo: { type: 'string', pattern: '^SO\\d{6}$' },
    items: { type: 'array', minItems: 1, items: { $ref: '#/$defs/item' } },
    labels: { type: 'object', additionalProperties: { type: 'string', maxLength: 3 }, propertyNames: { maxLength: 5 } },
    'a/b~c': { type: 'integer' },
    toString: { type: 'string' },
  },
  $defs: {
    item: {
      type: 'object',
      required: ['sku'],
      properties: { sku: { type: 'string' }, n: { type: 'integer', minimum: 1 } },
      unevaluatedProperties: false,
    },
  },
});

describe('check', () => {
  const good = { orderNo: 'SO000017', items: [{ sku: 'x', n: 2 }] };

  test('null for what conforms', () =>
    expect(order.check({ ...good, labels: { 颜色: '红' }, 'a/b~c': 1, toString: 'x' })).toBeNull());

  test.each([
    ['/orderNo', 'required', { items: [{ sku: 'x' }] }],
    ['/orderNo', 'pattern', { ...good, orderNo: 'SO17' }],
    ['/items', 'minItems', { ...good, items: [] }],
    ['/items/1/n', 'minimum', { ...good, items: [{ sku: 'x' }, { sku: 'x', n: 0 }] }],
    ['/items/0/sku', 'required', { ...good, items: [{}] }],
    ['/a~1b~0c', 'type', { ...good, 'a/b~c': '1' }],
    ['/toString', 'type', { ...good, toString: 1 }],
    ['', 'type', []],
    ['', 'type', 'SO'],
    ['', 'type', undefined],
  ])('%s %s', (where, keyword, value) => expect(order.check(value)).toStrictEqual({ where, keyword }));

  test.each([
    ['/#2', 'additionalProperties', { ...good, 'client-key<script>': 1 }],
    ['/items/0/#1', 'unevaluatedProperties', { ...good, items: [{ sku: 'x', secret: 1 }] }],
    ['/labels/#1', 'maxLength', { ...good, labels: { a: 'x', 'k=138': 'long' } }],
    ['/labels/#0', 'type', { ...good, labels: { 'x/y': 1 } }],
    ['/labels/#0', 'propertyNames', { ...good, labels: { 'a long name': 'x' } }],
  ])('a key from the request is a position: %s %s', (where, keyword, value) =>
    expect(order.check(value)).toStrictEqual({ where, keyword }),
  );

  test('names that every object inherits are not there unless they are sent', () => {
    const check = compile({
      type: 'object',
      required: ['constructor'],
      properties: { constructor: { type: 'string' }, valueOf: { type: 'string' } },
    });
    expect(check.check({})).toStrictEqual({ where: '/constructor', keyword: 'required' });
    expect(check.check({ constructor: 'x' })).toBeNull();
    expect(check.check(Object.assign(Object.create(null), { constructor: 'x' }))).toBeNull();
  });

  test('a long place is cut', () => {
    const name = 'n'.repeat(300);
    const found = compile({ type: 'object', properties: { [name]: { type: 'string' } } }).check({ [name]: 1 });
    expect(found?.where).toHaveLength(200);
  });

  test('of the branches of a choice, the choice is named', () => {
    const check = compile({ type: 'object', properties: { pay: { oneOf: [{ const: 'wechat' }, { const: 'card' }] } } });
    expect(check.check({ pay: 'cash' })).toStrictEqual({ where: '/pay', keyword: 'oneOf' });
  });
});

test.each([
  ['', 0],
  ['ab', 2],
  ['中文', 2],
  ['😀', 1],
  ['a😀b', 3],
  ['😀😀😀', 3],
  ['\ud83d', 1],
  ['\ude00\ud83d', 2],
])('the length of %j is %d, in code points', (value, length) => {
  expect(compile({ type: 'string', minLength: length, maxLength: length }).check(value)).toBeNull();
  expect(compile({ type: 'string', minLength: length + 1 }).check(value)).toStrictEqual({ where: '', keyword: 'minLength' });
  if (length > 0)
    expect(compile({ type: 'string', maxLength: length - 1 }).check(value)).toStrictEqual({ where: '', keyword: 'maxLength' });
});

describe('keywords with exact arithmetic and linear time', () => {
  test.each([
    [19.99, 0.01, true],
    [0.3, 0.1, true],
    [1e21, 1, true],
    [1e300, 0.5, true],
    [10, 3, false],
    [0.35, 0.1, false],
    [19.999, 0.01, false],
    [-6, 3, true],
    [0, 7, true],
    [5e-324, 5e-324, true],
  ])('%d is a multiple of %d: %s', (value, multipleOf, expected) => {
    expect(compile({ type: 'number', multipleOf }).check(value)).toStrictEqual(
      expected ? null : { where: '', keyword: 'multipleOf' },
    );
  });

  test.each([
    [[1, '1', true, null, [1], { a: 1 }], true],
    [[1, 1], false],
    [['__proto__', '__proto__'], false],
    [
      [
        { a: 1, b: [2] },
        { b: [2], a: 1 },
      ],
      false,
    ],
    [[{ a: 1 }, { a: 2 }], true],
    [
      [
        [1, 2],
        [2, 1],
      ],
      true,
    ],
    [[[], []], false],
    [[{}, []], true],
    [[['1'], [1]], true],
    [[0, -0], false],
  ])('unique items of %j: %s', (value, expected) => {
    expect(compile({ type: 'array', uniqueItems: true }).check(value)).toStrictEqual(
      expected ? null : { where: '', keyword: 'uniqueItems' },
    );
    expect(compile({ type: 'array', uniqueItems: false }).check(value)).toBeNull();
  });
});

describe('references', () => {
  test('a schema may contain itself', () => {
    const tree = compile({
      type: 'object',
      required: ['name'],
      properties: { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#' } } },
    });
    expect(tree.check({ name: 'a', children: [{ name: 'b', children: [] }] })).toBeNull();
    expect(tree.check({ name: 'a', children: [{ name: 'b', children: [{}] }] })).toStrictEqual({
      where: '/children/0/children/0/name',
      keyword: 'required',
    });
  });

  test('escaped pointers, and keywords beside a reference', () => {
    const check = compile({
      $ref: '#/$defs/a~1b%25',
      minLength: 2,
      type: 'string',
      $defs: { 'a/b%': { type: 'string', maxLength: 3 } },
    });
    expect([check.check('ab'), check.check('a'), check.check('abcd')].map((found) => found?.keyword)).toStrictEqual([
      undefined,
      'minLength',
      'maxLength',
    ]);
  });

  test('data that looks like a reference or a keyword is data', () => {
    const check = compile({ enum: [{ $ref: 'http://elsewhere.example/' }, 'x'] });
    expect(check.check({ $ref: 'http://elsewhere.example/' })).toBeNull();
    const named = compile({
      type: 'object',
      properties: { $ref: { type: 'string' }, enum: { $ref: '#/properties/$ref' }, const: { type: 'integer' } },
    });
    expect(named.check({ $ref: 'x', enum: 'y', const: 1 })).toBeNull();
    expect(named.check({ enum: 1 })).toStrictEqual({ where: '/enum', keyword: 'type' });
  });

  test('others are looked up by the caller only', () => {
    const check = compile(
      { $ref: 'shared:money' },
      { resolveRef: (reference) => (reference === 'shared:money' ? { type: 'integer' } : undefined) },
    );
    expect(check.check('1')).toStrictEqual({ where: '', keyword: 'type' });
    expect(check.check(1)).toBeNull();
  });
});

describe('text values', () => {
  const query = compile(
    {
      type: 'object',
      additionalProperties: false,
      properties: {
        page: { type: 'integer', minimum: 1 },
        ratio: { type: ['number', 'null'] },
        all: { type: 'boolean' },
        id: { type: 'array', items: { $ref: '#/$defs/id' }, maxItems: 2 },
        q: { type: 'string' },
        tag: { type: 'array', items: { type: 'string' } },
      },
      $defs: { id: { type: 'integer' } },
    },
    { source: 'text' },
  );

  test.each([
    [{ page: '1', ratio: '-0.5', all: 'true', id: ['1', '2'], q: '1', tag: 'x' }, null],
    [{ all: 'false', id: '7' }, null],
    [{ page: '0' }, '/page'],
    [{ page: '01' }, '/page'],
    [{ page: '1.0' }, '/page'],
    [{ page: '1e3' }, '/page'],
    [{ page: ' 1' }, '/page'],
    [{ page: '+1' }, '/page'],
    [{ page: '' }, '/page'],
    [{ page: '0x10' }, '/page'],
    [{ page: '9007199254740993' }, '/page'],
    [{ ratio: 'NaN' }, '/ratio'],
    [{ ratio: '.5' }, '/ratio'],
    [{ all: '1' }, '/all'],
    [{ all: 'TRUE' }, '/all'],
    [{ id: ['1', 'x'] }, '/id/1'],
    [{ id: ['1', '2', '3'] }, '/id'],
    [{ other: '1' }, '/#0'],
  ])('%j', (value, where) => expect(query.check(Object.assign(Object.create(null), value))?.where ?? null).toBe(where));
});

describe('schemas that are refused when they are loaded', () => {
  const deep = (levels: number): unknown => (levels === 0 ? true : { not: deep(levels - 1) });
  test.each([
    ['schema_invalid', 5],
    ['schema_invalid', null],
    ['schema_invalid', { type: 'text' }],
    ['schema_invalid', { type: 'string', minLength: -1 }],
    ['schema_invalid', { properties: 1 }],
    ['schema_invalid', { allOf: {} }],
    ['schema_invalid', { type: 'object', properties: JSON.parse('{"__proto__":{}}') }],
    // A misspelt restriction would let everything pass.
    ['keyword_unsupported', { type: 'string', maxLenght: 5 }],
    ['keyword_unsupported', { type: 'object', properties: { a: { nullable: true } } }],
    // So would one that does not say for which type it is meant.
    ['schema_invalid', { properties: { a: { type: 'string' } } }],
    ['schema_invalid', { minLength: 3 }],
    ['format_unknown', { type: 'string', format: 'phone' }],
    ['format_unknown', { type: 'string', format: 'regex' }],
    ['pattern_unsupported', { type: 'string', pattern: '^(?=.*\\d).+$' }],
    ['pattern_unsupported', { type: 'string', pattern: '(' }],
    ['pattern_unsupported', { type: 'object', patternProperties: { '(a)\\1': true } }],
    ['dialect_unsupported', { $schema: 'http://json-schema.org/draft-07/schema#' }],
    ['ref_refused', { $ref: 'https://elsewhere.example/schema.json' }],
    ['ref_refused', { $ref: 'file:///etc/passwd' }],
    ['ref_refused', { $ref: 'other.json#/a' }],
    ['ref_refused', { $ref: '#anchor' }],
    ['ref_refused', { $dynamicRef: '#a' }],
    ['ref_refused', { properties: { a: { $id: 'https://elsewhere.example/' } } }],
    ['ref_unresolved', { $ref: '#/$defs/none' }],
    ['ref_unresolved', { $ref: '#/constructor/prototype' }],
    ['ref_unresolved', { $ref: '#/%zz' }],
    ['schema_too_deep', deep(80)],
    ['schema_too_large', { anyOf: Array.from({ length: 20_001 }, () => true) }],
  ])('%s: %j', (code, schema) => {
    expect(() => compile(schema)).toThrow(expect.objectContaining({ name: 'SchemaError', code }) as Error);
  });

  test('a reference that the caller does not know either', () => {
    expect(() => compile({ $ref: 'x:y' }, { resolveRef: () => undefined })).toThrow(SchemaError);
  });

  test('the error names the place', () => {
    expect(() => compile({ type: 'object', properties: { a: { maxLenght: 1 } } })).toThrow(
      '/properties/a/maxLenght: is a keyword that is not known',
    );
  });

  test('a type may be left out where OpenAPI documents do', () => {
    expect(compile({ properties: { a: { minLength: 2 } } }, { dialect: 'openapi-3.1' }).check([])).toStrictEqual({
      where: '',
      keyword: 'type',
    });
  });
});
