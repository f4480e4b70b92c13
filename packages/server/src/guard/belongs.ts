import type { ErrorCode, GuardRuleConfig } from '@menshen/contract';
import { readNames } from './names.ts';
import type { DirectoryFacts, RuleInput } from './rule-input.ts';
import { compileRequestReader } from './source.ts';

type Belongs = Extract<GuardRuleConfig, { kind: 'belongs' }>;

/**
 * Compiles a rule that ids of a request are what the directory says of the caller. Who is not in the directory, or no longer active there, has
 * nothing but their own uid; what the directory does not know belongs to nobody.
 */
export function compileBelongs(rule: Belongs): (input: RuleInput) => ErrorCode | null {
  const read = compileRequestReader(rule.ids);
  const belongs = deciders[rule.to];
  return ({ request, person, directory }) => {
    const value = read(request);
    if (value === undefined && rule.optional) return null;
    const ids = readNames(value);
    if (typeof ids === 'string') return ids;
    for (const id of ids) if (!belongs(id, person, directory)) return 'guard_not_owned';
    return null;
  };
}

const deciders: Readonly<Record<Belongs['to'], (id: string, person: string, directory: DirectoryFacts) => boolean>> = {
  self: (id, person) => id === person,
  number: (id, person, directory) => active(person, directory)?.number === id,
  departments: (id, person, directory) => active(person, directory)?.departments.includes(id) === true,
  subtree: (id, person, directory) => isWithin(id, active(person, directory)?.departments, directory),
  led: (id, person, directory) => isWithin(id, active(person, directory)?.leads, directory),
  colleagues: (id, person, directory) => {
    if (id === person) return true;
    const departments = active(person, directory)?.departments;
    return active(id, directory)?.departments.some((department) => departments?.includes(department) === true) === true;
  },
  reports: (id, person, directory) => {
    const leads = active(person, directory)?.leads;
    return active(id, directory)?.departments.some((department) => isWithin(department, leads, directory)) === true;
  },
};

function active(uid: string, directory: DirectoryFacts) {
  const person = directory.person(uid);
  return person?.status === 'active' ? person : undefined;
}

/** Whether a department is one of these, or stands below one. */
function isWithin(department: string, tops: readonly string[] | undefined, directory: DirectoryFacts): boolean {
  return tops !== undefined && tops.length > 0 && directory.chain(department).some((at) => tops.includes(at));
}
