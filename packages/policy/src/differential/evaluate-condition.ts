import type { CedarValueJson, EntityJson } from '@cedar-policy/cedar-wasm/nodejs';
import { cedarRecordFromJson } from '../cedar-json.ts';
import type { Decision } from '../decision.ts';
import { loadPolicies } from '../load-policies.ts';
import { entitySourceOf, Oracle } from './oracle.ts';
import type { JsonRequest } from './random-world.ts';

/** The world that a condition is evaluated in. */
export interface ConditionWorld {
  readonly context?: Record<string, CedarValueJson>;
  readonly entities?: readonly EntityJson[];
}

const REQUEST: Omit<JsonRequest, 'context'> = {
  principal: { type: 'Menshen::User', id: 'alice' },
  action: { type: 'Menshen::Action', id: 'employee.read' },
  resource: { type: 'Portal::Record', id: 'r1' },
};

function outcomeOf(allow: boolean, error: string | undefined): string {
  return error ?? String(allow);
}

function codeOf(decision: Decision): string | undefined {
  return decision.errors[0]?.code;
}

/**
 * Evaluates a condition by our engine and the official one. `ours` is `true`, `false` or the code of an error; `official` is
 * `true`, `false` or `error`.
 */
export function evaluateCondition(condition: string, world: ConditionWorld = {}): { ours: string; official: string } {
  const policy = `permit(principal, action, resource) when { ${condition} };`;
  const entities = world.entities ?? [];
  const request = { ...REQUEST, context: world.context ?? {} };
  const loaded = loadPolicies({ files: [{ name: 'condition.cedar', text: `@id("p") ${policy}` }], schema: null });
  if (!loaded.ok) throw new Error(`not loaded: ${loaded.problems[0]?.message}`);
  const own = { ...request, context: cedarRecordFromJson(request.context) };
  const decision = loaded.policies.decide(own, entitySourceOf(entities));
  const verdict = new Oracle('condition', new Map([['p', policy]]), null).decide(request, entities);
  return {
    ours: outcomeOf(decision.allow, codeOf(decision)),
    official: outcomeOf(verdict.allow, verdict.errors.length > 0 ? 'error' : undefined),
  };
}
