import { describe, expect, it } from 'vitest';
import type { RequestContext } from './context.ts';
import { compileValueSource } from './value-source.ts';

/** Sources read these fields of a request only. */
const read = (
  source: string,
  fields: Partial<Record<'params' | 'parsedQuery' | 'parsedBody' | 'session', unknown>> = {},
): unknown =>
  compileValueSource(source)({
    params: {},
    parsedQuery: null,
    parsedBody: null,
    session: null,
    ...fields,
  } as unknown as RequestContext);

describe('value sources', () => {
  it('principal is the uid of the caller, and missing without a session', () => {
    expect(read('principal', { session: { person: { uid: 'u1' } } })).toBe('u1');
    expect(read('principal')).toBeUndefined();
  });
  it('a constant is what stands after the sign, whatever it looks like', () => {
    expect(read('=all')).toBe('all');
    expect(read('=path.id', { params: { id: '1' } })).toBe('path.id');
    expect(read('==')).toBe('=');
  });
  it('takes a parameter of the path', () => {
    expect(read('path.id', { params: { id: '7' } })).toBe('7');
    expect(read('path.other', { params: { id: '7' } })).toBeUndefined();
  });
  it('takes one value of the query, never one of several', () => {
    expect(read('query.page', { parsedQuery: { page: '2' } })).toBe('2');
    expect(read('query.page', { parsedQuery: { page: ['2', '3'] } })).toBeUndefined();
    expect(read('query.page')).toBeUndefined();
  });
  it.each([
    ['text', 'text'],
    ['', ''],
    [true, true],
    [false, false],
    [0, 0],
    [-5, -5],
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    [1.5, undefined],
    [2 ** 53, undefined],
    [Number.NaN, undefined],
    [null, undefined],
    [[], undefined],
    [{}, undefined],
    [undefined, undefined],
  ])('takes %j of the body as %j', (value, expected) => {
    expect(read('body.order.amount', { parsedBody: { order: { amount: value } } })).toBe(expected);
  });
  it.each([null, undefined, 'text', 5, [], [{ order: 1 }], { order: null }, { order: 'amount' }, { order: [{ amount: 1 }] }])(
    'is missing in the body %j',
    (parsedBody) => {
      expect(read('body.order.amount', { parsedBody })).toBeUndefined();
    },
  );
  it.each(['constructor', '__proto__', 'toString', 'length'])('inherited %s is no value', (key) => {
    expect(read(`path.${key}`)).toBeUndefined();
    expect(read(`query.${key}`, { parsedQuery: {} })).toBeUndefined();
    expect(read(`body.${key}`, { parsedBody: {} })).toBeUndefined();
    expect(read(`body.${key}.name`, { parsedBody: {} })).toBeUndefined();
    expect(read(`body.a.${key}`, { parsedBody: { a: 'text' } })).toBeUndefined();
  });
});
