import type { KnownQuestion, Progress } from '../quizzes/store.ts';

/** Points: a passed course brings its best score; a question that was right in its last refresher, two more. */
export function pointsOf(progress: readonly Progress[], memory: readonly KnownQuestion[]): number {
  const courses = progress.reduce((sum, { passed, best }) => sum + (passed === null ? 0 : (best ?? 0)), 0);
  return courses + 2 * memory.filter(({ reps, rightLast }) => reps > 1 && rightLast).length;
}

export interface BoardRow {
  readonly uid: string;
  readonly place: number;
  readonly points: number;
}

const shown = 50;

/** The best first; who has as many points shares the place. */
export function rank(uids: readonly string[], progress: readonly Progress[], memory: readonly KnownQuestion[]): BoardRow[] {
  const done = Map.groupBy(progress, ({ uid }) => uid);
  const known = Map.groupBy(memory, ({ uid }) => uid);
  const rows = uids
    .map((uid) => ({ uid, points: pointsOf(done.get(uid) ?? [], known.get(uid) ?? []) }))
    .sort((a, b) => b.points - a.points || (a.uid < b.uid ? -1 : 1))
    .slice(0, shown);
  return rows.map(({ uid, points }) => ({ uid, points, place: rows.findIndex((other) => other.points === points) + 1 }));
}
