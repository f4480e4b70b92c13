import * as z from 'zod';
import { bilingual, ok, time } from './api/common.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { labId } from './lab-model.ts';
import { learnBulletinEndpoints } from './learn-bulletin.ts';
import { learnContestEndpoints } from './learn-contest.ts';
import { learnDrillEndpoints } from './learn-drill.ts';
import { learnLabEndpoints } from './learn-lab.ts';
import { answeredQuestion, askedQuestion, courseCard, courseId, courseSource, questionId } from './training-course.ts';

/**
 * What the page for employees calls, on the listener of `training`. A call of an employee carries the cookie of a learner's session, and a write its
 * CSRF token in `X-Menshen-CSRF`. Nothing here is for administrators, and nothing there is for employees.
 */
const language = z.enum(['zh', 'en']);
const token = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const certificateId = z.string().regex(/^tc_[A-Za-z0-9_-]{22}$/);
/** Places of the chosen options, in the order in which they were shown. */
const chosen = z.array(z.int().min(0).max(7)).max(8);

const common = { group: 'learn', access: 'employee', powers: [] } as const;
const open = { ...common, access: 'public' } as const;

export const learnState = defineEndpoint({
  ...open,
  id: 'learnState',
  method: 'GET',
  path: '/api/learn/v1/state',
  summary: { zh: '是否已登录，有哪些登录方式', en: 'Whether somebody is signed in, and how to sign in' },
  response: z.object({
    /** CSRF token of the session; null when nobody is signed in. */
    csrf: token.nullable(),
    /** Ways to sign in: in WeCom itself, and by a code to scan. */
    ways: z.array(z.enum(['wecom', 'scan'])),
    issuer: bilingual,
    leaderboard: z.boolean(),
    /** The server's clock, by which every time limit runs. */
    now: time,
  }),
  errors: [],
});

export const learnSignInStart = defineEndpoint({
  ...open,
  id: 'learnSignInStart',
  method: 'POST',
  path: '/api/learn/v1/sign-in/start',
  summary: { zh: '开始企业微信登录', en: 'Begin to sign in through WeCom' },
  body: z.strictObject({ way: z.enum(['wecom', 'scan']) }),
  response: z.object({ url: z.string() }),
  errors: ['not_found', 'rate_limited'],
});

export const learnSignInFinish = defineEndpoint({
  ...open,
  id: 'learnSignInFinish',
  method: 'POST',
  path: '/api/learn/v1/sign-in/finish',
  summary: { zh: '完成企业微信登录', en: 'Finish signing in through WeCom' },
  body: z.strictObject({ code: z.string().min(1).max(512), state: token }),
  response: z.object({ csrf: token }),
  errors: ['learner_sign_in_failed', 'rate_limited', 'audit_unwritable'],
});

/** From a session at the gateway: `POST /_menshen/v1/learn` gives the ticket, the mini program opens the page with it. */
export const learnSignInTicket = defineEndpoint({
  ...open,
  id: 'learnSignInTicket',
  method: 'POST',
  path: '/api/learn/v1/sign-in/ticket',
  summary: { zh: '用小程序给出的一次性票据登录', en: 'Sign in with a ticket that the mini program got' },
  body: z.strictObject({ ticket: token }),
  response: z.object({ csrf: token }),
  errors: ['learner_sign_in_failed', 'rate_limited', 'audit_unwritable'],
});

export const learnSignOut = defineEndpoint({
  ...common,
  id: 'learnSignOut',
  method: 'POST',
  path: '/api/learn/v1/sign-out',
  summary: { zh: '退出', en: 'Sign out' },
  body: z.strictObject({}),
  response: ok,
  errors: [],
});

export const learnCourseSummary = z.object({
  id: courseId,
  title: bilingual,
  summary: bilingual,
  minutes: z.number(),
  cards: z.number(),
  seen: z.number(),
  /** When it was passed last. */
  passed: time.nullable(),
  best: z.number().nullable(),
  /** Set where somebody was assigned the course. */
  duty: z
    .object({
      due: time,
      done: time.nullable(),
      reason: z.string(),
      /** What happened in the company last week, for a course that was assigned because of it. */
      because: bilingual.nullable(),
    })
    .nullable(),
  /** The certificate in force. */
  certificate: certificateId.nullable(),
  /** Labs that the certificate asks for besides the test. */
  labs: z.array(z.object({ id: labId, title: bilingual, passed: z.boolean() })),
});
export type LearnCourseSummary = z.output<typeof learnCourseSummary>;

