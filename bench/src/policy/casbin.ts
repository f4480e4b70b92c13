import { newEnforcer, newModelFromString } from 'casbin';
import { context, departments, type Load, type Person, people, type RecordRow, records } from './world.ts';

const model = `
[request_definition]
r = sub, act, obj
[policy_definition]
p = role, act, type, condition, eft
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = r.act == p.act && r.obj.type == p.type && g(r.sub.id, p.role) && holds(p.condition, r.sub, r.obj)
`;

function holds(condition: string, person: Person, record: RecordRow): boolean {
  switch (condition) {
    case 'own':
      return record.owner === person.id;
    case 'subtree':
      return record.dept === person.dept || departments.get(record.dept)?.includes(person.dept) === true;
    case 'factor':
      return context.mfaAge < 300 && record.level <= person.level;
    case 'network':
      return context.address.startsWith('10.');
    default:
      return condition === 'none';
  }
}

/** The synchronous enforcer, cheapest test first. */
export const loadCasbin: Load = async (policies) => {
  const enforcer = await newEnforcer(newModelFromString(model));
  await enforcer.addFunction('holds', holds);
  await enforcer.addPolicies(
    policies.map(({ role, action, type, condition, permits, id: _ }, index) => [
      role,
      action,
      type,
      condition,
      permits ? 'allow' : 'deny',
      // Equal policies would be one to casbin.
      String(index),
    ]),
  );
  await enforcer.addGroupingPolicies(people.flatMap(({ id, roles }) => roles.map((role) => [id, role])));
  return {
    name: 'casbin',
    decide: ({ person, action, record }) => enforcer.enforceSync(person, action, record),
    filter: (person, action) => records.filter((record) => enforcer.enforceSync(person, action, record)).length,
  };
};
