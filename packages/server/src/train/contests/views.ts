import type { ContestAward, ContestBoard, ContestPlan, ContestView } from '@menshen/contract';
import type { DirectorySnapshot } from '../../directory/snapshot.ts';
import { type Contest, type Player, stateOf } from './model.ts';
import type { Award } from './scoring.ts';
import type { ContestBoardState } from './service.ts';

const departmentName = (directory: DirectorySnapshot, id: string): string => directory.departments.get(id)?.name ?? id;
const teamName = (plan: ContestPlan, directory: DirectorySnapshot, team: string): string =>
  plan.teams.kind === 'department' ? departmentName(directory, team) : team;

/** Names for numbers, of those who wish to be named. */
const namesOf = (players: readonly Player[], directory: DirectorySnapshot): ReadonlyMap<number, string | null> =>
  new Map(players.map(({ uid, number, named }) => [number, named ? (directory.person(uid)?.name ?? null) : null]));

/** A board for showing: the first `most` rows, and the viewer's own wherever it stands. */
export function boardView(
  { at, frozen, standings, players }: ContestBoardState,
  plan: ContestPlan,
  directory: DirectorySnapshot,
  most: number,
  own: number | null,
): ContestBoard {
  const names = namesOf(players, directory);
  return {
    ...{ at, frozen, players: standings.rows.length, answers: standings.answers },
    rows: standings.rows
      .filter(({ number }, index) => index < most || number === own)
      .map(({ number, bracket, team, last: _last, ...row }) => ({
        ...{ ...row, number, name: names.get(number) ?? null },
        bracket: bracket === null ? null : departmentName(directory, bracket),
        team: team === null ? null : teamName(plan, directory, team),
      })),
    teams: standings.teams.slice(0, most).map(({ team, ...row }) => ({ ...row, name: teamName(plan, directory, team) })),
  };
}

export function awardViews(
  awards: readonly Award[],
  players: readonly Player[],
  plan: ContestPlan,
  directory: DirectorySnapshot,
): ContestAward[] {
  const names = namesOf(players, directory);
  return awards.map(({ kind, place, of, number, points }) => ({
    ...{ kind, place, number, points, name: number === null ? null : (names.get(number) ?? null) },
    of: of === null ? null : kind === 'team' ? teamName(plan, directory, of) : departmentName(directory, of),
  }));
}

export function contestViewOf(
  contest: Contest,
  counts: { readonly players: number; readonly answers: number } | undefined,
  now: number,
): ContestView {
  const { id, plan, created, createdBy } = contest;
  return {
    ...{ id, plan, created, createdBy, state: stateOf(contest, now) },
    ...{ players: counts?.players ?? 0, answers: counts?.answers ?? 0 },
  };
}
