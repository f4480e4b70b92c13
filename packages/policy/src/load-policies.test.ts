import { describe, expect, test } from 'vitest';
import { entityKey } from './entity-ref.ts';
import { type LoadResult, loadPolicies } from './load-policies.ts';
import type { PolicyProblem } from './policy-problem.ts';

const SCHEMA = `namespace Menshen {
  entity Department in [Department];
  entity Role;
  entity App;
  entity User in [Department, Role] { name: String, level?: Long };
  action "employee.read", "employee.write" appliesTo { principal: User, resource: User, context: { mfa: Bool } };
}`;

function load(text: string, schema: string | null = SCHEMA, schemaName = 'menshen.cedarschema'): LoadResult {
  return loadPolicies({
    files: [{ name: 'hr.cedar', text }],
    schema: schema === null ? null : { name: schemaName, text: schema },
  });
}

function problemsOf(result: LoadResult): readonly PolicyProblem[] {
  return result.ok ? [] : result.problems;
}

describe('what loads', () => {
  test('takes the id from @id, and else from file and number', () => {
    const result = load(`
      // two policies
      @id("read") @why("own department") permit(principal, action, resource);
      forbid(principal, action, resource) unless { context.mfa };
    `);
    expect(result.ok && result.policies.policies).toEqual([
      {
        id: 'read',
        effect: 'permit',
        file: 'hr.cedar',
        line: 3,
        annotations: { id: 'read', why: 'own department' },
        text: '@id("read") @why("own department") permit(principal, action, resource);',
      },
      {
        id: 'hr.cedar#2',
        effect: 'forbid',
        file: 'hr.cedar',
        line: 4,
        annotations: {},
        text: 'forbid(principal, action, resource) unless { context.mfa };',
      },
    ]);
  });

  test('takes no policies at all: everything is denied then', () => {
    expect(load('// nothing\n').ok).toBe(true);
    expect(loadPolicies({ files: [], schema: null }).ok).toBe(true);
  });

  test('warns when there is no schema', () => {
    const result = load('permit(principal, action, resource);', null);
    expect(result.ok && result.warnings.map((warning) => warning.code)).toEqual(['no_schema']);
  });

  test('passes on what the validator warns of, with its place', () => {
    const result = load('permit(principal, action, resource)\nwhen { principal == Menshen::App::"x" };');
    if (!result.ok) throw new Error(result.problems[0]?.message);
    expect(result.warnings).toEqual([
      expect.objectContaining({ file: 'hr.cedar', line: 1, policyId: 'hr.cedar#1', code: 'validation_warning' }),
    ]);
  });

  test('takes a schema as JSON', () => {
    const schema = {
      Menshen: {
        entityTypes: { User: {} },
        actions: { read: { appliesTo: { principalTypes: ['User'], resourceTypes: ['User'] } } },
      },
    };
    const text = 'permit(principal is Menshen::User, action == Menshen::Action::"read", resource);';
    expect(load(text, JSON.stringify(schema), 'schema.json').ok).toBe(true);
    expect(problemsOf(load(text, '[]', 'schema.json')).map((problem) => problem.code)).toEqual(['schema_error']);
    expect(problemsOf(load(text, '{', 'schema.json')).map((problem) => problem.code)).toEqual(['schema_error']);
  });

  test('keeps what separates policies out of strings and comments', () => {
    const result = load(`
      permit(principal, action, resource) when { principal.name == "a;b // c" }; // ; permit(principal, action, resource);
      forbid(principal, action, resource) when { principal.name like "\\";*" };
    `);
    expect(result.ok && result.policies.policies.map((policy) => policy.line)).toEqual([2, 3]);
  });
});

