import * as z from 'zod';
import { time, uid } from './api/common.ts';
import { courseId } from './training-course.ts';

export const contestId = z.string().regex(/^tk_[A-Za-z0-9_-]{22}$/);

/** Whom a team is made of: nobody but the player, a player's main department, or people who were named. */
export const contestTeams = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  /** The best `best` players of a department count, so that no department wins by its size. */
  z.strictObject({ kind: z.literal('department'), best: z.int().min(1).max(50) }),
  z.strictObject({
    kind: z.literal('named'),
    best: z.int().min(1).max(50),
    teams: z
      .array(z.strictObject({ name: z.string().trim().min(1).max(40), uids: z.array(uid).min(1).max(50) }))
      .min(2)
      .max(200),
  }),
]);
export type ContestTeams = z.output<typeof contestTeams>;

/** What a question is worth when x people have solved it: ⌊S·(r+(1−r)·e^((1−x)/d))⌋, and 5, 3 and 1 % of S more for the first three. */
export const contestScoring = z.strictObject({
  /** S, the value of a question that one person has solved. */
  value: z.int().min(10).max(10_000).default(500),
  /** r, the share of S that remains however many have solved it. */
  floor: z.number().min(0).max(1).default(0.4),
  /** d, how slowly the value falls: the greater, the slower. */
  decay: z.number().min(0.5).max(1_000).default(20),
});
export type ContestScoring = z.output<typeof contestScoring>;

export const contestPlan = z.strictObject({
  title: z.string().trim().min(2).max(60),
  /** Courses whose banks the questions are drawn from. */
  courses: z.array(courseId).min(1).max(30),
  questions: z.int().min(3).max(50).default(15),
  /** Seconds for one question, from when it is shown. */
  seconds: z.int().min(10).max(300).default(45),
  starts: time,
  ends: time,
  /** Minutes before the end from which the board stands still; 0 never. */
  freeze: z.int().min(0).max(240).default(10),
  /** Department whose people may play, with all below it; everybody without it. */
  department: z.string().min(1).max(128).optional(),
  /** Departments whose people are also ranked among each other. */
  brackets: z.array(z.string().min(1).max(128)).max(50).default([]),
  teams: contestTeams.default({ kind: 'none' }),
  scoring: contestScoring.default({ value: 500, floor: 0.4, decay: 20 }),
});
export type ContestPlan = z.output<typeof contestPlan>;

/** `ended`: nobody answers any more; `published`: the result stands. */
export const contestStates = ['waiting', 'running', 'frozen', 'ended', 'published', 'cancelled'] as const;
export const contestState = z.enum(contestStates);
export type ContestState = z.output<typeof contestState>;

export const contestRow = z.object({
  place: z.number(),
  /** The number of the player in this contest. */
  number: z.number(),
  /** Null where the player wishes to be shown by number. */
  name: z.string().nullable(),
  /** The bracket's department, where there is one, and the place in it. */
  bracket: z.string().nullable(),
  bracketPlace: z.number().nullable(),
  team: z.string().nullable(),
  points: z.number(),
  solved: z.number(),
  answered: z.number(),
  /** Questions that this player was the first to solve. */
  firsts: z.number(),
});
export type ContestRow = z.output<typeof contestRow>;

export const contestTeamRow = z.object({ place: z.number(), name: z.string(), points: z.number(), players: z.number() });
export type ContestTeamRow = z.output<typeof contestTeamRow>;

export const contestBoard = z.object({
  /** The moment whose state is shown; earlier than now while the board stands still. */
  at: time,
  frozen: z.boolean(),
  players: z.number(),
  answers: z.number(),
  rows: z.array(contestRow),
  teams: z.array(contestTeamRow),
});
export type ContestBoard = z.output<typeof contestBoard>;

/** What a player won. */
export const contestAward = z.object({
  kind: z.enum(['place', 'bracket', 'team', 'firsts']),
  place: z.number(),
  /** Name of a bracket or a team. */
  of: z.string().nullable(),
  number: z.number().nullable(),
  name: z.string().nullable(),
  points: z.number(),
});
export type ContestAward = z.output<typeof contestAward>;
