import type { ContestScoring, ContestTeams } from '@menshen/contract';
import type { Player, Shown } from './model.ts';

/** Shares of S for the first, second and third who solve a question. */
const bonuses = [0.05, 0.03, 0.01] as const;

/** ⌊S·(r+(1−r)·e^((1−x)/d))⌋ for x ≥ 1 who have solved it. */
export function worth({ value, floor, decay }: ContestScoring, solvers: number): number {
  return Math.floor(value * (floor + (1 - floor) * Math.exp((1 - Math.max(1, solvers)) / decay)));
}

/** A player's place with everything that it comes from; by number, never by name. */
export interface Standing {
  readonly number: number;
  readonly place: number;
  readonly bracket: string | null;
  readonly bracketPlace: number | null;
  readonly team: string | null;
  readonly points: number;
  readonly solved: number;
  readonly answered: number;
  readonly firsts: number;
  /** When the last question was solved: who was there earlier stands first. */
  readonly last: number;
}

export interface TeamStanding {
  readonly team: string;
  readonly place: number;
  readonly points: number;
  readonly players: number;
}

export interface Standings {
  readonly answers: number;
  readonly rows: readonly Standing[];
  readonly teams: readonly TeamStanding[];
}

interface Solve {
  readonly uid: string;
  readonly at: number;
  readonly taken: number;
  readonly number: number;
}

interface Tally {
  points: number;
  solved: number;
  answered: number;
  firsts: number;
  last: number;
}

const ranked = <T extends { readonly points: number; readonly last: number }>(rows: readonly T[]): (T & { place: number })[] => {
  let place = 0;
  return rows.map((row, at) => {
    const above = rows[at - 1];
    if (above === undefined || above.points !== row.points || above.last !== row.last) place = at + 1;
    return { ...row, place };
  });
};

/**
 * Works out everybody's points from the answers that came until a moment. The same answers give the same board, in whatever order they are read.
 * Who is disqualified has no place, takes nobody's bonus and lowers no value.
 */
export function standings(
  players: readonly Player[],
  shown: readonly Shown[],
  { scoring, teams }: { readonly scoring: ContestScoring; readonly teams: ContestTeams },
  until: number,
): Standings {
  const playing = new Map(players.filter(({ disqualified }) => disqualified === null).map((player) => [player.uid, player]));
  const tallies = new Map([...playing.keys()].map((uid): [string, Tally] => [uid, zero()]));
  const solves = new Map<string, Solve[]>();
  let answers = 0;
  for (const { uid, question, shown: seen, answered, right } of shown) {
    const player = playing.get(uid);
    const tally = tallies.get(uid);
    if (player === undefined || tally === undefined || answered === null || answered > until) continue;
    answers += 1;
    tally.answered += 1;
    if (!right) continue;
    tally.solved += 1;
    tally.last = Math.max(tally.last, answered);
    const of = solves.get(question) ?? [];
    of.push({ uid, at: answered, taken: answered - seen, number: player.number });
    solves.set(question, of);
  }
  for (const of of solves.values()) {
    const value = worth(scoring, of.length);
    of.sort((a, b) => a.at - b.at || a.taken - b.taken || a.number - b.number);
    for (const [at, { uid }] of of.entries()) {
      const tally = tallies.get(uid);
      if (tally === undefined) continue;
      tally.points += value + Math.floor(scoring.value * (bonuses[at] ?? 0));
      if (at === 0) tally.firsts += 1;
    }
  }
  const order = [...playing.values()]
    .map(({ uid, number, bracket, team }) => ({ number, bracket, team, ...(tallies.get(uid) ?? zero()) }))
    .sort((a, b) => b.points - a.points || a.last - b.last || a.number - b.number);
  const places = new Map<number, number>();
  for (const bracket of new Set(order.map((row) => row.bracket)))
    if (bracket !== null)
      for (const row of ranked(order.filter((one) => one.bracket === bracket))) places.set(row.number, row.place);
  const rows = ranked(order).map((row) => ({ ...row, bracketPlace: places.get(row.number) ?? null }));
  return { answers, rows, teams: teams.kind === 'none' ? [] : teamsOf(rows, teams.best) };
}

const zero = (): Tally => ({ points: 0, solved: 0, answered: 0, firsts: 0, last: 0 });

/** Rows come best first, so a team's best are the first of its rows. */
function teamsOf(rows: readonly Standing[], best: number): TeamStanding[] {
  const found = new Map<string, { points: number; players: number; last: number }>();
  for (const { team, points, last } of rows) {
    if (team === null) continue;
    const sum = found.get(team) ?? { points: 0, players: 0, last: 0 };
    if (sum.players < best) {
      sum.points += points;
      sum.last = Math.max(sum.last, last);
    }
    sum.players += 1;
    found.set(team, sum);
  }
  const order = [...found]
    .map(([team, sum]) => ({ team, ...sum }))
    .sort((a, b) => b.points - a.points || a.last - b.last || (a.team < b.team ? -1 : 1));
  return ranked(order).map(({ team, place, points, players }) => ({ team, place, points, players }));
}

export interface Award {
  readonly kind: 'place' | 'bracket' | 'team' | 'firsts';
  readonly place: number;
  /** Department of a bracket, or the team. */
  readonly of: string | null;
  readonly number: number | null;
  readonly points: number;
}

/** The first three, the first of each bracket, the first team, and who solved most questions before everybody else. Nobody wins with nothing. */
export function awardsOf({ rows, teams }: Standings): Award[] {
  const scored = rows.filter(({ points }) => points > 0);
  const most = scored.reduce((top, { firsts }) => Math.max(top, firsts), 0);
  return [
    ...scored
      .filter(({ place }) => place <= 3)
      .map(({ place, number, points }): Award => ({ kind: 'place', place, of: null, number, points })),
    ...scored
      .filter(({ bracketPlace }) => bracketPlace === 1)
      .map(({ bracket, number, points }): Award => ({ kind: 'bracket', place: 1, of: bracket, number, points })),
    ...teams
      .filter(({ place, points }) => place === 1 && points > 0)
      .map(({ team, points }): Award => ({ kind: 'team', place: 1, of: team, number: null, points })),
    ...scored
      .filter(({ firsts }) => most > 0 && firsts === most)
      .map(({ number, firsts }): Award => ({ kind: 'firsts', place: 1, of: null, number, points: firsts })),
  ];
}
