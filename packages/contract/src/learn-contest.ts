import * as z from 'zod';
import { ok, time } from './api/common.ts';
import { contestAward, contestBoard, contestId, contestState } from './contest-model.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { answeredQuestion, askedQuestion } from './training-course.ts';

const common = { group: 'learn', access: 'employee', powers: [] } as const;
const language = z.enum(['zh', 'en']);
const params = z.object({ id: contestId });

export const learnContestSummary = z.object({
  id: contestId,
  title: z.string(),
  state: contestState,
  starts: time,
  ends: time,
  questions: z.number(),
  seconds: z.number(),
  /** Whether this person plays, and how many questions they are through with. */
  joined: z.boolean(),
  answered: z.number(),
  number: z.number().nullable(),
  team: z.string().nullable(),
});
export type LearnContestSummary = z.output<typeof learnContestSummary>;

export const learnContests = defineEndpoint({
  ...common,
  id: 'learnContests',
  method: 'GET',
  path: '/api/learn/v1/contests',
  summary: { zh: '我能参加的竞赛', en: 'Contests that I may play' },
  response: z.object({ now: time, contests: z.array(learnContestSummary) }),
  errors: [],
});

export const learnContest = defineEndpoint({
  ...common,
  id: 'learnContest',
  method: 'GET',
  path: '/api/learn/v1/contests/{id}',
  summary: { zh: '一场竞赛的榜单；结束后附答案解析', en: 'The board of a contest; after its end with every explanation' },
  params,
  query: z.object({ language: language.default('zh') }),
  response: z.object({
    now: time,
    contest: learnContestSummary,
    board: contestBoard,
    awards: z.array(contestAward),
    review: z.array(z.object({ question: askedQuestion, chosen: z.array(z.int()), answer: answeredQuestion })),
  }),
  errors: ['not_found'],
});

export const learnContestJoin = defineEndpoint({
  ...common,
  id: 'learnContestJoin',
  method: 'POST',
  path: '/api/learn/v1/contests/{id}/join',
  summary: { zh: '报名参加竞赛', en: 'Join a contest' },
  params,
  /** `named`: be shown by name on the board; otherwise by number. */
  body: z.strictObject({ named: z.boolean() }),
  response: ok,
  errors: ['not_found', 'contest_closed', 'validation_failed'],
});

/** The open question, or the next: the same one with the same deadline however often it is asked for. */
export const learnContestNext = defineEndpoint({
  ...common,
  id: 'learnContestNext',
  method: 'POST',
  path: '/api/learn/v1/contests/{id}/next',
  summary: { zh: '取当前题目；计时以服务端为准', en: 'The question that is open; the server keeps the time' },
  params,
  body: z.strictObject({ language }),
  response: z.object({
    /** Null when all questions are through. */
    open: z.object({ place: z.int(), of: z.int(), question: askedQuestion, deadline: time, now: time }).nullable(),
  }),
  errors: ['not_found', 'contest_closed', 'validation_failed'],
});

export const learnContestAnswer = defineEndpoint({
  ...common,
  id: 'learnContestAnswer',
  method: 'POST',
  path: '/api/learn/v1/contests/{id}/answer',
  summary: { zh: '提交当前题目的答案；重复提交只计第一次', en: 'Answer the open question; sent again, the first answer counts' },
  params,
  body: z.strictObject({ place: z.int().min(0).max(49), chosen: z.array(z.int().min(0).max(7)).max(8) }),
  response: z.object({ right: z.boolean(), late: z.boolean(), left: z.number() }),
  errors: ['not_found', 'contest_closed', 'validation_failed'],
});

export const learnContestEndpoints = [
  learnContests,
  learnContest,
  learnContestJoin,
  learnContestNext,
  learnContestAnswer,
] as readonly unknown[] as readonly Endpoint[];
