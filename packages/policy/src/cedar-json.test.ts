import { describe, expect, test } from 'vitest';
import { CedarJsonError, cedarRecordFromJson, cedarValueFromJson } from './cedar-json.ts';
import { EntityRef } from './entity-ref.ts';
import { Duration } from './extension/duration.ts';
import { CedarSet } from './value.ts';

describe('values from JSON', () => {
  test('plain values, sets and records', () => {
    expect(cedarValueFromJson(true)).toBe(true);
    expect(cedarValueFromJson('a')).toBe('a');
    expect(cedarValueFromJson(-5)).toBe(-5);
    expect(cedarValueFromJson([1, 'a'])).toEqual(new CedarSet([1, 'a']));
    expect(cedarValueFromJson({ a: { b: 1 } })).toEqual({ a: { b: 1 } });
  });

  test('entities and extension values, in their notation only', () => {
    expect(cedarValueFromJson({ __entity: { type: 'Menshen::User', id: 'a' } })).toEqual(new EntityRef('Menshen::User', 'a'));
    expect(cedarValueFromJson({ __extn: { fn: 'duration', arg: '1s' } })).toEqual(new Duration(1000));
    expect(cedarValueFromJson({ type: 'Menshen::User', id: 'a' })).toEqual({ type: 'Menshen::User', id: 'a' });
  });

  test('a field named __proto__ is a field', () => {
    const record = cedarRecordFromJson(JSON.parse('{"__proto__": {"admin": true}}'));
    expect(Object.keys(record)).toEqual(['__proto__']);
    expect('admin' in record).toBe(false);
  });

  test.each([
    ['null', null],
    ['a fraction', 0.5],
    ['an integer that JSON rounds', 2 ** 53],
    ['an unknown extension', { __extn: { fn: 'eval', arg: '1' } }],
    ['an extension by an inherited name', { __extn: { fn: 'constructor', arg: '1' } }],
    ['an extension value that cannot be read', { __extn: { fn: 'ip', arg: '300.1.1.1' } }],
    ['an extension without a string', { __extn: { fn: 'ip', arg: 1 } }],
    ['an entity with more beside it', { __entity: { type: 'Menshen::User', id: 'a' }, more: 1 }],
    ['an entity without an id', { __entity: { type: 'Menshen::User' } }],
    ['an entity that is no object', { __entity: 'Menshen::User' }],
    ['undefined', undefined],
  ])('%s is refused, wherever it is', (_, value) => {
    for (const json of [value, [value], { a: value }]) expect(() => cedarValueFromJson(json)).toThrow(CedarJsonError);
  });

  test('a record is an object', () => {
    for (const json of [null, [], 'a', 1]) expect(() => cedarRecordFromJson(json)).toThrow(CedarJsonError);
  });

  test('nesting is bounded', () => {
    const deep = JSON.parse('['.repeat(5_000) + ']'.repeat(5_000));
    expect(() => cedarValueFromJson(deep)).toThrow(CedarJsonError);
  });
});
