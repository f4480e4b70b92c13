import { describe, expect, it } from 'vitest';
import { readSchemaText, schemaText } from './schema-text.ts';

describe('the text of schemas', () => {
  it('is read as it was written', () => {
    const schemas = { body: { type: 'object', properties: { a: { type: 'integer' } } }, query: true, path: null };
    expect(readSchemaText(schemaText(schemas))).toEqual(schemas);
    expect(readSchemaText(schemaText(null))).toEqual({ body: null, query: null, path: null });
  });
  it.each([
    '',
    '{',
    '[]',
    'null',
    '{"body":null}',
    '{"body":1,"query":null,"path":null}',
    '{"body":null,"query":null,"path":null,"x":1}',
  ])('is refused when it is %j', (text) => expect(readSchemaText(text)).toBeNull());
});