describe('what is refused', () => {
  test('a syntax error, at its line and column', () => {
    const result = load(
      'permit(principal, action, resource);\n// 部门 \u{1f600}\nforbid(principal, action, resource) when { 1 + };',
    );
    expect(problemsOf(result)).toEqual([
      { file: 'hr.cedar', line: 3, column: 48, code: 'syntax_error', message: expect.stringContaining('unexpected token') },
    ]);
  });

  test('columns behind characters of several bytes', () => {
    const [problem] = problemsOf(load('permit(principal, action, resource) when { "部门\u{1f600}" == };'));
    expect(problem).toMatchObject({
      line: 1,
      column: 'permit(principal, action, resource) when { "部门\u{1f600}" == '.length + 1,
    });
  });

  test('a policy that does not end', () => {
    expect(problemsOf(load('permit(principal, action, resource)'))[0]).toMatchObject({ code: 'syntax_error', line: 1 });
    expect(problemsOf(load('permit(principal, action, resource) when { "abc };'))[0]).toMatchObject({ code: 'syntax_error' });
  });

  test('a template', () => {
    expect(problemsOf(load('permit(principal == ?principal, action, resource);'))).toEqual([
      expect.objectContaining({ code: 'template', line: 1, column: 1 }),
    ]);
  });

  test('an id that is used twice, also across files', () => {
    const result = loadPolicies({
      files: [
        { name: 'a.cedar', text: '@id("x") permit(principal, action, resource);' },
        { name: 'b.cedar', text: '\n@id("x") permit(principal, action, resource);' },
      ],
      schema: null,
    });
    expect(problemsOf(result)).toEqual([
      {
        file: 'b.cedar',
        line: 2,
        column: 1,
        policyId: 'x',
        code: 'duplicate_id',
        message: 'the policy id is already used at a.cedar:1',
      },
    ]);
  });

  test('an empty id', () => {
    expect(problemsOf(load('@id("") permit(principal, action, resource);'))[0]?.code).toBe('empty_id');
    expect(problemsOf(load('@id permit(principal, action, resource);'))[0]?.code).toBe('empty_id');
  });

  test('a function with the wrong number of arguments, which the engine would only notice when it is called', () => {
    const condition = 'ip("10.0.0.1").isInRange(ip("10.0.0.0/8"), ip("10.0.0.0/8"))';
    expect(problemsOf(load(`permit(principal, action, resource) when { ${condition} };`, null))[0]?.code).toBe(
      'unsupported_policy',
    );
  });

  test('what the schema does not know, each at its place', () => {
    const result = load(`@id("typo") permit(principal, action, resource) when { principal.nmae == "a" };
permit(principal == Menshen::Usr::"a", action, resource);`);
    expect(problemsOf(result).toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0))).toEqual([
      expect.objectContaining({ code: 'validation_error', line: 1, column: 56, policyId: 'typo' }),
      expect.objectContaining({ code: 'validation_error', line: 2, column: 21, policyId: 'hr.cedar#2' }),
    ]);
    expect(problemsOf(result).some((problem) => /policy\d/.test(problem.message))).toBe(false);
  });

  test('an optional attribute that is read without asking for it', () => {
    const unguarded = 'permit(principal, action, resource) when { principal.level > 3 };';
    const guarded = 'permit(principal, action, resource) when { principal has level && principal.level > 3 };';
    expect(problemsOf(load(unguarded))[0]?.code).toBe('validation_error');
    expect(load(guarded).ok).toBe(true);
  });

  test('a schema with an error, at its place', () => {
    expect(problemsOf(load('permit(principal, action, resource);', 'entity User {\n  name: Strin\n};'))[0]).toMatchObject({
      file: 'menshen.cedarschema',
      code: 'schema_error',
    });
    expect(problemsOf(load('', 'entity User;\nentity ;'))[0]).toMatchObject({ code: 'schema_error', line: 2, column: 8 });
  });

  test('everything, when one thing is wrong, and says all of it', () => {
    const result = load(
      'permit(principal);\nforbid(principal, action);\n@id("ok") permit(principal, action, resource);',
      'entity ;',
    );
    expect(problemsOf(result).map((problem) => problem.code)).toEqual(['syntax_error', 'syntax_error', 'schema_error']);
  });
});

describe('groups of actions', () => {
  const schema = `
    namespace Portal { action reading; }
    namespace Menshen {
      entity User;
      action all;
      action browse in [Portal::Action::"reading", all];
      action "employee.read" in [browse] appliesTo { principal: User, resource: User };
      action "employee.write" in [all] appliesTo { principal: User, resource: User };
    }`;
  const entities = { get: () => undefined };

  function allows(scope: string, action: string): boolean {
    const result = load(`permit(principal, ${scope}, resource);`, schema);
    if (!result.ok) throw new Error(result.problems[0]?.message);
    const user = { type: 'Menshen::User', id: 'a' };
    return result.policies.decide(
      { principal: user, action: { type: 'Menshen::Action', id: action }, resource: user, context: {} },
      entities,
    ).allow;
  }

  test.each([
    ['action in Menshen::Action::"all"', 'employee.read', true],
    ['action in Menshen::Action::"all"', 'employee.write', true],
    ['action in Menshen::Action::"browse"', 'employee.read', true],
    ['action in Menshen::Action::"browse"', 'employee.write', false],
    ['action in Portal::Action::"reading"', 'employee.read', true],
    ['action in [Menshen::Action::"employee.write", Menshen::Action::"browse"]', 'employee.read', true],
    ['action == Menshen::Action::"all"', 'employee.read', false],
    ['action', 'undeclared', true],
  ])('%s with %s → %s', (scope, action, expected) => {
    expect(allows(scope, action)).toBe(expected);
  });

  test('come from the schema alone when there is one', () => {
    const result = load('permit(principal, action in Menshen::Action::"browse", resource);', schema);
    if (!result.ok) throw new Error(result.problems[0]?.message);
    const user = { type: 'Menshen::User', id: 'a' };
    const action = { type: 'Menshen::Action', id: 'employee.write' };
    const lying = { get: () => ({ ...action, attrs: {}, ancestors: new Set([entityKey('Menshen::Action', 'browse')]) }) };
    expect(result.policies.decide({ principal: user, action, resource: user, context: {} }, lying).allow).toBe(false);
  });
});
