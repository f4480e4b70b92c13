/**
 * What all candidates decide on: 341 departments in 5 levels, 64 people with 5 of 25 roles each, 8 actions on 4 types of resources,
 * 500 records. Every tenth policy forbids. Nothing in it fails, so that engines without evaluation errors can agree.
 */

export const actionCount = 8;
export const typeCount = 4;
const roleCount = 25;
const rolesOfPerson = 5;
const branches = 4;
const levels = 5;
const personCount = 64;
const recordCount = 500;

export type Condition = 'own' | 'subtree' | 'factor' | 'network' | 'none';
const conditions: readonly Condition[] = ['own', 'subtree', 'factor', 'network', 'none'];

export interface BenchPolicy {
  readonly id: string;
  readonly permits: boolean;
  readonly role: string;
  readonly action: string;
  readonly type: string;
  readonly condition: Condition;
}

export interface Person {
  readonly id: string;
  readonly roles: readonly string[];
  readonly dept: string;
  readonly level: number;
}

export interface RecordRow {
  readonly id: string;
  readonly type: string;
  readonly owner: string;
  readonly dept: string;
  readonly level: number;
}

export interface Question {
  readonly person: Person;
  readonly action: string;
  readonly record: RecordRow;
}

export const context = { mfaAge: 120, address: '10.1.2.3' } as const;

/** A repeatable spread of numbers below `limit`. */
function spread(index: number, limit: number): number {
  return ((Math.imul(index + 1, 0x9e3779b1) >>> 8) % limit) >>> 0;
}

const departmentCount = (branches ** levels - 1) / (branches - 1);

/** Departments with all above them, nearest first. */
export const departments: ReadonlyMap<string, readonly string[]> = new Map(
  Array.from({ length: departmentCount }, (_, index) => {
    const above: string[] = [];
    for (let parent = index; parent > 0; ) {
      parent = Math.floor((parent - 1) / branches);
      above.push(`d${parent}`);
    }
    return [`d${index}`, above] as const;
  }),
);

/** The department and all below it. */
export function subtree(dept: string): string[] {
  return [...departments].filter(([id, above]) => id === dept || above.includes(dept)).map(([id]) => id);
}

export const people: readonly Person[] = Array.from({ length: personCount }, (_, index) => ({
  id: `u${index}`,
  roles: Array.from({ length: rolesOfPerson }, (_unused, nth) => `role${(index + nth * 6) % roleCount}`),
  dept: `d${spread(index, departmentCount)}`,
  level: 3,
}));

export const records: readonly RecordRow[] = Array.from({ length: recordCount }, (_, index) => ({
  id: `r${index}`,
  type: `T${index % typeCount}`,
  owner: `u${spread(index, personCount)}`,
  dept: `d${spread(index * 11, departmentCount)}`,
  level: index % 5,
}));

export function benchPolicies(count: number): BenchPolicy[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `p${index}`,
    permits: index % 10 !== 9,
    role: `role${spread(index * 7, roleCount)}`,
    action: `a${spread(index * 5, actionCount)}`,
    type: `T${spread(index * 3, typeCount)}`,
    condition: conditions[index % conditions.length] ?? 'none',
  }));
}

export function question(index: number): Question {
  const person = people[index % personCount];
  const record = records[spread(index, recordCount)];
  if (person === undefined || record === undefined) throw new RangeError('the world is empty');
  return { person, action: `a${index % actionCount}`, record };
}

/** Answers about policies that were loaded before. */
export interface Candidate {
  readonly name: string;
  decide(question: Question): boolean;
  /** How many of all records the person may do this on. */
  filter(person: Person, action: string): number;
}

/** Loads policies into one engine. */
export type Load = (policies: readonly BenchPolicy[]) => Promise<Candidate>;