export const learnHome = defineEndpoint({
  ...common,
  id: 'learnHome',
  method: 'GET',
  path: '/api/learn/v1/home',
  summary: { zh: '我的学习', en: 'What I have to learn, and have learnt' },
  response: z.object({
    name: z.string(),
    now: time,
    courses: z.array(learnCourseSummary),
    /** Questions whose refresher is due now. */
    refresh: z.number(),
    preferences: z.object({
      ...{ language: language.nullable(), leaderboard: z.boolean(), mail: z.boolean() },
      ...{ bulletins: z.boolean(), warnings: z.boolean() },
    }),
    /** Whether warnings of what happens right now can be turned off. */
    warningsOptional: z.boolean(),
  }),
  errors: [],
});

export const learnCourse = defineEndpoint({
  ...common,
  id: 'learnCourse',
  method: 'GET',
  path: '/api/learn/v1/courses/{id}',
  summary: { zh: '一门课的卡片', en: 'The cards of a course' },
  params: z.object({ id: courseId }),
  query: z.object({ language: language.default('zh') }),
  response: z.object({
    summary: learnCourseSummary,
    cards: z.array(courseCard),
    sources: z.array(courseSource),
    /** Pictures of its cards as data addresses, by name. */
    pictures: z.record(z.string(), z.string()),
    seen: z.array(z.int()),
    exam: z.object({ questions: z.number(), pass: z.number(), minutes: z.number(), left: z.number() }),
  }),
  errors: ['not_found'],
});

export const learnCardSeen = defineEndpoint({
  ...common,
  id: 'learnCardSeen',
  method: 'POST',
  path: '/api/learn/v1/courses/{id}/seen',
  summary: { zh: '记下看过的卡片', en: 'Note that a card was seen' },
  params: z.object({ id: courseId }),
  body: z.strictObject({ card: z.int().min(0).max(14) }),
  response: ok,
  errors: ['not_found', 'validation_failed'],
});

export const learnCheck = defineEndpoint({
  ...common,
  id: 'learnCheck',
  method: 'POST',
  path: '/api/learn/v1/courses/{id}/check',
  summary: { zh: '回答卡片上的练习题', en: 'Answer a question on a card, for practice' },
  params: z.object({ id: courseId }),
  body: z.strictObject({ question: questionId, chosen, language }),
  response: answeredQuestion,
  errors: ['not_found', 'validation_failed'],
});

export const learnAttemptStart = defineEndpoint({
  ...common,
  id: 'learnAttemptStart',
  method: 'POST',
  path: '/api/learn/v1/courses/{id}/attempts',
  summary: { zh: '开始测验；未交卷时继续同一份', en: 'Begin the test; one that is not handed in goes on' },
  params: z.object({ id: courseId }),
  body: z.strictObject({ language }),
  response: z.object({
    attempt: z.string(),
    questions: z.array(askedQuestion),
    deadline: time,
    now: time,
    pass: z.number(),
  }),
  errors: ['not_found', 'attempts_used_up', 'validation_failed'],
});

export const learnAttemptSubmit = defineEndpoint({
  ...common,
  id: 'learnAttemptSubmit',
  method: 'POST',
  path: '/api/learn/v1/attempts/{attempt}',
  summary: { zh: '交卷', en: 'Hand in' },
  params: z.object({ attempt: z.string().regex(/^ta_[A-Za-z0-9_-]{22}$/) }),
  body: z.strictObject({ answers: z.record(questionId, chosen), language }),
  response: z.object({
    right: z.number(),
    of: z.number(),
    score: z.number(),
    passed: z.boolean(),
    questions: z.array(answeredQuestion),
    certificate: certificateId.nullable(),
    /** Labs that the certificate still waits for. */
    labs: z.array(z.object({ id: labId, title: bilingual })),
    /** Attempts that are left today. */
    left: z.number(),
  }),
  errors: ['not_found', 'attempt_over', 'audit_unwritable', 'validation_failed'],
});

