import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import { cedarPolicy } from './cedar-text.ts';
import { context, departments, type Load, type Question, records } from './world.ts';

type Entity = cedar.EntityJson;

const uid = (type: string, id: string): { type: string; id: string } => ({ type, id });
const ref = (type: string, id: string): { __entity: { type: string; id: string } } => ({ __entity: { type, id } });

function departmentEntities(ids: ReadonlySet<string>): Entity[] {
  return [...ids].map((id) => {
    const [parent] = departments.get(id) ?? [];
    const parents = parent === undefined ? [] : [uid('Menshen::Department', parent)];
    return { uid: uid('Menshen::Department', id), attrs: {}, parents };
  });
}

/** Only what the decision can need: the two departments with all above them, the person, the record. */
function entitiesFor({ person, record }: Omit<Question, 'action'>): Entity[] {
  const needed = new Set([person.dept, record.dept].flatMap((id) => [id, ...(departments.get(id) ?? [])]));
  return [
    ...departmentEntities(needed),
    {
      uid: uid('Menshen::User', person.id),
      attrs: { dept: ref('Menshen::Department', person.dept), level: person.level },
      parents: [uid('Menshen::Department', person.dept), ...person.roles.map((role) => uid('Menshen::Role', role))],
    },
    {
      uid: uid(`Portal::${record.type}`, record.id),
      attrs: {
        owner: ref('Menshen::User', record.owner),
        dept: ref('Menshen::Department', record.dept),
        level: record.level,
      },
      parents: [],
    },
  ];
}

/** The stateful interface: policies are parsed once, entities with every question, as there is no other way. */
export const loadCedarWasm: Load = async (policies) => {
  const name = `bench${policies.length}`;
  const staticPolicies = Object.fromEntries(policies.map((policy) => [policy.id, cedarPolicy(policy)]));
  const parsed = cedar.preparsePolicySet(name, { staticPolicies });
  if (parsed.type === 'failure') throw new Error('cedar-wasm refuses the policies');
  const decide = ({ person, action, record }: Question): boolean => {
    const answer = cedar.statefulIsAuthorized({
      principal: uid('Menshen::User', person.id),
      action: uid('Menshen::Action', action),
      resource: uid(`Portal::${record.type}`, record.id),
      context: { mfaAge: context.mfaAge, ip: { __extn: { fn: 'ip', arg: context.address } } },
      preparsedPolicySetId: name,
      validateRequest: false,
      entities: entitiesFor({ person, record }),
    });
    if (answer.type === 'failure') throw new Error('cedar-wasm refuses a question');
    return answer.response.decision === 'allow';
  };
  return {
    name: 'cedar-wasm',
    decide,
    filter: (person, action) => records.filter((record) => decide({ person, action, record })).length,
  };
};
