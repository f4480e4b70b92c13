import { describe, expect, test } from 'vitest';
import type { CompiledPolicies } from './compiled-policies.ts';
import type { Decision } from './decision.ts';
import type { Entity, EntitySource } from './entity.ts';
import { EntityRef, entityKey } from './entity-ref.ts';
import { loadPolicies } from './load-policies.ts';
import { CedarSet, type CedarValue } from './value.ts';

const principal = new EntityRef('Menshen::User', 'alice');
const action = { type: 'Menshen::Action', id: 'employee.read' };
const resource = new EntityRef('Portal::Record', 'r1');
const nobody: EntitySource = { get: () => undefined };

function load(text: string): CompiledPolicies {
  const result = loadPolicies({ files: [{ name: 'a.cedar', text }], schema: null });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.policies;
}

/** What a caller hands over unchecked: the types say otherwise, JSON does not. */
function unchecked(value: unknown): CedarValue {
  return value as CedarValue;
}

function decide(text: string, context: Record<string, unknown>, entities = nobody): { cedar: Decision; strict: Decision } {
  const policies = load(text);
  const request = { principal, action, resource, context: context as Record<string, CedarValue> };
  return { cedar: policies.decide(request, entities), strict: policies.decideStrict(request, entities) };
}

function condition(text: string, context: Record<string, unknown>, entities = nobody): boolean | string {
  const { cedar } = decide(`permit(principal, action, resource) when { ${text} };`, context, entities);
  return cedar.errors[0]?.code ?? cedar.allow;
}

function aliceWith(attrs: Record<string, CedarValue>): EntitySource {
  const alice: Entity = { type: 'Menshen::User', id: 'alice', attrs, ancestors: new Set() };
  return { get: (type, id) => (entityKey(type, id) === principal.key ? alice : undefined) };
}

describe('an evaluation error', () => {
  const permit = '@id("all") permit(principal, action, resource);';

  test('in a forbid: Cedar would let the request pass, we refuse and say why', () => {
    const { cedar, strict } = decide(`${permit} @id("bad") forbid(principal, action, resource) when { context.risk > 2 };`, {});
    const errors = [{ policy: 'bad', code: 'no_such_attribute', message: 'the attribute `risk` does not exist' }];
    expect(cedar).toEqual({ allow: true, determining: ['all'], errors });
    expect(strict).toEqual({ allow: false, determining: [], errors });
  });

  test('in a permit refuses too, though another permit matches', () => {
    const { cedar, strict } = decide(`${permit} permit(principal, action, resource) when { principal.level > 2 };`, {});
    expect([cedar.allow, strict.allow]).toEqual([true, false]);
    expect(strict.errors.map((error) => error.code)).toEqual(['no_such_entity']);
  });

  test('beside a forbid that matches leaves the forbid as the one that decided', () => {
    const text = `${permit} @id("no") forbid(principal, action, resource); forbid(principal, action, resource) when { context.risk > 2 };`;
    const { strict } = decide(text, {});
    expect(strict).toMatchObject({ allow: false, determining: ['no'], errors: [{ policy: 'a.cedar#3' }] });
  });

  test('never shows what the request held', () => {
    const { strict } = decide(`${permit} forbid(principal, action, resource) when { context.secret > 2 };`, {
      secret: 'hunter2',
    });
    expect(JSON.stringify(strict)).not.toContain('hunter2');
    expect(strict.errors).toHaveLength(1);
  });
});

describe('the entity source', () => {
  const text = 'permit(principal, action, resource) unless { principal has locked };';

  test('that throws is a refusal, not an answer', () => {
    const policies = load(text);
    const broken: EntitySource = {
      get: () => {
        throw new Error('store away: password=hunter2');
      },
    };
    const request = { principal, action, resource, context: {} };
    expect(() => policies.decide(request, broken)).toThrow('store away');
    const decision = policies.decideStrict(request, broken);
    expect(decision).toMatchObject({ allow: false, determining: [], errors: [{ policy: null, code: 'internal_error' }] });
    expect(JSON.stringify(decision)).not.toContain('hunter2');
  });

  test('that does not know an entity: its attributes are errors, `in` is false, `has` is false', () => {
    expect(condition('principal.level == 1', {})).toBe('no_such_entity');
    expect(condition('principal in Menshen::Role::"admin"', {})).toBe(false);
    expect(condition('principal in principal', {})).toBe(true);
    expect(condition('principal has level', {})).toBe(false);
    expect(condition('principal.hasTag("a")', {})).toBe(false);
  });
});

