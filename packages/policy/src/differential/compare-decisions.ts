import type { EntityJson } from '@cedar-policy/cedar-wasm/nodejs';
import { cedarRecordFromJson } from '../cedar-json.ts';
import type { CompiledPolicies } from '../compiled-policies.ts';
import type { Decision } from '../decision.ts';
import { loadPolicies } from '../load-policies.ts';
import { entitySourceOf, Oracle, type Verdict } from './oracle.ts';
import { Random } from './random.ts';
import { randomPolicy } from './random-policy.ts';
import { RandomSchema } from './random-schema.ts';
import { type JsonRequest, randomActionEntities, randomEntities, randomRequest } from './random-world.ts';

/** Random policies and the questions that are asked of them. */
export interface Case {
  readonly seed: number;
  readonly policies: ReadonlyMap<string, string>;
  readonly schema: string | null;
  readonly entities: readonly EntityJson[];
  readonly requests: readonly JsonRequest[];
}

function load(policies: ReadonlyMap<string, string>, schema: string | null) {
  const text = [...policies].map(([id, policy]) => `@id("${id}") ${policy}`).join('\n');
  return loadPolicies({
    files: [{ name: 'random.cedar', text }],
    schema: schema === null ? null : { name: 'random.cedarschema', text: schema },
  });
}

function compile({ seed, policies, schema }: Case): CompiledPolicies {
  const result = load(policies, schema);
  if (!result.ok) throw new Error(`seed ${seed} did not load: ${JSON.stringify(result.problems)}`);
  return result.policies;
}

function namedPolicies(count: number, make: () => string): Map<string, string> {
  return new Map(Array.from({ length: count }, (_, index) => [`p${index}`, make()]));
}

/** Policies with mistakes in them, as nothing checks them. */
export function caseWithoutSchema(seed: number): Case {
  const random = new Random(seed);
  const mistakes = random.chance(0.3) ? 0.08 : 0.01;
  const policies = namedPolicies(1 + random.below(12), () => randomPolicy(random, mistakes));
  // Cedar's grammar allows four signs in a row; a generated fifth is left out, line by line.
  for (let result = load(policies, null); !result.ok && policies.size > 0; result = load(policies, null)) {
    const [problem] = result.problems;
    const id = [...policies.keys()][(problem?.line ?? 1) - 1];
    if (problem?.code !== 'syntax_error' || id === undefined) throw new Error(`seed ${seed}: ${problem?.message}`);
    policies.delete(id);
  }
  const entities = [...randomEntities(random), ...(random.chance(0.5) ? randomActionEntities(random) : [])];
  return { seed, policies, schema: null, entities, requests: random.list(24, 24, () => randomRequest(random)) };
}

/** Policies that the validator refuses are left out, as they would be in use. */
export function caseWithSchema(seed: number): Case {
  const random = new Random(seed);
  const schema = new RandomSchema(random);
  const policies = namedPolicies(12, () => randomPolicy(random, 0));
  const result = load(policies, schema.text);
  if (!result.ok) {
    for (const problem of result.problems) {
      if (problem.policyId === undefined) throw new Error(`seed ${seed}: ${problem.message}`);
      policies.delete(problem.policyId);
    }
  }
  const entities = schema.entities();
  return { seed, policies, schema: schema.text, entities, requests: random.list(48, 48, () => schema.request()) };
}

function verdictOf(decision: Decision): Verdict {
  return {
    allow: decision.allow,
    determining: decision.determining.toSorted(),
    errors: decision.errors.map((error) => error.policy ?? '').toSorted(),
  };
}

/** Compares decision, deciding policies and failing policies of both engines, and counts how often each outcome occurs. */
export class DecisionComparison {
  readonly differences: string[] = [];
  cases = 0;
  allowed = 0;
  denied = 0;
  erring = 0;

  compare(input: Case): void {
    const compiled = compile(input);
    const oracle = new Oracle('differential', input.policies, input.schema);
    const source = entitySourceOf(input.entities);
    for (const request of input.requests) {
      const expected = oracle.decide(request, input.entities);
      const own = { ...request, context: cedarRecordFromJson(request.context) };
      const actual = verdictOf(compiled.decide(own, source));
      if (JSON.stringify(actual) !== JSON.stringify(expected)) {
        this.differences.push(JSON.stringify({ ...input, policies: [...input.policies], requests: [request], expected, actual }));
      }
      const strict = compiled.decideStrict(own, source).allow;
      if (strict !== (actual.allow && actual.errors.length === 0))
        this.differences.push(`seed ${input.seed}: the strict decision differs`);
      this.cases++;
      this[expected.allow ? 'allowed' : 'denied']++;
      if (expected.errors.length > 0) this.erring++;
    }
  }
}
