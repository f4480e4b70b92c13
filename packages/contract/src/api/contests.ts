import * as z from 'zod';
import { contestAward, contestBoard, contestId, contestPlan, contestState } from '../contest-model.ts';
import { defineEndpoint, freshSeconds } from '../endpoint.ts';
import { ok, time, uid } from './common.ts';

const group = 'training';
const reason = z.string().trim().min(4).max(300);
const params = z.object({ id: contestId });

export const contestView = z.object({
  id: contestId,
  plan: contestPlan,
  state: contestState,
  players: z.number(),
  answers: z.number(),
  created: time,
  createdBy: z.string(),
});
export type ContestView = z.output<typeof contestView>;

/** Signs, never proof: see {@link contestSign}. */
export const contestSigns = ['fast', 'shared_address', 'same_mistakes', 'follows'] as const;

/** Something odd about a player, or about one and another; `other` is that one's number. */
export const contestSign = z.object({
  kind: z.enum(contestSigns),
  number: z.number(),
  other: z.number().nullable(),
  /** How many answers or players it rests on, and of how many. */
  count: z.number(),
  of: z.number(),
});
export type ContestSign = z.output<typeof contestSign>;

export const listContests = defineEndpoint({
  id: 'listContests',
  method: 'GET',
  path: '/api/v1/training/contests',
  group,
  summary: { zh: '安全知识竞赛列表', en: 'Security contests' },
  access: 'admin',
  powers: ['security', 'audit'],
  response: z.object({ now: time, contests: z.array(contestView), learnUrl: z.string().nullable() }),
  errors: [],
});

export const getContest = defineEndpoint({
  id: 'getContest',
  method: 'GET',
  path: '/api/v1/training/contests/{id}',
  group,
  summary: { zh: '一场竞赛：实时榜单、异常迹象与获奖名单', en: 'A contest: live board, signs of anomaly, awards' },
  access: 'admin',
  powers: ['security', 'audit'],
  params,
  response: z.object({
    now: time,
    contest: contestView,
    board: contestBoard,
    /** Numbers of players who were disqualified, with the reason. */
    disqualified: z.array(z.object({ number: z.number(), reason: z.string(), by: z.string(), at: time })),
    signs: z.array(contestSign),
    awards: z.array(contestAward),
  }),
  errors: ['not_found'],
});

export const createContest = defineEndpoint({
  id: 'createContest',
  method: 'POST',
  path: '/api/v1/training/contests',
  group,
  summary: { zh: '创建一场安全知识竞赛', en: 'Set up a contest' },
  access: 'admin',
  powers: ['security'],
  bodyBytes: 262_144,
  body: contestPlan,
  status: 201,
  response: z.object({ id: contestId }),
  errors: ['not_found', 'audit_unwritable', 'validation_failed'],
});

export const cancelContest = defineEndpoint({
  id: 'cancelContest',
  method: 'POST',
  path: '/api/v1/training/contests/{id}/cancel',
  group,
  summary: { zh: '取消一场竞赛', en: 'Call a contest off' },
  access: 'admin',
  powers: ['security'],
  params,
  body: z.strictObject({ reason }),
  response: ok,
  errors: ['not_found', 'conflict', 'audit_unwritable', 'validation_failed'],
});

export const publishContest = defineEndpoint({
  id: 'publishContest',
  method: 'POST',
  path: '/api/v1/training/contests/{id}/publish',
  group,
  summary: { zh: '解除封榜并公布最终成绩与奖项', en: 'Unfreeze the board and publish the result and awards' },
  access: 'admin',
  powers: ['security'],
  params,
  body: z.strictObject({}),
  response: z.object({ awards: z.array(contestAward) }),
  errors: ['not_found', 'conflict', 'audit_unwritable'],
});

export const disqualifyPlayer = defineEndpoint({
  id: 'disqualifyPlayer',
  method: 'POST',
  path: '/api/v1/training/contests/{id}/disqualify',
  group,
  summary: { zh: '取消一名选手的成绩（留痕）', en: 'Disqualify a player; leaves a record' },
  access: 'admin',
  powers: ['security'],
  stepUpSeconds: freshSeconds,
  params,
  body: z.strictObject({ number: z.int().min(1).max(1_000_000), reason }),
  response: z.object({ uid }),
  errors: ['not_found', 'conflict', 'audit_unwritable', 'validation_failed'],
});