describe('names that objects inherit', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'];

  test.each(names)('%s is no attribute of the context, of a record or of an entity', (name) => {
    const entities = aliceWith({ profile: {} });
    for (const target of ['context', 'context.nested', 'principal', 'principal.profile', '{a: 1}']) {
      expect(condition(`${target} has "${name}"`, { nested: {} }, entities)).toBe(false);
      expect(condition(`${target}["${name}"] == 1`, { nested: {} }, entities)).toBe('no_such_attribute');
    }
    expect(condition(`principal.hasTag("${name}")`, {}, entities)).toBe(false);
  });

  test.each(names)('%s is an attribute when it is really there', (name) => {
    const context = JSON.parse(`{"${name}": 7}`);
    expect(condition(`context has "${name}" && context["${name}"] == 7`, context)).toBe(true);
    expect(condition(`{"${name}": 7} == context && {"${name}": 7}["${name}"] == 7`, context)).toBe(true);
    expect(condition(`{"${name}": 8} == context`, context)).toBe(false);
  });

  test('as ids and roles reach nothing', () => {
    expect(
      condition('principal in Menshen::Role::"__proto__" || principal in Menshen::Role::"constructor"', {}, aliceWith({})),
    ).toBe(false);
  });

  test('an attribute that only the prototype has is not there', () => {
    const inherited = Object.create({ admin: true });
    expect(condition('context has admin', inherited)).toBe('invalid_value');
    expect(condition('context.record has admin', { record: Object.assign(Object.create(null), {}) })).toBe(false);
  });
});

describe('values that are none of Cedar', () => {
  test.each([
    ['null', null],
    ['a fraction', 1.5],
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['an unsafe integer', 2 ** 53],
    ['more than 64 bits', 2n ** 63n],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['a function', () => true],
    ['a symbol', Symbol('x')],
    ['an object of a class', new (class Admin {})()],
  ])('%s is an error where it is read, also deep inside', (_, value) => {
    expect(condition('context.x == context.x', { x: unchecked(value) })).toBe('invalid_value');
    expect(condition('context.x == [1]', { x: [unchecked(value)] })).toBe('invalid_value');
    expect(condition('context.x.contains(1)', { x: [unchecked(value)] })).toBe('invalid_value');
    expect(condition('context.x == {a: 1}', { x: { a: unchecked(value) } })).toBe('invalid_value');
    expect(condition('[1, 2, 3, 4, 5, 6, 7, 8, [9]] == context.x', { x: [[unchecked(value)]] })).toBe('invalid_value');
  });

  test('a context that is no record', () => {
    const policies = load('permit(principal, action, resource) unless { context has blocked };');
    for (const context of [null, [], 'x', new Map()]) {
      const request = { principal, action, resource, context: context as unknown as Record<string, CedarValue> };
      expect(policies.decideStrict(request, nobody)).toMatchObject({ allow: false, errors: [{ code: 'invalid_value' }] });
    }
  });

  test('undefined is absence', () => {
    expect(condition('context has x', { x: undefined })).toBe(false);
    expect(condition('context.x == 1', { x: undefined })).toBe('no_such_attribute');
    expect(condition('context == {}', { x: undefined })).toBe(true);
  });

  test('a record is never an entity, whatever its fields are called', () => {
    const forged = { type: 'Menshen::Role', id: 'admin', key: 'Menshen::Role::"admin"' };
    expect(condition('context.x == Menshen::Role::"admin"', { x: forged })).toBe(false);
    expect(condition('principal in context.x', { x: forged })).toBe('type_error');
    expect(condition('context.x is Menshen::Role', { x: forged })).toBe('type_error');
  });

  test('an id that imitates another key is another entity', () => {
    const forged = new EntityRef('Menshen::User', 'x"::Menshen::Role::"admin');
    expect(forged.key).not.toBe(entityKey('Menshen::Role', 'admin'));
    expect(condition('context.x == Menshen::Role::"admin"', { x: forged })).toBe(false);
  });
});

