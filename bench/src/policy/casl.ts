import { AbilityBuilder, createMongoAbility, type MongoAbility } from '@casl/ability';
import { type BenchPolicy, context, type Load, type Person, records, subtree } from './world.ts';

/** The part of a condition that concerns the record; `undefined` when the rest of it does not hold. */
function conditionsFor({ condition }: BenchPolicy, person: Person): Record<string, unknown> | undefined {
  switch (condition) {
    case 'own':
      return { owner: person.id };
    case 'subtree':
      return { dept: { $in: subtree(person.dept) } };
    case 'factor':
      return context.mfaAge < 300 ? { level: { $lte: person.level } } : undefined;
    case 'network':
      return context.address.startsWith('10.') ? {} : undefined;
    case 'none':
      return {};
  }
}

/** One ability for each person, made once; later rules win in CASL, so what forbids comes last. */
export const loadCasl: Load = async (policies) => {
  const ordered = [...policies.filter((policy) => policy.permits), ...policies.filter((policy) => !policy.permits)];
  const abilities = new Map<string, MongoAbility>();
  const abilityOf = (person: Person): MongoAbility => {
    const known = abilities.get(person.id);
    if (known !== undefined) return known;
    const { can, cannot, build } = new AbilityBuilder<MongoAbility>(createMongoAbility);
    for (const policy of ordered) {
      if (!person.roles.includes(policy.role)) continue;
      const conditions = conditionsFor(policy, person);
      if (conditions === undefined) continue;
      (policy.permits ? can : cannot)(policy.action, policy.type, conditions);
    }
    const ability = build({ detectSubjectType: (subject) => String(Reflect.get(subject, 'type')) });
    abilities.set(person.id, ability);
    return ability;
  };
  return {
    name: '@casl/ability',
    decide: ({ person, action, record }) => abilityOf(person).can(action, record),
    filter: (person, action) => {
      const ability = abilityOf(person);
      return records.filter((record) => ability.can(action, record)).length;
    },
  };
};
