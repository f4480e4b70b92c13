import { describe, expect, test } from 'vitest';
import { cedarRecordFromJson } from './cedar-json.ts';
import type { CompiledPolicies } from './compiled-policies.ts';
import { entitySourceOf } from './differential/oracle.ts';
import { Random } from './differential/random.ts';
import { randomPolicy } from './differential/random-policy.ts';
import { randomEntities, randomRequest } from './differential/random-world.ts';
import type { EntitySource } from './entity.ts';
import { EntityRef, entityKey } from './entity-ref.ts';
import type { PolicyReason } from './explain.ts';
import { loadPolicies } from './load-policies.ts';
import type { CedarRecord } from './value.ts';

const principal = new EntityRef('Menshen::User', 'li');

const source: EntitySource = {
  get: (type, id) =>
    entityKey(type, id) === principal.key
      ? { type, id, attrs: { locked: false, level: 3 }, ancestors: new Set([entityKey('Menshen::Role', 'manager')]) }
      : undefined,
};

function load(text: string): CompiledPolicies {
  const result = loadPolicies({ files: [{ name: 'hr.cedar', text }], schema: null });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.policies;
}

function explain(text: string, context: CedarRecord = {}) {
  return load(text).explain(
    {
      principal,
      action: { type: 'Menshen::Action', id: 'employee.read' },
      resource: { type: 'Portal::Record', id: 'r1' },
      context,
    },
    source,
  );
}

function reasonFor(text: string, context: CedarRecord = {}): PolicyReason | undefined {
  return explain(text, context).policies[0]?.reason;
}

describe('the reason of one policy', () => {
  test.each<readonly [string, PolicyReason]>([
    ['permit(principal, action, resource);', { code: 'matched' }],
    ['permit(principal in Menshen::Role::"manager", action, resource) when { principal.level == 3 };', { code: 'matched' }],
    [
      'permit(principal in Menshen::Role::"hr", action, resource);',
      { code: 'principal_mismatch', text: 'principal in Menshen::Role::"hr"' },
    ],
    [
      'permit(principal == Menshen::User::"zhang", action, resource);',
      { code: 'principal_mismatch', text: 'principal == Menshen::User::"zhang"' },
    ],
    [
      'permit(principal, action, resource is Portal::Order in Menshen::App::"portal");',
      { code: 'resource_mismatch', text: 'resource is Portal::Order in Menshen::App::"portal"' },
    ],
    [
      'permit(principal, action, resource) when { principal.level >= 3 && principal.level > 4 && context.missing };',
      { code: 'when_false', condition: 0, text: 'principal.level > 4' },
    ],
    [
      'permit(principal, action, resource) when { true } when { principal.locked || principal.level == 4 };',
      { code: 'when_false', condition: 1, text: 'principal.locked || principal.level == 4' },
    ],
    [
      'permit(principal, action, resource) unless { principal.locked || principal.level == 3 };',
      { code: 'unless_true', condition: 0, text: 'principal.level == 3' },
    ],
    [
      'permit(principal, action, resource) when { principal.level == 3 && context.risk < 2 };',
      { code: 'error', condition: 0, text: 'context.risk < 2', message: 'the attribute `risk` does not exist' },
    ],
    [
      'permit(principal, action, resource) unless { principal.level };',
      { code: 'error', condition: 0, text: 'principal.level', message: 'a condition needs a boolean' },
    ],
  ])('%s', (text, reason) => {
    expect(reasonFor(text)).toEqual(reason);
  });

  test('is cut when the policy is long', () => {
    const reason = reasonFor(`permit(principal, action, resource) when { [${'1,'.repeat(1_000)}2].isEmpty() };`);
    expect(reason?.code === 'when_false' && reason.text.length).toBe(501);
  });
});

describe('an explanation', () => {
  test('puts the determining policies first, with what a person wants to read of them', () => {
    const explanation = explain(`
      @id("other") permit(principal, action == Menshen::Action::"employee.write", resource);
      @id("hr") permit(principal in Menshen::Role::"hr", action, resource);
      @id("managers") @reason("Managers read their people") permit(principal in Menshen::Role::"manager", action, resource);
      @id("owners") permit(principal, action, resource) when { resource == principal };
    `);
    expect(explanation.decision).toEqual({ allow: true, determining: ['managers'], errors: [] });
    expect(explanation.policies.map(({ policy, matched, determining }) => [policy.id, matched, determining])).toEqual([
      ['managers', true, true],
      ['hr', false, false],
      ['owners', false, false],
    ]);
    expect(explanation.policies[0]?.policy).toMatchObject({
      effect: 'permit',
      file: 'hr.cedar',
      line: 4,
      annotations: { id: 'managers', reason: 'Managers read their people' },
    });
    expect(explanation.otherActions).toBe(1);
  });

  test('shows a permit that matched but did not decide, as a forbid did', () => {
    const explanation = explain('permit(principal, action, resource); forbid(principal, action, resource);');
    expect(explanation.policies.map(({ policy, matched, determining }) => [policy.effect, matched, determining])).toEqual([
      ['forbid', true, true],
      ['permit', true, false],
    ]);
  });

  test('tells the refusal that counts from the answer that Cedar would give', () => {
    const explanation = explain(
      'permit(principal, action, resource); forbid(principal, action, resource) when { context.risk > 1 };',
    );
    expect([explanation.decision.allow, explanation.cedarDecision.allow]).toEqual([false, true]);
    expect(explanation.policies.map(({ reason }) => reason.code)).toEqual(['matched', 'error']);
  });

  test('can be written as JSON', () => {
    const explanation = explain('@id("a") permit(principal, action, resource) when { 9223372036854775807 == 1 };');
    expect(JSON.parse(JSON.stringify(explanation)).policies[0].reason.text).toBe('9223372036854775807 == 1');
  });

  test('agrees with the decision, whatever is asked', () => {
    for (let seed = 0; seed < 150; seed++) {
      const random = new Random(seed);
      const policies = load(random.list(1, 8, () => randomPolicy(random, 0.03)).join('\n'));
      const entities = entitySourceOf(randomEntities(random));
      const { context, ...uids } = randomRequest(random);
      const explanation = policies.explain({ ...uids, context: cedarRecordFromJson(context) }, entities);
      const effect = explanation.policies.some(({ matched, policy }) => matched && policy.effect === 'forbid')
        ? 'forbid'
        : 'permit';
      const deciding = explanation.policies.filter(({ matched, policy }) => matched && policy.effect === effect);
      expect(deciding.map(({ policy }) => policy.id)).toEqual(explanation.cedarDecision.determining);
      expect(deciding.every(({ determining }) => determining)).toBe(true);
      const failing = explanation.policies.filter(({ reason }) => reason.code === 'error').map(({ policy }) => policy.id);
      expect(failing).toEqual(explanation.cedarDecision.errors.map((error) => error.policy));
    }
  });
});