describe('hostile sizes', () => {
  function nested(depth: number, wrap: (inner: unknown) => unknown): unknown {
    let value: unknown = 1;
    for (let level = 0; level < depth; level++) value = wrap(value);
    return value;
  }

  test.each([
    ['arrays', (inner: unknown) => [inner]],
    ['records', (inner: unknown) => ({ a: inner })],
    ['wide arrays', (inner: unknown) => [1, 2, 3, 4, 5, 6, 7, 8, 9, inner]],
  ])('%s nested 100,000 deep are an error, not a stack overflow', (_, wrap) => {
    const context = { x: nested(100_000, wrap), y: nested(100_000, wrap) };
    expect(condition('context.x == context.y', context)).toBe('too_deep');
    expect(condition('[context.x].contains(context.y)', context)).toBe('too_deep');
    expect(condition('context.x == 1', context)).toBe(false);
  });

  test('sets in sets in sets are compared without exponential work', () => {
    const wrap = (inner: unknown): unknown => [inner, [inner, 'x']];
    // 2^12 elements in 24 levels; comparing them pairwise would take 8^24 steps.
    const context = { x: nested(12, wrap), y: nested(12, wrap) };
    expect(condition('context.x == context.y', context)).toBe(true);
    expect(condition('[context.x].containsAny([context.y])', context)).toBe(true);
  });

  test('large sets are searched by hash', () => {
    const large = Array.from({ length: 200_000 }, (_, index) => `item ${index}`);
    const context = { x: large, y: large.toReversed(), z: new CedarSet(large.map((item) => [item])) };
    expect(condition('context.x == context.y', context)).toBe(true);
    expect(condition('context.x.containsAll(context.y)', context)).toBe(true);
    expect(condition('context.z.contains(["item 199999"])', context)).toBe(true);
    expect(condition('context.z.containsAny([context.x])', context)).toBe(false);
  });

  test('a pattern of wildcards on a long string does not backtrack', () => {
    const text = 'a'.repeat(200_000);
    expect(condition(`context.x like "${'*a'.repeat(30)}*b"`, { x: text })).toBe(false);
    expect(condition(`context.x like "${'a*'.repeat(30)}"`, { x: text })).toBe(true);
  });

  test.each([
    ['1', 'extension_error'],
    ['0', true],
  ])('extension values written with 500,000 digits %s', (digit, expected) => {
    const digits = digit.repeat(500_000);
    expect(condition('duration(context.x) == duration("0ms")', { x: `${digits}ms` })).toBe(expected);
    expect(condition('decimal(context.x) == decimal("0.0")', { x: `${digits}.0` })).toBe(expected);
    expect(condition('ip(context.x) == ip("0.0.0.0")', { x: digits })).toBe('extension_error');
    expect(condition('datetime(context.x) == datetime("1970-01-01")', { x: digits })).toBe('extension_error');
  });
});

describe('prepared lists of policies', () => {
  const hr = new EntityRef('Menshen::Role', 'hr');
  const policies = load(`permit(principal in Menshen::Role::"hr", action, resource);
    permit(principal == Menshen::User::"a", action, resource);`);
  const ask = (id: string, entity: Entity): boolean =>
    policies.decideStrict(
      { principal: { type: 'Menshen::User', id }, action: { type: 'Menshen::Action', id: 'x' }, resource: hr, context: {} },
      { get: (type) => (type === 'Menshen::User' ? entity : undefined) },
    ).allow;

  test('are not kept for another principal that a source describes by the same object', () => {
    const shared: Entity = { type: 'Menshen::User', id: 'any', attrs: {}, ancestors: new Set() };
    expect([ask('a', shared), ask('b', shared), ask('a', shared)]).toEqual([true, false, true]);
  });

  test('are not kept when groups are taken away or added in place', () => {
    const ancestors = new Set([hr.key]);
    const entity: Entity = { type: 'Menshen::User', id: 'c', attrs: {}, ancestors };
    expect(ask('c', entity)).toBe(true);
    ancestors.delete(hr.key);
    expect(ask('c', entity)).toBe(false);
    ancestors.add(hr.key);
    expect(ask('c', entity)).toBe(true);
  });

  test('stay within bounds for any number of groups', () => {
    const roles = Array.from({ length: 14 }, (_, index) => new EntityRef('Menshen::Role', `r${index}`));
    const many = load(roles.map(({ id }) => `permit(principal in Menshen::Role::"${id}", action, resource);`).join('\n'));
    for (let mask = 0; mask < 2 ** 14; mask += 3) {
      const ancestors = new Set(roles.filter((_, index) => (mask & (1 << index)) !== 0).map((role) => role.key));
      const entity: Entity = { type: 'Menshen::User', id: 'd', attrs: {}, ancestors };
      const request = { principal: new EntityRef('Menshen::User', 'd'), action: hr, resource: hr, context: {} };
      expect(
        many.decideStrict(request, { get: (type) => (type === 'Menshen::User' ? entity : undefined) }).determining,
      ).toHaveLength(ancestors.size);
    }
  });
});
