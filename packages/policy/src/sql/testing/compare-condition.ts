import type { TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import { cedarRecordFromJson } from '../../cedar-json.ts';
import type { CompiledPolicies, ListRequest } from '../../compiled-policies.ts';
import { Oracle } from '../../differential/oracle.ts';
import { Random } from '../../differential/random.ts';
import { ExpressionGenerator } from '../../differential/random-expression.ts';
import { randomPolicy } from '../../differential/random-policy.ts';
import { ACTIONS, randomRecord } from '../../differential/vocabulary.ts';
import { loadPolicies } from '../../load-policies.ts';
import type { ListCondition } from '../list-condition.ts';
import type { SqlCondition, SqlDialect } from '../sql-text.ts';
import { RandomTable, randomPrincipal, type TableRows } from './random-table.ts';

/** A database under test. */
export interface TestDatabase {
  readonly dialect: SqlDialect;
  /** Replaces the tables. */
  fill(tables: readonly TableRows[]): Promise<void>;
  /** The ids of the rows of `records AS r` that a condition selects. */
  select(where: SqlCondition): Promise<string[]>;
}

/** Mostly the row: what depends on nothing else is decided before the database is asked. */
const HOLDERS = ['resource', 'resource', 'resource', 'resource', 'resource.owner', 'principal', 'context'] as const;

/** A policy that reads the row, for everybody and every action. */
function randomRowPolicy(random: Random, mistakes: number): string {
  const expressions = new ExpressionGenerator(random, mistakes, HOLDERS);
  const scope = random.pick(['resource', 'resource', 'resource is Portal::Record', `resource in Menshen::App::"0"`]);
  const clauses = random.list(1, 2, () => {
    const depth = 1 + random.below(3);
    return `${random.pick(['when', 'when', 'unless'])} { ${expressions.expression('bool', depth)} }`;
  });
  return `${random.chance(0.7) ? 'permit' : 'forbid'}(principal, action, ${scope}) ${clauses.join(' ')};`;
}

const POOL = 12;
const ROWS = 16;
const QUESTIONS = 16;

function compile(texts: readonly string[]): CompiledPolicies | undefined {
  const text = texts.map((policy, index) => `@id("p${index}") ${policy}`).join('\n');
  const result = loadPolicies({ files: [{ name: 'random.cedar', text }], schema: null });
  return result.ok ? result.policies : undefined;
}

/** Policies that load, and those of them that have an SQL form. */
function randomPool(random: Random, mistakes: number, hasCondition: (policies: CompiledPolicies) => boolean) {
  const all: string[] = [];
  const expressible: string[] = [];
  while (expressible.length < POOL) {
    const text = (random.chance(0.9) ? randomRowPolicy : randomPolicy)(random, mistakes);
    const policies = compile([text]);
    if (policies === undefined) continue;
    all.push(text);
    if (hasCondition(policies)) expressible.push(text);
  }
  return { all, expressible };
}

interface Question {
  readonly seed: number;
  readonly table: RandomTable;
  readonly policies: CompiledPolicies;
  readonly request: ListRequest;
  readonly database: TestDatabase;
}

/** What the comparison saw: figures that say whether it was worth something, and the first differences. */
export class ConditionComparison {
  readonly differences: string[] = [];
  /** Rows that were decided on. */
  cases = 0;
  selected = 0;
  /** Rows refused because of an error in a policy. */
  erring = 0;
  byOracle = 0;
  /** Questions whose answer depends on the row. */
  open = 0;
  inexpressible = 0;
  approximated = 0;

  /** Compares one random world's policies on a database; the official engine too, when asked. */
  async compare(seed: number, database: TestDatabase, askOracle: boolean): Promise<void> {
    const random = new Random(seed);
    const table = new RandomTable(random, ROWS);
    await database.fill(table.tables);
    const mistakes = random.chance(0.3) ? 0.05 : 0;
    const pool = randomPool(random, mistakes, (policies) => {
      const request = { principal: randomPrincipal(random), action: { type: 'Menshen::Action', id: 'read' }, context: {} };
      return policies.listCondition(request, table.source, table.mapping(database.dialect)).ok;
    });
    for (let question = 0; question < QUESTIONS; question++) {
      const texts = random.list(1, 4, () => random.pick(random.chance(0.93) ? pool.expressible : pool.all));
      const policies = compile(texts);
      if (policies === undefined) throw new Error(`seed ${seed}: policies that load alone do not load together`);
      const context = randomRecord(random, 2);
      const request = {
        principal: randomPrincipal(random),
        action: { type: 'Menshen::Action', id: random.pick(ACTIONS) },
        context: cedarRecordFromJson(context),
      };
      await this.#ask({ seed, table, policies, request, database });
      if (askOracle) this.#askOracle(table, texts, policies, { ...request, context });
    }
  }

  async #ask(world: Question): Promise<void> {
    const { table, policies, request, database } = world;
    const mapping = table.mapping(database.dialect);
    const strict = policies.listCondition(request, table.source, mapping);
    if (!strict.ok) {
      this.inexpressible++;
      await this.#prefilter(world, policies.listCondition(request, table.source, mapping, { inexpressible: 'prefilter' }));
      return;
    }
    if (strict.rows === 'some') this.open++;
    const skipping = policies.listCondition(request, table.source, mapping, { errors: 'skip' });
    if (!skipping.ok) throw new Error('one way of errors has a condition, the other has none');
    const decisions = table.recordEntities.map((record) => ({
      id: record.id,
      cedar: policies.decide({ ...request, resource: record }, table.sourceWith(record)),
    }));
    const allowed = decisions.filter(({ cedar }) => cedar.allow);
    const allowedStrictly = allowed.filter(({ cedar }) => cedar.errors.length === 0);
    this.cases += decisions.length;
    this.selected += allowedStrictly.length;
    this.erring += decisions.filter(({ cedar }) => cedar.errors.length > 0).length;
    await this.#expectSame(world, strict.where, allowedStrictly, 'strict');
    await this.#expectSame(world, skipping.where, allowed, 'skip');
    const filtered = policies.filter(request, table.recordEntities, table.source);
    if (filtered.map((record) => record.id).join() !== allowedStrictly.map((record) => record.id).join()) {
      this.differences.push(`seed ${world.seed}: the filter in process differs`);
    }
  }

  /** What is selected before must hold everything that is allowed. */
  async #prefilter({ seed, table, policies, request, database }: Question, condition: ListCondition): Promise<void> {
    if (!condition.ok) throw new Error('a prefilter is refused');
    const selected = new Set(await database.select(condition.where));
    const allowed = policies.filter(request, table.recordEntities, table.source);
    this.approximated++;
    const missing = allowed.filter((record) => !selected.has(record.id));
    if (missing.length > 0)
      this.differences.push(`seed ${seed}: the prefilter misses ${missing.length}: ${condition.where.text}`);
  }

  async #expectSame(
    { seed, policies, request, database }: Question,
    where: SqlCondition,
    expected: readonly { readonly id: string }[],
    errors: string,
  ): Promise<void> {
    const actual = (await database.select(where)).sort();
    const wanted = expected.map(({ id }) => id).sort();
    if (JSON.stringify(actual) === JSON.stringify(wanted)) return;
    const policyTexts = policies.policies.map((policy) => policy.text);
    const parameters = where.parameters.map(String);
    const { principal, action } = request;
    this.differences.push(
      JSON.stringify({ seed, errors, policyTexts, principal, action, where: where.text, parameters, actual, wanted }, null, 1),
    );
  }

  #askOracle(
    table: RandomTable,
    texts: readonly string[],
    policies: CompiledPolicies,
    request: { principal: TypeAndId; action: TypeAndId; context: ReturnType<typeof randomRecord> },
  ): void {
    const oracle = new Oracle('list', new Map(texts.map((text, index) => [`p${index}`, text])), null);
    const own = { ...request, context: cedarRecordFromJson(request.context) };
    for (const [index, record] of table.records.entries()) {
      const entity = table.recordEntities[index];
      if (entity === undefined) continue;
      const resource = { type: entity.type, id: entity.id };
      const verdict = oracle.decide({ ...request, resource }, [...table.others, record]);
      const decision = policies.decide({ ...own, resource }, table.sourceWith(entity));
      this.byOracle++;
      const same = verdict.allow === decision.allow && verdict.errors.length === decision.errors.length;
      if (!same) this.differences.push('the official engine decides differently');
    }
  }
}
