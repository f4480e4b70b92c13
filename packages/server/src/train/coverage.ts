import type { TrainingFigures } from '@menshen/contract';
import type { DirectorySnapshot } from '../directory/snapshot.ts';
import { type Duty, learners } from './assignments/model.ts';
import type { Progress } from './quizzes/store.ts';

/** What figures are made of: rows of single people, which leave this file only as sums. */
export interface CoverageRows {
  readonly duties: readonly Duty[];
  readonly progress: readonly Progress[];
  readonly memory: readonly Retained[];
}

/** How likely a person would answer a question rightly now, 0 to 1: worked out once, however many groups it counts in. */
export interface Retained {
  readonly uid: string;
  readonly course: string;
  readonly share: number;
}

/** The rows of a set of people. Each row is looked at once for each person, not once for each group. */
export function rowsByPerson(rows: CoverageRows): (people: ReadonlySet<string>) => CoverageRows {
  const duties = Map.groupBy(rows.duties, ({ uid }) => uid);
  const progress = Map.groupBy(rows.progress, ({ uid }) => uid);
  const memory = Map.groupBy(rows.memory, ({ uid }) => uid);
  return (people) => {
    const uids = [...people];
    return {
      duties: uids.flatMap((uid) => duties.get(uid) ?? []),
      progress: uids.flatMap((uid) => progress.get(uid) ?? []),
      memory: uids.flatMap((uid) => memory.get(uid) ?? []),
    };
  };
}

export interface CoverageGroup {
  /** Null for departments that are too small to be shown alone. */
  readonly department: string | null;
  readonly name: string;
  readonly people: number;
  readonly figures: TrainingFigures;
}

/** Figures of a set of people; null where there are fewer than may be shown. */
export function figuresOf(
  people: ReadonlySet<string>,
  { duties, progress, memory }: CoverageRows,
  pass: (course: string) => number,
  least: number,
  now: number,
): TrainingFigures | null {
  if (people.size < least) return null;
  const mine = <T extends { readonly uid: string }>(rows: readonly T[]): T[] => rows.filter(({ uid }) => people.has(uid));
  const asked = mine(duties);
  const tried = mine(progress).filter(({ first }) => first !== null);
  const known = mine(memory);
  const share = (part: number, whole: number): number => Math.round((part * 100) / whole);
  return {
    assigned: asked.length,
    done: asked.filter(({ done }) => done !== null).length,
    overdue: asked.filter(({ done, due }) => done === null && due < now).length,
    // A rate over two people says what each did: it needs as many people as a group does.
    firstTry: enough(tried, least)
      ? share(tried.filter(({ course, first }) => (first ?? 0) >= pass(course)).length, tried.length)
      : null,
    retention: enough(known, least)
      ? share(
          known.reduce((sum, one) => sum + one.share, 0),
          known.length,
        )
      : null,
  };
}

const enough = (rows: readonly { readonly uid: string }[], least: number): boolean =>
  new Set(rows.map(({ uid }) => uid)).size >= least;

/**
 * Departments directly under the company's root, with all below them; each person counts in one. Those with fewer than `least` people are put together,
 * and where they are still too few, the smallest of the others joins them: taking what is shown from the total must not show anybody.
 */
export function groupsOf(directory: DirectorySnapshot, least: number): { department: string | null; uids: Set<string> }[] {
  const byDepartment = new Map<string, Set<string>>();
  const rest = new Set<string>();
  for (const { uid, departments } of learners(directory)) {
    const [main] = departments;
    const chain = main === undefined ? [] : directory.chain(main);
    const top = chain.length > 1 ? chain.at(-2) : chain[0];
    if (top === undefined) rest.add(uid);
    else byDepartment.set(top, (byDepartment.get(top) ?? new Set()).add(uid));
  }
  const sorted = [...byDepartment].sort((a, b) => a[1].size - b[1].size || (a[0] < b[0] ? -1 : 1));
  while (sorted.length > 0) {
    const [smallest] = sorted;
    if (smallest === undefined) break;
    const tooSmall = smallest[1].size < least;
    if (!tooSmall && (rest.size === 0 || rest.size >= least)) break;
    for (const uid of smallest[1]) rest.add(uid);
    sorted.shift();
  }
  return [
    ...sorted.map(([department, uids]) => ({ department, uids })),
    ...(rest.size > 0 ? [{ department: null, uids: rest }] : []),
  ];
}
