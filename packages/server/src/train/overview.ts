import type { TrainingAssignmentView, TrainingCourseView, TrainingGroup } from '@menshen/contract';
import type { DirectorySnapshot } from '../directory/snapshot.ts';
import { breathe } from '../gently.ts';
import { learners, peopleOf } from './assignments/model.ts';
import { type Course, titleOf } from './courses/model.ts';
import { type CoverageRows, figuresOf, groupsOf, type Retained, rowsByPerson } from './coverage.ts';
import { retrievability } from './quizzes/memory.ts';
import type { KnownQuestion } from './quizzes/store.ts';
import type { TrainService } from './service.ts';
import { whomOf } from './whom.ts';

/** Everything that figures are made of, read once. */
export interface Figures {
  readonly rows: CoverageRows;
  readonly courses: ReadonlyMap<string, Course>;
  readonly directory: DirectorySnapshot;
  readonly least: number;
  readonly now: number;
  readonly pass: (course: string) => number;
}

export async function readFigures(train: TrainService, directory: DirectorySnapshot, now: number): Promise<Figures> {
  const [duties, progress, known, courses] = await Promise.all([
    train.assignments.duties(),
    train.quizStore.allProgress(),
    train.quizStore.allMemory(),
    train.courses.all(),
  ]);
  const memory = await retainedOf(known, now);
  const pass = (course: string): number => courses.get(course)?.pass ?? 80;
  return { rows: { duties, progress, memory }, courses, directory, least: train.settings().minimumGroup, now, pass };
}

const chunk = 5_000;

/** A large company has hundreds of thousands of rows: between pieces of some milliseconds the gateway of the same process has its turn. */
async function retainedOf(known: readonly KnownQuestion[], now: number): Promise<Retained[]> {
  const found: Retained[] = [];
  for (let at = 0; at < known.length; at += chunk) {
    if (at > 0) await breathe();
    for (const one of known.slice(at, at + chunk))
      found.push({ uid: one.uid, course: one.course, share: retrievability(one, now) });
  }
  return found;
}

const uidsOf = (people: readonly { readonly uid: string }[]): Set<string> => new Set(people.map(({ uid }) => uid));

/** Figures of everybody whom training is for; null where they are fewer than may be shown. */
export function totalOf({ rows, directory, least, now, pass }: Figures): TrainingGroup['figures'] | null {
  return figuresOf(uidsOf(learners(directory)), rows, pass, least, now);
}

/** Figures by department, the one with the most overdue first; groups that are too small have been put together. */
export function groupViews({ rows, directory, least, now, pass }: Figures): TrainingGroup[] {
  const of = rowsByPerson(rows);
  return groupsOf(directory, least)
    .flatMap(({ department, uids }): TrainingGroup[] => {
      const figures = figuresOf(uids, of(uids), pass, least, now);
      const name = department === null ? '' : (directory.departments.get(department)?.name ?? department);
      return figures === null ? [] : [{ department, name, people: uids.size, figures }];
    })
    .sort((a, b) => b.figures.overdue - a.figures.overdue || b.people - a.people);
}

/** A course with the figures of those who were asked for it. */
export function courseView(
  course: Course,
  state: TrainingCourseView['state'],
  draft: number | null,
  figures: Figures,
): TrainingCourseView {
  const only = <T extends { readonly course: string }>(rows: readonly T[]): T[] => rows.filter((row) => row.course === course.id);
  const rows = { duties: only(figures.rows.duties), progress: only(figures.rows.progress), memory: only(figures.rows.memory) };
  const concerned = new Set([...uidsOf(rows.duties), ...uidsOf(rows.progress)]);
  const { id, origin, version, minutes, audience, tags, bank } = course;
  return {
    ...{ id, origin, state, version, draft, title: titleOf(course), minutes, audience: [...audience] },
    ...{ questions: bank.length, tags: [...tags] },
    figures: figuresOf(concerned, rows, figures.pass, figures.least, figures.now),
  };
}

export async function assignmentViews(train: TrainService, figures: Figures): Promise<TrainingAssignmentView[]> {
  const { directory, courses, rows, least, now, pass } = figures;
  const views: TrainingAssignmentView[] = [];
  for (const assignment of await train.assignments.list()) {
    await breathe();
    const { id, course, target, due, dueDays, again, reason, origin, created, createdBy, ended } = assignment;
    const found = courses.get(course);
    const people = uidsOf(peopleOf(target, directory));
    const mine = { ...rows, duties: rows.duties.filter((duty) => duty.course === course), memory: [], progress: [] };
    views.push({
      ...{ id, course, target, due, dueDays, again, reason, origin, created, createdBy, ended },
      title: found === undefined ? { zh: course, en: course } : titleOf(found),
      whom: whomOf(target, directory),
      // Of few named people nobody gets figures here either: who must know looks them up by name, and leaves a record.
      figures: figuresOf(people, mine, pass, least, now),
    });
  }
  return views;
}
