import { describe, expect, it } from 'vitest';
import { compileFieldMap } from './field-map.ts';

const string = (more: Record<string, unknown> = {}) => ({ type: 'string', ...more });
const order = {
  type: 'object',
  properties: {
    id: string({ format: 'id' }),
    note: string({ format: 'text', maxLength: 500 }),
    name: string(),
    state: { enum: ['open', 'closed'] },
    count: { type: 'integer' },
    code: string({ pattern: '^[A-Z0-9-]{4,20}$' }),
    title: string({ pattern: '^[^<>]{1,40}$' }),
    items: { type: 'array', items: { type: 'object', properties: { sku: string({ format: 'id' }), remark: string() } } },
    html: string({ format: 'rich-text' }),
  },
};

describe('a field map', () => {
  const map = compileFieldMap(order);

  it('names the kind of each field', () => {
    const kinds = Object.fromEntries(Object.keys(order.properties).map((key) => [key, map.kindAt([key])]));
    expect(kinds).toEqual({
      id: 'id',
      note: 'text',
      name: 'unknown',
      state: 'enum',
      count: 'none',
      code: 'pattern',
      title: 'unknown',
      items: 'none',
      html: 'rich_text',
    });
    expect(map.kindAt(['items', 3, 'sku'])).toBe('id');
    expect(map.kindAt(['items', 0, 'remark'])).toBe('unknown');
    expect(map.kindAt(['other', 'deep'])).toBe('unknown');
    expect(map.hasRichText).toBe(true);
  });

  it('settles what is declared, and nothing that is not', () => {
    expect(map.settles('abc', ['id'], 'value')).toBe(true);
    expect(map.settles('abc', ['note'], 'value')).toBe(false);
    expect(map.settles(12, ['anything'], 'value')).toBe(true);
    expect(map.settles('id', ['id'], 'key')).toBe(true);
    expect(map.settles('sku', ['items', 1, 'sku'], 'key')).toBe(true);
    expect(map.settles('$where', ['$where'], 'key')).toBe(false);
  });

  it('settles places in the form of a declaration', () => {
    expect(map.settlesAt(['items', '*', 'sku'])).toBe(true);
    expect(map.settlesAt(['items', '*', 'remark'])).toBe(false);
    expect(map.settlesAt(['id'])).toBe(true);
    expect(map.settlesAt(['*'])).toBe(false);
    const tuple = compileFieldMap({ type: 'array', prefixItems: [string({ format: 'id' })], items: string() });
    expect(tuple.settlesAt(['*'])).toBe(false);
    const loose = compileFieldMap({ properties: { a: { items: string({ format: 'id' }) } } });
    // Without a type it may be an object with a member of that name.
    expect(loose.settlesAt(['a', '*'])).toBe(false);
  });

  it('takes the safer side of a combination', () => {
    const both = compileFieldMap({ properties: { a: { allOf: [string(), string({ format: 'uuid' })] } } });
    expect(both.kindAt(['a'])).toBe('id');
    const either = compileFieldMap({ properties: { a: { anyOf: [string({ format: 'uuid' }), string({ format: 'text' })] } } });
    expect(either.kindAt(['a'])).toBe('text');
    const number = compileFieldMap({ properties: { a: { oneOf: [{ type: 'integer' }, string({ format: 'date' })] } } });
    expect(number.kindAt(['a'])).toBe('date');
    const cases = compileFieldMap(JSON.parse('{"if":{"const":"x"},"then":{"type":"string","format":"id"},"else":true}'));
    expect(cases.kindAt([])).toBe('unknown');
  });

  it('follows references, also to itself', () => {
    const tree = compileFieldMap({
      $ref: '#/$defs/node',
      $defs: {
        node: {
          type: 'object',
          properties: { id: string({ format: 'id' }), children: { type: 'array', items: { $ref: '#/$defs/node' } } },
        },
      },
    });
    expect(tree.kindAt(['children', 0, 'children', 7, 'id'])).toBe('id');
    const loop = compileFieldMap({ $ref: '#/$defs/a', $defs: { a: { anyOf: [{ $ref: '#/$defs/a' }, { type: 'string' }] } } });
    expect(loop.kindAt([])).toBe('unknown');
    expect(loop.kindAt(['x', 'y'])).toBe('unknown');
  });

  it('tells members by pattern, and the rest', () => {
    const map = compileFieldMap({
      patternProperties: { '^n_': string({ format: 'id' }) },
      additionalProperties: string({ format: 'text' }),
    });
    expect(map.kindAt(['n_1'])).toBe('id');
    expect(map.kindAt(['m_1'])).toBe('text');
    expect(map.kindAt(['n_2'])).toBe('id');
  });

  it('reads the types of an OpenAPI 3.0 schema', () => {
    const map = compileFieldMap({ properties: { id: string({ format: 'uuid', nullable: true }) } }, { dialect: 'openapi-3.0' });
    expect(map.kindAt(['id'])).toBe('id');
  });
});
