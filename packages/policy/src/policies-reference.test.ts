import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Entity } from './entity.ts';
import { EntityRef } from './entity-ref.ts';
import { describeRoutes, type PolicyRoute } from './house/describe-routes.ts';
import { CONTEXT_ATTRIBUTES, generateSchema } from './house/generate-schema.ts';
import { rolesNamedIn } from './house/named-roles.ts';
import { createLocalClock, type RequestCircumstances, requestContext } from './house/request-context.ts';
import { loadPolicies } from './load-policies.ts';

const page = readFileSync(new URL('../../../docs/reference/policies.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/```cedar\n([\s\S]*?)```/g)].map(([, text]) => text ?? '');

const person = (action: string): PolicyRoute => ({
  action,
  resource: { type: 'Menshen::User', from: 'directory', attributes: {} },
});
const { description } = describeRoutes([
  {
    id: 'portal',
    routes: [
      { action: 'leave.read', resource: { type: 'Portal::Leave', from: 'request', attributes: { owner: 'path.owner' } } },
      { action: 'payroll.export' },
      ...['employee.list', 'employee.read', 'employee.update'].map(person),
    ],
  },
]);
const loaded = loadPolicies({
  files: [{ name: 'policies.md', text: examples.join('\n') }],
  schema: {
    name: 'generated.cedarschema',
    text: generateSchema({ ...description, roles: rolesNamedIn([{ name: 'policies.md', text: examples.join('\n') }]) }),
  },
});
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
const { policies, warnings } = loaded;

const department = (id: string): EntityRef => new EntityRef('Menshen::Department', id);
const role = (id: string): EntityRef => new EntityRef('Menshen::Role', id);

function user(id: string, groups: readonly EntityRef[], leads: readonly string[] = [], kind = 'employee'): Entity {
  const departments = groups.filter((group) => group.type === 'Menshen::Department').slice(0, 1);
  const attrs = { uid: id, kind, departments, leads: leads.map(department), scopes: {} };
  return { type: 'Menshen::User', id, attrs, ancestors: new Set(groups.map((group) => group.key)) };
}

const east = [department('east'), department('sales')];
const ENTITIES: readonly Entity[] = [
  user('zhang', east),
  user('li', east),
  user('boss', [department('sales')], ['sales']),
  user('hr', [department('office'), role('hr')], [], 'partner'),
  {
    ...user('approver', [department('office')], [], 'partner'),
    attrs: {
      ...user('approver', [department('office')], [], 'partner').attrs,
      scopes: { approver: { all: false, self: false, departments: [], subtrees: [department('sales')] } },
    },
  },
  user('finance', [department('office'), role('finance')], [], 'partner'),
  { type: 'Portal::Leave', id: '1', attrs: { owner: 'zhang' }, ancestors: new Set() },
];
const source = { get: (type: string, id: string) => ENTITIES.find((entity) => entity.type === type && entity.id === id) };

const clock = createLocalClock('Asia/Shanghai');

function circumstances(more: Partial<RequestCircumstances>): RequestCircumstances {
  const arrived = more.arrived ?? Date.UTC(2026, 5, 8, 2, 0);
  return {
    app: 'portal',
    channel: 'wecom',
    assurance: 2,
    mfaAgeSeconds: 60,
    address: '10.0.0.7',
    method: 'GET',
    arrived,
    local: clock(arrived),
    risk: 0,
    riskReasons: [],
    deviceKnown: true,
    ...more,
  };
}

function decide(who: string, action: string, type: string, id: string, more: Partial<RequestCircumstances> = {}) {
  return policies.decideStrict(
    {
      principal: new EntityRef('Menshen::User', who),
      action: { type: 'Menshen::Action', id: action },
      resource: new EntityRef(type, id),
      context: requestContext(circumstances(more)),
    },
    source,
  );
}

const LEAVE = ['leave.read', 'Portal::Leave', '1'] as const;
const LIST = ['employee.list', 'Menshen::User', 'zhang'] as const;
const READ = ['employee.read', 'Menshen::User', 'zhang'] as const;
const UPDATE = ['employee.update', 'Menshen::User', 'zhang'] as const;
const EXPORT = ['payroll.export', 'Menshen::App', 'portal'] as const;
const saturday = Date.UTC(2026, 5, 6, 2, 0);
const evening = Date.UTC(2026, 5, 8, 10, 0);

const CASES = [
  ['zhang', LEAVE, {}, true, ['own-record']],
  ['li', LEAVE, {}, false, []],
  ['li', LIST, {}, true, ['own-department']],
  ['boss', LIST, {}, false, []],
  ['boss', READ, {}, true, ['led-subtree', 'colleague-masked']],
  ['approver', READ, {}, true, ['scoped-approver']],
  ['hr', READ, {}, true, ['hr-all']],
  ['finance', READ, {}, false, []],
  ['li', READ, {}, true, ['colleague-masked']],
  ['zhang', READ, {}, true, ['colleague-masked', 'own-phone']],
  ['finance', EXPORT, {}, true, ['finance-export']],
  ['hr', EXPORT, {}, false, []],
  ['finance', EXPORT, { arrived: saturday }, false, ['office-hours']],
  ['finance', EXPORT, { arrived: evening }, false, ['office-hours']],
  ['finance', EXPORT, { mfaAgeSeconds: 300 }, false, ['fresh-factor']],
  ['finance', EXPORT, { mfaAgeSeconds: null }, false, ['fresh-factor']],
  ['zhang', UPDATE, {}, true, ['own-update']],
  ['li', UPDATE, {}, false, []],
  ['zhang', UPDATE, { risk: 3 }, false, ['risky-change']],
  ['zhang', UPDATE, { deviceKnown: false }, true, ['own-update']],
  ['zhang', UPDATE, { deviceKnown: false, address: '203.0.113.9' }, false, ['risky-change']],
] as const;

describe('the examples of the reference', () => {
  test('load with the generated schema, without a warning', () => {
    expect(examples.length).toBeGreaterThan(6);
    expect(warnings).toEqual([]);
  });

  test.each(CASES)('%s, %j, %j: %s', (who, [action, type, id], more, allow, determining) => {
    expect(decide(who, action, type, id, more)).toEqual({ allow, determining, errors: [] });
  });

  test('are all decisive in some case', () => {
    const decisive = new Set<string>(CASES.flatMap(([, , , , determining]) => determining));
    expect(policies.policies.map((policy) => policy.id).filter((id) => !decisive.has(id))).toEqual([]);
  });

  test.each([
    ['li', ['phone', 'bank.card']],
    ['zhang', ['bank.card']],
    ['boss', []],
    ['hr', []],
  ] as const)('mask for %s: %j', (who, fields) => {
    expect(policies.maskedFields(decide(who, ...READ))).toEqual(fields);
  });

  test('mask nothing of a refusal', () => {
    expect(() => policies.maskedFields(decide('finance', ...READ))).toThrow(RangeError);
  });
});

describe('the reference', () => {
  test('names everything that the context has, in both languages', () => {
    const halves = page.split('## English');
    for (const [name, { optional }] of Object.entries(CONTEXT_ATTRIBUTES)) {
      for (const half of halves) expect(half).toContain(`\`${name}${optional === true ? '?' : ''}\``);
    }
  });
});

describe('@mask', () => {
  test.each(['', ' ', 'a b', 'a,,b', 'a,', '1a', 'a..b', '__proto__.x y', 'a'.repeat(65), `${'a,'.repeat(100)}b`])(
    '%j does not load',
    (mask) => {
      const text = `@mask("${mask}") permit(principal, action, resource);`;
      expect(loadPolicies({ files: [{ name: 'm.cedar', text }], schema: null })).toMatchObject({
        ok: false,
        problems: [{ code: 'invalid_mask' }],
      });
    },
  );

  test('is nothing for a forbid', () => {
    const text = '@mask("phone") forbid(principal, action, resource);';
    expect(loadPolicies({ files: [{ name: 'm.cedar', text }], schema: null })).toMatchObject({
      ok: false,
      problems: [{ code: 'invalid_mask' }],
    });
  });
});
