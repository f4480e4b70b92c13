import { type Bilingual, inNumber, type TrainingProposal } from '@menshen/contract';
import type { DirectorySnapshot } from '../../directory/snapshot.ts';
import { type Course, titleOf } from '../courses/model.ts';
import { type Assignment, isLearner, learners } from './model.ts';

/** Something that happened in the company: an alert, a finding of the scanner, an incident that names a topic. */
export interface Trouble {
  readonly kind: 'alert' | 'finding' | 'incident';
  /** As courses name it after the colon of their tags: `brute_force`, `79`, a rule's id. */
  readonly names: readonly {
    readonly tag: 'alert' | 'cwe' | 'rule' | 'topic';
    readonly value: string;
    readonly label: Bilingual;
  }[];
  readonly at: number;
  /** Who was concerned; null where it is nobody of the directory. */
  readonly uid: string | null;
  /** Role of those whom it concerns, where it is nobody in particular: findings in code are for those who write it. */
  readonly role: string | null;
}

/** Looks up what happened since a time; a capability that knows of trouble gives one. */
export type TroubleSource = (since: number) => Promise<readonly Trouble[]>;

interface Gathered {
  readonly course: Course;
  readonly target: TrainingProposal['target'];
  readonly whom: string;
  readonly kind: Trouble['kind'];
  readonly names: Map<string, Bilingual>;
  readonly people: Set<string>;
  events: number;
  since: number;
}

/** Departments with fewer people are put to the one above: a proposal must not point at one person. */
export function departmentFor(uid: string, directory: DirectorySnapshot, least: number): string | null {
  const [main] = directory.person(uid)?.departments ?? [];
  if (main === undefined) return null;
  const people = learners(directory);
  return (
    directory
      .chain(main)
      .find(
        (id) => people.filter(({ departments }) => departments.some((one) => directory.chain(one).includes(id))).length >= least,
      ) ?? null
  );
}

/**
 * Courses that answer to what happened, for the departments where it happened. What runs already for the same people is not proposed, and neither is what
 * was answered after it happened.
 */
export function proposeCourses(
  troubles: readonly Trouble[],
  courses: Iterable<Course>,
  directory: DirectorySnapshot,
  assignments: readonly Assignment[],
  least: number,
): TrainingProposal[] {
  const byTag = new Map<string, Course[]>();
  for (const course of courses) for (const tag of course.tags) byTag.set(tag, [...(byTag.get(tag) ?? []), course]);
  const places = new Map<string, string | null>();
  const placeOf = (uid: string): string | null => {
    if (!places.has(uid)) places.set(uid, departmentFor(uid, directory, least));
    return places.get(uid) ?? null;
  };
  const gathered = new Map<string, Gathered>();
  for (const trouble of troubles) {
    const person = trouble.uid === null ? undefined : directory.person(trouble.uid);
    const department = person !== undefined && isLearner(person) ? placeOf(person.uid) : null;
    const target: TrainingProposal['target'] | null =
      department !== null
        ? { kind: 'department', department }
        : trouble.role !== null
          ? { kind: 'role', role: trouble.role }
          : null;
    if (target === null) continue;
    for (const { tag, value, label } of trouble.names) {
      for (const course of byTag.get(`${tag}:${value}`) ?? []) {
        const key = JSON.stringify([course.id, target, trouble.kind]);
        const found = gathered.get(key) ?? {
          ...{ course, target, whom: target.kind === 'department' ? directory.path(target.department).join(' / ') : target.role },
          ...{ kind: trouble.kind, names: new Map(), people: new Set<string>(), events: 0, since: trouble.at },
        };
        gathered.set(key, found);
        found.names.set(value, label);
        if (trouble.uid !== null) found.people.add(trouble.uid);
        found.events += 1;
        found.since = Math.min(found.since, trouble.at);
      }
    }
  }
  const latest = Math.max(0, ...troubles.map(({ at }) => at));
  // What an incident says is said once, not by its alerts too.
  const keyOf = (course: string, target: TrainingProposal['target']): string => JSON.stringify([course, target]);
  const incidents = new Set(
    [...gathered.values()].flatMap(({ kind, course, target }) => (kind === 'incident' ? [keyOf(course.id, target)] : [])),
  );
  return [...gathered.values()]
    .filter(({ kind, course, target }) => kind !== 'alert' || !incidents.has(keyOf(course.id, target)))
    .filter(({ course, target }) => !assignments.some((one) => covers(one, course.id, target, latest)))
    .sort((a, b) => b.events - a.events || (a.course.id < b.course.id ? -1 : 1))
    .map(({ course, target, whom, kind, names, people, events, since }) => ({
      ...{ course: course.id, title: titleOf(course), target, whom },
      origin: {
        ...{ kind, names: [...names.keys()].slice(0, 10), events, people: people.size, since },
        because: wordsOf(kind, [...names.values()].slice(0, 3), events),
      },
    }));
}

/** Whether the same is asked of the same people already, or was after the last of what happened. */
function covers(one: Assignment, course: string, target: TrainingProposal['target'], latest: number): boolean {
  if (one.course !== course || JSON.stringify(one.target) !== JSON.stringify(target)) return false;
  return one.ended === null || one.created >= latest;
}

/** Said to the people who are assigned the course: what, and how often; never who. */
function wordsOf(kind: Trouble['kind'], labels: readonly Bilingual[], events: number): Bilingual {
  const [zh, en] = [labels.map((one) => one.zh).join('、'), labels.map((one) => one.en).join(', ')];
  switch (kind) {
    case 'alert':
      return {
        zh: `最近一周出现 ${events} 起“${zh}”告警`,
        en: `${inNumber(events, `${events} alert[s]`)} of the last week: ${en}`,
      };
    case 'finding':
      return { zh: `代码扫描发现 ${events} 处“${zh}”`, en: `${inNumber(events, `${events} finding[s]`)} of the scanner: ${en}` };
    case 'incident':
      return { zh: `最近一周的安全事件：${zh}`, en: `Incident of the last week: ${en}` };
  }
}
