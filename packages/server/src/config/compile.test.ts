import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configSchema } from '@menshen/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileRouteParts } from './compile.ts';

const document = `
openapi: 3.0.3
paths:
  /orders/{id}:
    put:
      requestBody:
        content:
          application/json:
            schema: { $ref: '#/components/schemas/order' }
          application/x-www-form-urlencoded:
            schema: { $ref: '#/components/schemas/order' }
  /plain:
    post:
      requestBody: { content: { text/plain: {} } }
components:
  schemas:
    order:
      type: object
      required: [amount]
      properties: { amount: { type: integer }, memo: { type: string, nullable: true } }
`;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'menshen-compile-'));
  writeFileSync(join(folder, 'api.yaml'), document);
});
afterAll(() => rmSync(folder, { recursive: true }));

function compile(route: Readonly<Record<string, unknown>>) {
  const config = configSchema.parse({
    apps: [
      {
        id: 'shop',
        basePath: '/shop',
        audience: ['customer'],
        upstream: 'http://127.0.0.1:1',
        openapi: 'api.yaml',
        routes: [{ auth: 'none', ...route }],
      },
    ],
  });
  const [app] = config.apps;
  const [parsed] = app?.routes ?? [];
  if (app === undefined || parsed === undefined) throw new Error('no route');
  return compileRouteParts(config, folder)(app, parsed);
}

describe('schemas of routes', () => {
  test('from the OpenAPI document, for the body type of the route', () => {
    const json = compile({ match: 'PUT /orders/:id', schema: 'openapi' }).schema;
    expect(json?.check({ amount: 1, memo: null })).toBeNull();
    expect(json?.check({ amount: '1' })).toStrictEqual({ where: '/amount', keyword: 'type' });
    const form = compile({ match: 'PUT /orders/:id', schema: 'openapi', body: { types: ['form'] } }).schema;
    expect(form?.check({ amount: '1' })).toBeNull();
  });

  test('in place, for forms too', () => {
    const schema = { type: 'object', properties: { amount: { type: 'integer' } } };
    expect(compile({ match: 'POST /x', schema }).schema?.check({ amount: '1' })).toStrictEqual({
      where: '/amount',
      keyword: 'type',
    });
    expect(compile({ match: 'POST /x', schema, body: { types: ['form'] } }).schema?.check({ amount: '1' })).toBeNull();
  });

  test('a document that does not say which schema is meant', () => {
    expect(() => compile({ match: 'POST /plain', schema: 'openapi' })).toThrow('has no request body');
    expect(() => compile({ match: 'PUT /orders/:id', schema: 'openapi', body: { types: ['json', 'form'] } })).toThrow(
      'has several bodies',
    );
    expect(() => compile({ match: 'POST /none', schema: 'openapi' })).toThrow('is not declared');
  });
});
