import { describe, expect, test } from 'vitest';
import type { AuthorizationRequest, CompiledPolicies } from './compiled-policies.ts';
import type { Entity, EntitySource } from './entity.ts';
import { EntityRef, type EntityUid, entityKey } from './entity-ref.ts';
import { loadPolicies } from './load-policies.ts';
import type { CedarRecord } from './value.ts';

const SCHEMA = `
namespace Menshen {
  entity Department in [Department];
  entity Role;
  entity App;
  entity User in [Department, Role] { name: String, dept: Department, locked: Bool };
  action "employee.read", "employee.write"
    appliesTo { principal: User, resource: Portal::Record, context: { mfaAge?: Long, ip?: ipaddr } };
  action "order.refund" appliesTo { principal: User, resource: Portal::Order, context: { mfaAge?: Long, ip?: ipaddr } };
}
namespace Portal {
  entity Record in [Menshen::App] { owner: Menshen::User, dept: Menshen::Department };
  entity Order in [Menshen::App] { amountCents: Long };
}`;

const POLICIES = `
@id("own-record") permit(principal, action in [Menshen::Action::"employee.read", Menshen::Action::"employee.write"], resource is Portal::Record)
when { resource.owner == principal };

@id("manager-subtree") permit(principal in Menshen::Role::"manager", action == Menshen::Action::"employee.read", resource is Portal::Record)
when { resource.dept in principal.dept };

@id("hr-all") permit(principal in Menshen::Role::"hr", action, resource is Portal::Record in Menshen::App::"portal");

@id("refund-small") permit(principal in Menshen::Department::"sales", action == Menshen::Action::"order.refund", resource)
when { resource.amountCents <= 50000 };

@id("fresh-factor") forbid(principal, action == Menshen::Action::"employee.write", resource)
unless { context has mfaAge && context.mfaAge < 300 };

@id("locked") forbid(principal is Menshen::User, action, resource) when { principal.locked };

@id("audit-record") permit(principal == Menshen::User::"auditor", action == Menshen::Action::"employee.read", resource == Portal::Record::"r-zhang");
`;

function entity(uid: EntityUid, attrs: CedarRecord, ancestors: EntityUid[] = []): Entity {
  return { ...uid, attrs, ancestors: new Set(ancestors.map(({ type, id }) => entityKey(type, id))) };
}

const user = (id: string): EntityRef => new EntityRef('Menshen::User', id);
const department = (id: string): EntityRef => new EntityRef('Menshen::Department', id);
const role = (id: string): EntityRef => new EntityRef('Menshen::Role', id);
const record = (id: string): EntityRef => new EntityRef('Portal::Record', id);
const order = (id: string): EntityRef => new EntityRef('Portal::Order', id);
const portal = new EntityRef('Menshen::App', 'portal');
const company = department('company');

function person(id: string, dept: EntityRef, groups: EntityUid[], locked = false): Entity {
  return entity(user(id), { name: id, dept, locked }, [dept, company, ...groups]);
}

const ENTITIES: Entity[] = [
  entity(company, {}),
  entity(department('sales'), {}, [company]),
  entity(department('sales-east'), {}, [department('sales'), company]),
  entity(department('finance'), {}, [company]),
  person('zhang', department('sales-east'), [department('sales')]),
  person('li', department('sales'), [role('manager')]),
  person('wang', department('finance'), [role('hr'), role('manager')]),
  person('thief', department('sales'), [role('hr')], true),
  person('auditor', department('finance'), []),
  entity(record('r-zhang'), { owner: user('zhang'), dept: department('sales-east') }, [portal]),
  entity(record('r-wang'), { owner: user('wang'), dept: department('finance') }, [portal]),
  entity(order('small'), { amountCents: 50_000 }, [portal]),
  entity(order('large'), { amountCents: 50_001 }, [portal]),
];

function sourceOf(entities: readonly Entity[]): EntitySource {
  const byKey = new Map(entities.map((known) => [entityKey(known.type, known.id), known]));
  return { get: (type, id) => byKey.get(entityKey(type, id)) };
}

function load(text: string, schema: string | null): CompiledPolicies {
  const result = loadPolicies({
    files: [{ name: 'portal.cedar', text }],
    schema: schema === null ? null : { name: 'menshen.cedarschema', text: schema },
  });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.policies;
}

function request(principal: EntityUid, action: string, resource: EntityUid, context: CedarRecord = {}): AuthorizationRequest {
  return { principal, action: { type: 'Menshen::Action', id: action }, resource, context };
}

const source = sourceOf(ENTITIES);
const policies = load(POLICIES, SCHEMA);

