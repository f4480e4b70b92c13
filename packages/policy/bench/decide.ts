/**
 * Microseconds per decision, by number of policies: 341 departments in 5 levels, a principal with 5 of 25 roles, 8 actions on 4
 * types of resources, 10 % of the policies forbid. Run with `node packages/policy/bench/decide.ts`.
 */
import { loadavg } from 'node:os';
import {
  type AuthorizationRequest,
  type CompiledPolicies,
  type Entity,
  EntityRef,
  entityKey,
  loadPolicies,
  parseIpAddress,
} from '../src/index.ts';

const ACTIONS = 8;
const TYPES = 4;
const ROLES = 25;
const ROLES_OF_PRINCIPAL = 5;
const BRANCHES = 4;
const LEVELS = 5;
const REQUESTS = 1_024;
const RECORDS = 500;
const ROUNDS = 300;
const SIZES = [10, 100, 1_000] as const;

const department = (index: number): EntityRef => new EntityRef('Menshen::Department', `d${index}`);
const role = (index: number): EntityRef => new EntityRef('Menshen::Role', `role${index}`);

/** A repeatable spread of numbers below `limit`. */
function spread(index: number, limit: number): number {
  return ((Math.imul(index + 1, 0x9e3779b1) >>> 8) % limit) >>> 0;
}

function departments(): Entity[] {
  const count = (BRANCHES ** LEVELS - 1) / (BRANCHES - 1);
  return Array.from({ length: count }, (_, index) => {
    const ancestors = new Set<string>();
    for (let parent = index; parent > 0; ) {
      parent = Math.floor((parent - 1) / BRANCHES);
      ancestors.add(department(parent).key);
    }
    return { type: 'Menshen::Department', id: `d${index}`, attrs: {}, ancestors };
  });
}

function policyText(index: number): string {
  const type = `Portal::T${spread(index * 3, TYPES)}`;
  const action = `Menshen::Action::"a${spread(index * 5, ACTIONS)}"`;
  const conditions = [
    'when { resource.owner == principal }',
    'when { resource.dept in principal.dept }',
    'when { context.mfaAge < 300 && resource.level <= principal.level }',
    'when { context.ip.isInRange(ip("10.0.0.0/8")) }',
    '',
  ];
  const effect = index % 10 === 9 ? 'forbid' : 'permit';
  const scope = `principal in Menshen::Role::"role${spread(index * 7, ROLES)}", action == ${action}, resource is ${type}`;
  return `@id("p${index}") ${effect}(${scope}) ${conditions[index % conditions.length]};`;
}

function schemaText(): string {
  const types = Array.from({ length: TYPES }, (_, index) => `T${index}`);
  const actions = Array.from({ length: ACTIONS }, (_, index) => `a${index}`);
  const record = '{ owner: Menshen::User, dept: Menshen::Department, level: Long }';
  const resources = types.map((type) => `Portal::${type}`).join(', ');
  return `
    namespace Portal { entity ${types.join(', ')} = ${record}; }
    namespace Menshen {
      entity Department in [Department];
      entity Role;
      entity User in [Department, Role] = { dept: Department, level: Long };
      action ${actions.join(', ')} appliesTo { principal: User, resource: [${resources}], context: { mfaAge: Long, ip: ipaddr } };
    }`;
}

function load(count: number): CompiledPolicies {
  const text = Array.from({ length: count }, (_, index) => policyText(index)).join('\n');
  const result = loadPolicies({
    files: [{ name: 'bench.cedar', text }],
    schema: { name: 'bench.cedarschema', text: schemaText() },
  });
  if (!result.ok) throw new Error(result.problems[0]?.message);
  return result.policies;
}

const all = new Map<string, Entity>();
const tree = departments();
for (const known of tree) all.set(entityKey(known.type, known.id), known);
const people = Array.from({ length: 64 }, (_, index) => {
  const home = tree[spread(index, tree.length)];
  const dept = new EntityRef('Menshen::Department', home?.id ?? 'd0');
  const roles = Array.from({ length: ROLES_OF_PRINCIPAL }, (_unused, nth) => role((index + nth * 6) % ROLES).key);
  const uid = new EntityRef('Menshen::User', `u${index}`);
  const ancestors = new Set([...roles, dept.key, ...(home?.ancestors ?? [])]);
  all.set(uid.key, { type: uid.type, id: uid.id, attrs: { dept, level: 3 }, ancestors });
  return uid;
});
const records = Array.from({ length: RECORDS }, (_, index) => {
  const uid = new EntityRef(`Portal::T${index % TYPES}`, `r${index}`);
  const owner = people[spread(index, people.length)] ?? role(0);
  const attrs = { owner, dept: department(spread(index * 11, tree.length)), level: index % 5 };
  all.set(uid.key, { type: uid.type, id: uid.id, attrs, ancestors: new Set() });
  return uid;
});
const byType = new Map<string, Map<string, Entity>>();
for (const known of all.values()) {
  const sameType = byType.get(known.type) ?? new Map<string, Entity>();
  byType.set(known.type, sameType.set(known.id, known));
}
const source = { get: (type: string, id: string): Entity | undefined => byType.get(type)?.get(id) };

const address = parseIpAddress('10.1.2.3');
if (address === undefined) throw new Error('unreadable address');
const context = { mfaAge: 120, ip: address };

const requests = Array.from({ length: REQUESTS }, (_, index): AuthorizationRequest => {
  const principal = people[index % people.length] ?? role(0);
  const resource = records[spread(index, records.length)] ?? role(0);
  return { principal, action: new EntityRef('Menshen::Action', `a${index % ACTIONS}`), resource, context };
});

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Microseconds per decision in one pass over all requests; the sum of answers keeps the work from being optimized away. */
function timeDecisions(policies: CompiledPolicies): { microseconds: number; allowed: number } {
  let allowed = 0;
  const start = process.hrtime.bigint();
  for (const request of requests) if (policies.decideStrict(request, source).allow) allowed++;
  return { microseconds: Number(process.hrtime.bigint() - start) / 1e3 / REQUESTS, allowed };
}

/** Milliseconds to filter all records for one person and action. */
function timeFilter(policies: CompiledPolicies, round: number): number {
  const principal = people[round % people.length] ?? role(0);
  const action = new EntityRef('Menshen::Action', `a${round % ACTIONS}`);
  const start = process.hrtime.bigint();
  records.filter((resource) => policies.decideStrict({ principal, action, resource, context }, source).allow);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

const subjects = SIZES.map((size) => ({
  size,
  policies: load(size),
  decisions: [] as number[],
  filters: [] as number[],
  allowed: 0,
}));
// Interleaved, so that whatever else the machine does touches all sizes alike.
for (let round = 0; round < ROUNDS; round++) {
  for (const subject of subjects) {
    const { microseconds, allowed } = timeDecisions(subject.policies);
    subject.decisions.push(microseconds);
    subject.filters.push(timeFilter(subject.policies, round));
    subject.allowed = allowed;
  }
}

process.stdout.write(`load average ${loadavg()[0]?.toFixed(2)}; ${ROUNDS} rounds of ${REQUESTS} decisions; medians\n`);
for (const { size, decisions, filters, allowed } of subjects) {
  const share = ((allowed / REQUESTS) * 100).toFixed(0);
  const figures = `${median(decisions).toFixed(3)} µs per decision, ${median(filters).toFixed(3)} ms for ${RECORDS} records`;
  process.stdout.write(`N = ${String(size).padStart(4)}: ${figures}, ${share} % allowed\n`);
}
