import { type CedarRecord, type Entity, EntityRef, loadPolicies, parseIpAddress } from '@menshen/policy';
import { cedarPolicy, cedarSchema } from './cedar-text.ts';
import { context, departments, type Load, people, type RecordRow, records } from './world.ts';

const department = (id: string): EntityRef => new EntityRef('Menshen::Department', id);
const keysOf = (ids: readonly string[]): string[] => ids.map((id) => department(id).key);

const departmentEntities = new Map(
  [...departments].map(([id, above]): [string, Entity] => [
    id,
    { type: 'Menshen::Department', id, attrs: {}, ancestors: new Set(keysOf(above)) },
  ]),
);
const userEntities = new Map(
  people.map(({ id, dept, level, roles }): [string, Entity] => {
    const roleKeys = roles.map((role) => new EntityRef('Menshen::Role', role).key);
    const ancestors = new Set([...roleKeys, ...keysOf([dept, ...(departments.get(dept) ?? [])])]);
    return [id, { type: 'Menshen::User', id, attrs: { dept: department(dept), level }, ancestors }];
  }),
);
const users = new Map(people.map(({ id }) => [id, new EntityRef('Menshen::User', id)]));

function recordEntity({ id, type, owner, dept, level }: RecordRow): Entity {
  const attrs = { owner: users.get(owner) ?? department(''), dept: department(dept), level };
  return { type: `Portal::${type}`, id, attrs, ancestors: new Set() };
}

const recordEntities = new Map(records.map((record) => [record.id, recordEntity(record)]));
const recordRefs = new Map(records.map(({ id, type }) => [id, new EntityRef(`Portal::${type}`, id)]));
const listed = [...recordEntities.values()];

/** The directory and the records in memory, as the gateway holds them. */
const source = {
  get(type: string, id: string): Entity | undefined {
    if (type === 'Menshen::User') return userEntities.get(id);
    return type === 'Menshen::Department' ? departmentEntities.get(id) : recordEntities.get(id);
  },
};

const ip = parseIpAddress(context.address);
if (ip === undefined) throw new Error('unreadable address');
const cedarContext: CedarRecord = { mfaAge: context.mfaAge, ip };

const actions = new Map<string, EntityRef>();
function actionRef(id: string): EntityRef {
  const known = actions.get(id) ?? new EntityRef('Menshen::Action', id);
  actions.set(id, known);
  return known;
}

/** Our compiled policies; the strict decision, as the gateway takes it. */
export const loadMenshen: Load = async (policies) => {
  const text = policies.map((policy) => `@id("${policy.id}") ${cedarPolicy(policy)}`).join('\n');
  const result = loadPolicies({ files: [{ name: 'bench.cedar', text }], schema: { name: 's.cedarschema', text: cedarSchema() } });
  if (!result.ok) throw new Error(result.problems[0]?.message);
  const compiled = result.policies;
  const nobody = new EntityRef('Menshen::User', '');
  return {
    name: 'Menshen',
    decide: ({ person, action, record }) =>
      compiled.decideStrict(
        {
          principal: users.get(person.id) ?? nobody,
          action: actionRef(action),
          resource: recordRefs.get(record.id) ?? nobody,
          context: cedarContext,
        },
        source,
      ).allow,
    filter: (person, action) =>
      compiled.filter(
        { principal: users.get(person.id) ?? nobody, action: actionRef(action), context: cedarContext },
        listed,
        source,
      ).length,
  };
};
