import { describe, expect, test } from 'vitest';
import { createInspector } from '../inspector.ts';
import { isRefusal } from '../refusal.ts';
import { compileSchema, type SchemaCheck } from './compile.ts';
import { type OperationSchemas, openApiOperationSchemas } from './openapi.ts';

const current = {
  openapi: '3.1.0',
  info: { title: 'Shop', version: '1' },
  paths: {
    '/orders': {
      parameters: [{ $ref: '#/components/parameters/page' }, { name: 'X-Trace', in: 'header', schema: { type: 'string' } }],
      get: {
        parameters: [
          { name: 'status', in: 'query', schema: { type: 'array', items: { enum: ['paid', 'sent'] } } },
          { name: 'page', in: 'query', required: true, schema: { type: 'integer', minimum: 0 } },
        ],
        responses: {},
      },
      post: {
        requestBody: { $ref: '#/components/requestBodies/order' },
        responses: {},
      },
    },
    '/orders/{orderNo}/items/{itemId}': {
      put: {
        parameters: [
          { name: 'orderNo', in: 'path', required: true, schema: { $ref: '#/components/schemas/orderNo' } },
          { name: 'itemId', in: 'path', required: true, schema: { type: 'integer' } },
        ],
        requestBody: { content: { 'application/json; charset=utf-8': { schema: { type: 'object' } }, 'text/plain': {} } },
        responses: {},
      },
    },
    '/photos': {
      post: {
        requestBody: {
          content: {
            'multipart/form-data': {
              schema: {
                type: 'object',
                required: ['photo', 'orderNo'],
                properties: {
                  orderNo: { $ref: '#/components/schemas/orderNo' },
                  photo: { contentMediaType: 'image/png', maxLength: 5 },
                  more: { type: 'array', items: { type: 'string', format: 'binary' } },
                },
              },
            },
          },
        },
        responses: {},
      },
    },
  },
  components: {
    parameters: { page: { name: 'page', in: 'query', schema: { type: 'string' } } },
    schemas: {
      orderNo: { type: 'string', pattern: '^SO\\d+$', example: 'SO1', 'x-owner': 'shop' },
      order: {
        type: 'object',
        discriminator: { propertyName: 'kind' },
        required: ['orderNo', 'createdAt'],
        properties: {
          orderNo: { $ref: '#/components/schemas/orderNo' },
          createdAt: { type: 'string', format: 'date-time', readOnly: true },
          parent: { anyOf: [{ $ref: '#/components/schemas/order' }, { type: 'null' }] },
          amount: { type: 'integer', format: 'amount-cents' },
        },
      },
    },
    requestBodies: {
      order: { required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/order' } } } },
    },
  },
};

const old = {
  openapi: '3.0.3',
  paths: {
    '/a': {
      post: {
        requestBody: {
          content: {
            'application/json': {
              schema: {
                properties: {
                  name: { type: 'string', nullable: true },
                  price: { type: 'number', minimum: 0, exclusiveMinimum: true, maximum: 10, exclusiveMaximum: false },
                  link: { $ref: '#/components/schemas/id', nullable: true, description: 'ignored beside a reference' },
                  file: { type: 'string', format: 'byte' },
                },
              },
            },
          },
        },
      },
    },
  },
  components: { schemas: { id: { type: 'integer' } } },
};

const compile = (operation: OperationSchemas, part: 'query' | 'path'): SchemaCheck =>
  compileSchema(operation[part], { name: part, dialect: operation.dialect, source: 'text' });
const body = (operation: OperationSchemas, mediaType: string): SchemaCheck =>
  compileSchema(operation.body?.content.get(mediaType), { name: mediaType, dialect: operation.dialect });

describe('openApiOperationSchemas', () => {
  test('query parameters: those of the operation replace those of the path', () => {
    const operation = openApiOperationSchemas(current, 'GET', '/orders');
    const query = compile(operation, 'query');
    expect(operation.repeatable).toStrictEqual(['status']);
    expect(operation.body).toBeNull();
    expect(query.check({ page: '2', status: ['paid', 'sent'] })).toBeNull();
    expect(query.check({ status: 'paid' })).toStrictEqual({ where: '/page', keyword: 'required' });
    expect(query.check({ page: '-1' })).toStrictEqual({ where: '/page', keyword: 'minimum' });
    expect(query.check({ page: '1', status: ['lost'] })).toStrictEqual({ where: '/status/0', keyword: 'enum' });
    expect(query.check({ page: '1', admin: '1' })).toStrictEqual({ where: '/#1', keyword: 'additionalProperties' });
  });

  test('HEAD takes what GET declares', () => {
    expect(openApiOperationSchemas(current, 'HEAD', '/orders').repeatable).toStrictEqual(['status']);
  });

  test('path parameters have the names of the route', () => {
    const operation = openApiOperationSchemas(current, 'PUT', '/orders/:no/items/{item}');
    const path = compile(operation, 'path');
    expect(path.check({ no: 'SO1', item: '7' })).toBeNull();
    expect(path.check({ no: 'SO1', item: 'x' })).toStrictEqual({ where: '/item', keyword: 'type' });
    expect(path.check({ no: '1', item: '7' })).toStrictEqual({ where: '/no', keyword: 'pattern' });
    expect([...(operation.body?.content.keys() ?? [])]).toStrictEqual(['application/json', 'text/plain']);
    expect(operation.body?.content.get('text/plain')).toBe(true);
    expect(operation.body?.required).toBe(false);
  });

  test('a body through references, with recursion and what is read-only', () => {
    const operation = openApiOperationSchemas(current, 'POST', '/orders');
    expect(operation.body?.required).toBe(true);
    const order = body(operation, 'application/json');
    expect(order.check({ orderNo: 'SO1', parent: { orderNo: 'SO2', parent: null } })).toBeNull();
    expect(order.check({ orderNo: 'SO1', parent: { orderNo: 'x' } })).toStrictEqual({ where: '/parent', keyword: 'anyOf' });
    expect(order.check({ orderNo: 'SO1', amount: -1 })).toStrictEqual({ where: '/amount', keyword: 'format' });
    expect(order.check({})).toStrictEqual({ where: '/orderNo', keyword: 'required' });
  });

  test('files of a multipart body', () => {
    const operation = openApiOperationSchemas(current, 'POST', '/photos');
    const check = body(operation, 'multipart/form-data');
    const read = (content: string): unknown => {
      const text = `--B\r\nContent-Disposition: form-data; name="orderNo"\r\n\r\nSO1\r\n--B\r\nContent-Disposition: form-data; name="photo"; filename="a.png"\r\n\r\n${content}\r\n--B--`;
      const result = createInspector().inspectBody({ contentType: 'multipart/form-data; boundary=B', bytes: Buffer.from(text) });
      return result instanceof Promise || isRefusal(result) ? result : result.value;
    };
    expect(check.check(read('12345'))).toBeNull();
    expect(check.check(read('123456'))).toStrictEqual({ where: '/photo/size', keyword: 'maximum' });
    expect(check.check({ orderNo: 'SO1', photo: 'text where a file belongs' })).toStrictEqual({
      where: '/photo',
      keyword: 'type',
    });
    expect(check.check({ orderNo: 'SO1', photo: { filename: '', mediaType: 'image/png', size: 0 }, more: ['x'] })).toStrictEqual({
      where: '/more/0',
      keyword: 'type',
    });
  });

  test('OpenAPI 3.0: nullable, exclusive bounds as switches, nothing beside a reference', () => {
    const check = body(openApiOperationSchemas(old, 'post', '/a'), 'application/json');
    expect(check.check({ name: null, price: 10, link: 1, file: 'AAAA' })).toBeNull();
    expect(check.check({ price: 0 })).toStrictEqual({ where: '/price', keyword: 'exclusiveMinimum' });
    expect(check.check({ link: null })).toStrictEqual({ where: '/link', keyword: 'type' });
    expect(check.check({ file: 'x' })).toStrictEqual({ where: '/file', keyword: 'format' });
    expect(check.check([])).toStrictEqual({ where: '', keyword: 'type' });
  });
});

describe('documents that are refused', () => {
  const withParameter = (parameter: unknown, path = '/x'): unknown => ({
    openapi: '3.1.0',
    paths: { [path]: { get: { parameters: [parameter] } } },
  });
  const withBody = (requestBody: unknown): unknown => ({ openapi: '3.1.0', paths: { '/x': { get: { requestBody } } } });
  test.each<readonly [string, unknown]>([
    ['openapi_invalid', null],
    ['openapi_invalid', { swagger: '2.0', paths: {} }],
    ['openapi_invalid', { openapi: '3.1.0' }],
    ['operation_unknown', { openapi: '3.1.0', paths: {} }],
    ['operation_unknown', { openapi: '3.1.0', paths: { '/x': { post: {} } } }],
    ['operation_unknown', { openapi: '3.1.0', paths: { '/x': JSON.parse('{"parameters":[]}') } }],
    ['operation_unknown', { openapi: '3.1.0', paths: { '/{x}': { get: {} } } }],
    ['openapi_invalid', { openapi: '3.1.0', paths: { '/x': null } }],
    ['ref_refused', { openapi: '3.1.0', paths: { '/x': { $ref: 'https://elsewhere.example/' } } }],
    ['ref_unresolved', { openapi: '3.1.0', paths: { '/x': { $ref: '#/paths/~1y' } } }],
    ['ref_unresolved', { openapi: '3.1.0', paths: { '/x': { $ref: '#/paths/~1x' } } }],
    ['openapi_invalid', withParameter({ in: 'query' })],
    ['openapi_invalid', withParameter({ name: 'id', in: 'path', schema: {} })],
    ['parameter_unsupported', withParameter({ name: 'q', in: 'query', content: { 'application/json': {} } })],
    ['parameter_unsupported', withParameter({ name: 'q', in: 'query', style: 'deepObject', schema: { type: 'object' } })],
    ['parameter_unsupported', withParameter({ name: 'q', in: 'query', schema: { type: 'object' } })],
    ['parameter_unsupported', withParameter({ name: 'q', in: 'query', explode: false, schema: { type: 'array' } })],
    ['ref_refused', withParameter({ $ref: 'other.yaml#/q' })],
    ['openapi_invalid', withBody({})],
    ['ref_refused', withBody({ content: { 'application/json': { schema: { $ref: 'other.yaml#/a' } } } })],
    ['keyword_unsupported', withBody({ content: { 'application/json': { schema: { maxLenght: 1 } } } })],
    ['keyword_unsupported', withBody({ content: { 'application/json': { schema: { type: 'string', example2: 1 } } } })],
  ])('%s: %j', (code, document) => {
    expect(() => openApiOperationSchemas(document, 'GET', '/x')).toThrow(
      expect.objectContaining({ name: 'SchemaError', code }) as Error,
    );
  });

  test('a method that is only the name of something else', () => {
    expect(() => openApiOperationSchemas(current, 'parameters', '/orders')).toThrow('is not declared for this method');
    expect(() => openApiOperationSchemas(current, 'constructor', '/orders')).toThrow('is not declared for this method');
  });
});