describe('the company', () => {
  test.each([
    ['reads the own record', user('zhang'), 'employee.read', record('r-zhang'), {}, ['own-record']],
    ['does not read another one', user('zhang'), 'employee.read', record('r-wang'), {}, []],
    [
      'writes the own record with a fresh factor',
      user('zhang'),
      'employee.write',
      record('r-zhang'),
      { mfaAge: 10 },
      ['own-record'],
    ],
    ['a manager sees the subtree', user('li'), 'employee.read', record('r-zhang'), {}, ['manager-subtree']],
    ['and nothing beside it', user('li'), 'employee.read', record('r-wang'), {}, []],
    [
      'several policies allow, in the order of loading',
      user('wang'),
      'employee.read',
      record('r-wang'),
      {},
      ['own-record', 'manager-subtree', 'hr-all'],
    ],
    ['a bound holds', user('li'), 'order.refund', order('small'), {}, ['refund-small']],
    ['and its other side is refused', user('li'), 'order.refund', order('large'), {}, []],
    ['a policy for one record', user('auditor'), 'employee.read', record('r-zhang'), {}, ['audit-record']],
    ['takes no other record', user('auditor'), 'employee.read', record('r-wang'), {}, []],
    ['an action without a policy', user('wang'), 'employee.delete', order('small'), {}, []],
  ] as const)('%s', (_, principal, action, resource, context, determining) => {
    const decision = policies.decide(request(principal, action, resource, context), source);
    expect(decision).toEqual({ allow: determining.length > 0, determining, errors: [] });
    expect(policies.decideStrict(request(principal, action, resource, context), source)).toEqual(decision);
  });

  test.each([
    ['no factor', user('zhang'), 'employee.write', record('r-zhang'), {}, ['fresh-factor']],
    ['an old factor', user('zhang'), 'employee.write', record('r-zhang'), { mfaAge: 300 }, ['fresh-factor']],
    ['a locked account', user('thief'), 'employee.read', record('r-zhang'), {}, ['locked']],
    ['two at once', user('thief'), 'employee.write', record('r-zhang'), {}, ['fresh-factor', 'locked']],
  ] as const)('is forbidden by %s, whoever permits', (_, principal, action, resource, context, determining) => {
    const decision = policies.decide(request(principal, action, resource, context), source);
    expect(decision).toEqual({ allow: false, determining, errors: [] });
  });

  test('takes uids as plain objects and as references alike', () => {
    const plain = request({ type: 'Menshen::User', id: 'zhang' }, 'employee.read', { type: 'Portal::Record', id: 'r-zhang' });
    expect(policies.decide(plain, source).allow).toBe(true);
  });
});

describe('with nothing', () => {
  test('denies everything', () => {
    const none = load('', null);
    expect(none.decide(request(user('zhang'), 'employee.read', record('r-zhang')), source)).toEqual({
      allow: false,
      determining: [],
      errors: [],
    });
  });
});

describe('the index', () => {
  test('takes a principal that is listed among its own ancestors once', () => {
    const own = sourceOf([entity(user('a'), {}, [user('a')])]);
    const permits = load('permit(principal in Menshen::User::"a", action, resource);', null);
    expect(permits.decide(request(user('a'), 'x', user('a')), own).determining).toEqual(['portal.cedar#1']);
  });

  test('asks for equality where the policy does, not for membership', () => {
    const member = sourceOf([entity(user('b'), {}, [user('a')])]);
    const permits = load('permit(principal == Menshen::User::"a", action, resource);', null);
    expect(permits.decide(request(user('b'), 'x', user('b')), member).allow).toBe(false);
    expect(permits.decide(request(user('a'), 'x', user('b')), member).allow).toBe(true);
  });

  test('finds policies by the ancestors of the resource', () => {
    const permits = load('permit(principal, action, resource in Menshen::App::"portal");', null);
    expect(permits.decide(request(user('zhang'), 'x', order('small')), source).allow).toBe(true);
    expect(permits.decide(request(user('zhang'), 'x', company), source).allow).toBe(false);
    expect(permits.decide(request(user('zhang'), 'x', portal), source).allow).toBe(true);
  });

  test('follows groups of actions from the entities when there is no schema', () => {
    const permits = load('permit(principal, action in Menshen::Action::"reading", resource);', null);
    const action = { type: 'Menshen::Action', id: 'employee.read' };
    const grouped = sourceOf([entity(action, {}, [{ type: 'Menshen::Action', id: 'reading' }])]);
    expect(permits.decide(request(user('a'), 'employee.read', user('a')), grouped).allow).toBe(true);
    expect(permits.decide(request(user('a'), 'employee.read', user('a')), source).allow).toBe(false);
    expect(permits.decide(request(user('a'), 'reading', user('a')), source).allow).toBe(true);
  });

  test('serves principals with few and with many ancestors', () => {
    const roles = Array.from({ length: 50 }, (_, index) => role(`r${index}`));
    const text = roles.slice(0, 10).map(({ id }) => `permit(principal in Menshen::Role::"${id}", action, resource);`);
    const permits = load(text.join('\n'), null);
    const many = sourceOf([entity(user('many'), {}, roles), entity(user('few'), {}, roles.slice(3, 4))]);
    expect(permits.decide(request(user('many'), 'x', company), many).determining).toHaveLength(10);
    expect(permits.decide(request(user('few'), 'x', company), many).determining).toEqual(['portal.cedar#4']);
  });
});
