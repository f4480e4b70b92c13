import type { TrainingOrigin, TrainingTarget } from '@menshen/contract';
import type { Person } from '../../directory/model.ts';
import type { DirectorySnapshot } from '../../directory/snapshot.ts';

/** A course asked of a group of people. Who comes to the group later is asked too. */
export interface Assignment {
  readonly id: string;
  readonly course: string;
  readonly target: TrainingTarget;
  /** The day on which it is due, epoch ms; null where each person has `dueDays`. */
  readonly due: number | null;
  readonly dueDays: number;
  /** Also of those who had passed it before. */
  readonly again: boolean;
  readonly origin: TrainingOrigin | null;
  readonly reason: string;
  readonly created: number;
  readonly createdBy: string;
  readonly ended: number | null;
}

/** A course that one person is to take; one for each person and course, whatever number of assignments ask for it. */
export interface Duty {
  readonly uid: string;
  readonly course: string;
  /** The assignment that governs it. */
  readonly assignment: string;
  readonly assigned: number;
  readonly due: number;
  readonly done: number | null;
  readonly reminded: number | null;
  readonly reminders: number;
  readonly problem: string | null;
}

const dayMs = 86_400_000;
/** A certificate that ends sooner is to be renewed. */
const renewMs = 30 * dayMs;

/** Everybody whom training is for: employees who are here. */
export function learners(directory: DirectorySnapshot): Person[] {
  return [...directory.people.values()].filter(isLearner);
}

export const isLearner = ({ kind, status }: Person): boolean => kind === 'employee' && status === 'active';

/** The people of a target, as the directory stands. */
export function peopleOf(target: TrainingTarget, directory: DirectorySnapshot): Person[] {
  const all = learners(directory);
  switch (target.kind) {
    case 'everyone':
      return all;
    case 'department':
      return all.filter(({ departments }) => departments.some((id) => directory.chain(id).includes(target.department)));
    case 'role':
      return all.filter(({ uid }) => directory.rolesOf(uid).includes(target.role));
    case 'people': {
      const wanted = new Set(target.uids);
      return all.filter(({ uid }) => wanted.has(uid));
    }
  }
}

/** When a person passed a course last, and until when the certificate of it holds. */
export interface Passing {
  readonly at: number;
  readonly until: number | null;
}

export interface DutyChanges {
  readonly put: readonly Duty[];
  readonly remove: readonly Pick<Duty, 'uid' | 'course'>[];
}

export const keyOf = (uid: string, course: string): string => `${uid}\n${course}`;

/**
 * What the duties should be: who is asked for what, what passing has done, what must be renewed, and what nobody asks for any more. Done duties stay, as
 * the record of what was done. In slices for {@link gently}.
 */
export function* planningDuties(
  assignments: readonly Assignment[],
  directory: DirectorySnapshot,
  standing: readonly Duty[],
  passed: (uid: string, course: string) => Passing | null,
  now: number,
): Generator<void, DutyChanges> {
  const before = new Map<string, Duty>();
  for (const duty of standing) {
    yield;
    before.set(keyOf(duty.uid, duty.course), duty);
  }
  const wanted = new Map<string, Duty>();
  for (const assignment of [...assignments].sort((a, b) => a.created - b.created)) {
    if (assignment.ended !== null) continue;
    for (const { uid } of peopleOf(assignment.target, directory)) {
      yield;
      const key = keyOf(uid, assignment.course);
      wanted.set(key, duty(assignment, uid, wanted.get(key) ?? before.get(key) ?? null, passed(uid, assignment.course), now));
    }
  }
  const put: Duty[] = [];
  for (const [key, duty] of wanted) {
    yield;
    if (!same(duty, before.get(key))) put.push(duty);
  }
  const remove: Duty[] = [];
  for (const [key, duty] of before) {
    yield;
    if (duty.done === null && !wanted.has(key)) remove.push(duty);
  }
  return { put, remove };
}

/** A person's duty under one more assignment. */
function duty(assignment: Assignment, uid: string, known: Duty | null, passing: Passing | null, now: number): Duty {
  const due = assignment.due ?? now + assignment.dueDays * dayMs;
  const asked: Duty = {
    ...{ uid, course: assignment.course, assignment: assignment.id, assigned: now, due: Math.max(due, now) },
    ...{ done: null, reminded: null, reminders: 0, problem: null },
  };
  if (known === null) {
    // What was passed before counts while its certificate holds, unless it is asked for once more.
    const already = passing !== null && !assignment.again && (passing.until ?? 0) > now;
    return already ? { ...asked, done: passing.at } : asked;
  }
  if (known.done === null) {
    // What was passed before counted when it was assigned; one that is to be renewed, or taken again, asks for a passing since.
    if (passing !== null && passing.at >= known.assigned) return { ...known, done: passing.at };
    return assignment.due !== null && assignment.due < known.due && assignment.due > now
      ? { ...known, due: assignment.due }
      : known;
  }
  if (known.assignment !== assignment.id && assignment.again && assignment.created > known.done) return asked;
  const { until = null } = passing ?? {};
  // The certificate ends: the course is due again by then.
  if (until !== null && until - now < renewMs && until > known.done) return { ...asked, due: Math.max(until, now) };
  return known;
}

function same(a: Duty, b: Duty | undefined): boolean {
  return b !== undefined && a.assignment === b.assignment && a.assigned === b.assigned && a.due === b.due && a.done === b.done;
}