export const learnRefresh = defineEndpoint({
  ...common,
  id: 'learnRefresh',
  method: 'GET',
  path: '/api/learn/v1/refresh',
  summary: { zh: '今天到期的复习题', en: 'Questions whose refresher is due' },
  query: z.object({ language: language.default('zh') }),
  response: z.object({
    due: z.number(),
    questions: z.array(z.object({ course: courseId, title: z.string(), question: askedQuestion })),
    /** When the next is due; null where there is none. */
    next: time.nullable(),
  }),
  errors: [],
});

export const learnRefreshAnswer = defineEndpoint({
  ...common,
  id: 'learnRefreshAnswer',
  method: 'POST',
  path: '/api/learn/v1/refresh',
  summary: { zh: '回答一道复习题', en: 'Answer a refresher' },
  body: z.strictObject({ course: courseId, question: questionId, chosen, language }),
  response: z.object({ answer: answeredQuestion, next: time }),
  errors: ['not_found', 'validation_failed'],
});

export const learnPreferences = defineEndpoint({
  ...common,
  id: 'learnPreferences',
  method: 'PUT',
  path: '/api/learn/v1/preferences',
  summary: { zh: '我的设置', en: 'My preferences' },
  body: z.strictObject({
    language: language.nullable(),
    leaderboard: z.boolean(),
    mail: z.boolean(),
    bulletins: z.boolean(),
    warnings: z.boolean(),
  }),
  response: ok,
  errors: ['validation_failed'],
});

export const learnLeaderboard = defineEndpoint({
  ...common,
  id: 'learnLeaderboard',
  method: 'GET',
  path: '/api/learn/v1/leaderboard',
  summary: { zh: '排行榜，只有自愿参加的人', en: 'The leaderboard, of those who chose to take part' },
  response: z.object({
    rows: z.array(z.object({ place: z.number(), name: z.string(), points: z.number(), me: z.boolean() })),
    taking: z.boolean(),
  }),
  errors: ['not_found'],
});

export const certificateStatement = z.object({
  format: z.literal('menshen training certificate 1'),
  id: certificateId,
  holder: z.string(),
  course: z.object({ id: courseId, version: z.number(), title: bilingual }),
  score: z.number(),
  /** Labs that were passed for it. */
  labs: z.array(labId).optional(),
  /** Days, as `YYYY-MM-DD` in UTC. */
  issued: z.string(),
  expires: z.string(),
  issuer: bilingual,
  /** Name of the key: the first 16 hex digits of SHA-256 over its SPKI. */
  key: z.string(),
});
export type CertificateStatement = z.output<typeof certificateStatement>;

/** What is downloaded, and what `menshen training verify` reads. */
export const certificateFile = z.object({ statement: z.string().max(10_000), signature: z.string().max(200) });

export const verifyCertificate = defineEndpoint({
  ...open,
  id: 'verifyCertificate',
  method: 'GET',
  path: '/api/learn/v1/certificates/{id}',
  summary: { zh: '公开核验一张证书', en: 'Verify a certificate; for anybody' },
  params: z.object({ id: certificateId }),
  response: z.object({
    state: z.enum(['valid', 'expired', 'revoked']),
    certificate: certificateStatement,
    file: certificateFile,
    publicKey: z.string(),
    verifyUrl: z.string(),
  }),
  errors: ['not_found', 'rate_limited'],
});

/** Every operation of the page for employees. */
export const learnEndpoints: readonly Endpoint[] = [
  learnState,
  learnSignInStart,
  learnSignInFinish,
  learnSignInTicket,
  learnSignOut,
  learnHome,
  learnCourse,
  learnCardSeen,
  learnCheck,
  learnAttemptStart,
  learnAttemptSubmit,
  learnRefresh,
  learnRefreshAnswer,
  learnPreferences,
  learnLeaderboard,
  verifyCertificate,
  ...learnContestEndpoints,
  ...learnDrillEndpoints,
  ...learnLabEndpoints,
  ...learnBulletinEndpoints,
] as readonly unknown[] as readonly Endpoint[];
