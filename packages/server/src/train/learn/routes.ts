import * as contract from '@menshen/contract';
import type { DirectorySnapshot } from '../../directory/snapshot.ts';
import type { AssignmentService } from '../assignments/service.ts';
import type { CertificateService } from '../certificates/service.ts';
import { type Course, titleOf } from '../courses/model.ts';
import type { CourseService } from '../courses/service.ts';
import { labOf } from '../labs/cases/index.ts';
import type { Completion, LabRequirements } from '../labs/requirements.ts';
import type { LabService } from '../labs/service.ts';
import type { QuizService } from '../quizzes/service.ts';
import type { Progress, QuizStore } from '../quizzes/store.ts';
import { bindLearn, type LearnBound, learnerOf } from './bind.ts';
import { rank } from './leaderboard.ts';
import type { PreferenceStore } from './preferences.ts';
import type { LearnerSessions } from './sessions.ts';
import type { LearnerSignIn } from './sign-in.ts';

export interface LearnRouteParts {
  readonly sessions: LearnerSessions;
  readonly signIn: LearnerSignIn;
  readonly courses: CourseService;
  readonly quizzes: QuizService;
  readonly quizStore: Pick<QuizStore, 'progress' | 'allProgress' | 'allMemory'>;
  readonly assignments: Pick<AssignmentService, 'list' | 'duties'>;
  readonly labs: Pick<LabService, 'results'>;
  readonly requirements: Pick<LabRequirements, 'asked'>;
  readonly completion: Pick<Completion, 'testPassed'>;
  readonly certificates: CertificateService;
  readonly preferences: PreferenceStore;
  readonly directory: () => DirectorySnapshot;
  readonly settings: () => Pick<contract.TrainingConfig, 'issuer' | 'leaderboard' | 'bulletins'>;
  readonly base: () => string;
  readonly clock: () => number;
}

const perQuestionMinutes = 1.5;
const notPassed = { certificate: null, missing: [] } as const;

/** What employees do on their page. */
export function learnHandlers(parts: LearnRouteParts): readonly LearnBound[] {
  const { sessions, signIn, courses, quizzes, quizStore, assignments, certificates, preferences, clock } = parts;
  const { labs, requirements, completion } = parts;

  /** All courses as one person stands in them: what is due first, then what is not passed, then the rest. */
  const summaries = async (uid: string, only: Course | null): Promise<contract.LearnCourseSummary[]> => {
    const [all, progress, duties, own, asked, tried] = await Promise.all([
      only === null ? courses.all() : new Map([[only.id, only]]),
      quizStore.progress(uid),
      assignments.duties(uid),
      certificates.ofPerson(uid),
      assignments.list(),
      labs.results(uid),
    ]);
    const passedLabs = new Set(tried.flatMap(({ lab, passed }) => (passed === null ? [] : [lab])));
    const progressOf = new Map(progress.map((one) => [one.course, one]));
    const dutyOf = new Map(duties.map((one) => [one.course, one]));
    const assignmentOf = new Map(asked.map((one) => [one.id, one]));
    const rows = [...all.values()].map((course): contract.LearnCourseSummary => {
      const duty = dutyOf.get(course.id);
      const assignment = duty === undefined ? undefined : assignmentOf.get(duty.assignment);
      const mine = progressOf.get(course.id);
      return {
        ...{ id: course.id, title: titleOf(course), minutes: course.minutes, cards: course.text.zh.cards.length },
        summary: { zh: course.text.zh.summary, en: course.text.en.summary },
        ...{ seen: seenCards(mine, course).length, passed: mine?.passed ?? null, best: mine?.best ?? null },
        duty:
          duty === undefined
            ? null
            : { due: duty.due, done: duty.done, reason: assignment?.reason ?? '', because: assignment?.origin?.because ?? null },
        certificate: own.get(course.id) ?? null,
        labs: requirements.asked(course).map((id) => ({ id, title: labOf(id).title, passed: passedLabs.has(id) })),
      };
    });
    const urgency = ({ duty, passed }: contract.LearnCourseSummary): number =>
      duty !== null && duty.done === null ? duty.due : Number.MAX_SAFE_INTEGER - (passed === null ? 1 : 0);
    return rows.sort((a, b) => urgency(a) - urgency(b) || (a.id < b.id ? -1 : 1));
  };

  return [
    bindLearn(contract.learnState, async ({ learner }) => ({
      csrf: learner?.csrf ?? null,
      ways: signIn.ways(),
      issuer: parts.settings().issuer,
      leaderboard: parts.settings().leaderboard,
      now: clock(),
    })),
    bindLearn(contract.learnSignInStart, async ({ body, caller, setBrowser }) => {
      const { url, browser } = await signIn.start(body.way, caller);
      setBrowser(browser);
      return { url };
    }),
    bindLearn(contract.learnSignInFinish, async ({ body, caller, browser, setBrowser, setToken }) => {
      setBrowser(null);
      const { token, csrf } = await signIn.finish(body, browser, caller);
      setToken(token);
      return { csrf };
    }),
    bindLearn(contract.learnSignInTicket, async ({ body, caller, setToken }) => {
      const { token, csrf } = await signIn.byTicket(body.ticket, caller);
      setToken(token);
      return { csrf };
    }),
    bindLearn(contract.learnSignOut, async ({ token, setToken }) => {
      if (token !== null) await sessions.end(token);
      setToken(null);
      return { ok: true as const };
    }),
    bindLearn(contract.learnHome, async (call) => {
      const { uid, name } = learnerOf(call);
      const [rows, chosen, { due }] = await Promise.all([
        summaries(uid, null),
        preferences.find(uid),
        quizzes.refresh(uid, 'zh'),
      ]);
      const { warningsOptional } = parts.settings().bulletins;
      return { name, now: clock(), courses: rows, refresh: due, preferences: chosen, warningsOptional };
    }),
    bindLearn(contract.learnCourse, async (call) => {
      const { uid } = learnerOf(call);
      const course = await courses.find(call.params.id);
      const { language } = call.query;
      const text = course.text[language];
      const [summary] = await summaries(uid, course);
      if (summary === undefined) throw new contract.MenshenError('not_found');
      const progress = (await quizStore.progress(uid)).find(({ course: id }) => id === course.id);
      return {
        summary,
        cards: text.cards.map(({ title, blocks, check }) => ({
          title,
          blocks: [...blocks],
          check: check === null ? null : quizzes.check(course, uid, check, language),
        })),
        sources: [...text.sources],
        pictures: courses.pictures(course),
        seen: seenCards(progress, course),
        exam: {
          ...{ questions: course.draw, pass: course.pass, minutes: Math.ceil(course.draw * perQuestionMinutes) },
          left: await quizzes.left(uid, course.id),
        },
      };
    }),
    bindLearn(contract.learnCardSeen, async (call) => {
      await quizzes.seen(learnerOf(call).uid, call.params.id, call.body.card);
      return { ok: true as const };
    }),
    bindLearn(contract.learnCheck, async (call) => {
      const { question, chosen, language } = call.body;
      const course = await courses.find(call.params.id);
      return quizzes.checkAnswer(course, learnerOf(call).uid, question, chosen, language);
    }),
    bindLearn(contract.learnAttemptStart, async (call) => {
      const { attempt, questions, course } = await quizzes.start(learnerOf(call).uid, call.params.id, call.body.language);
      return { attempt: attempt.id, questions: [...questions], deadline: attempt.deadline, now: clock(), pass: course.pass };
    }),
    bindLearn(contract.learnAttemptSubmit, async (call) => {
      const { uid, name } = learnerOf(call);
      const { answers, language } = call.body;
      const { course, right, of, score, passed, questions, left } = await quizzes.submit(
        uid,
        call.params.attempt,
        answers,
        language,
      );
      const { certificate, missing } = passed ? await completion.testPassed({ uid, name }, course, score) : notPassed;
      return {
        ...{ right, of, score, passed, questions: [...questions], certificate: certificate?.id ?? null, left },
        labs: missing.map((id) => ({ id, title: labOf(id).title })),
      };
    }),
    bindLearn(contract.learnRefresh, async (call) => {
      const { due, questions, next } = await quizzes.refresh(learnerOf(call).uid, call.query.language);
      return { due, questions: [...questions], next };
    }),
    bindLearn(contract.learnRefreshAnswer, async (call) => {
      const { course, question, chosen, language } = call.body;
      return await quizzes.refreshAnswer(learnerOf(call).uid, course, question, chosen, language);
    }),
    bindLearn(contract.learnPreferences, async (call) => {
      const { uid } = learnerOf(call);
      const settings = parts.settings();
      const leaderboard = call.body.leaderboard && settings.leaderboard;
      // Where warnings come to everybody, nobody's choice stands in the way once they become optional.
      const warnings = call.body.warnings || !settings.bulletins.warningsOptional;
      await preferences.put(uid, { ...call.body, leaderboard, warnings });
      return { ok: true as const };
    }),
    bindLearn(contract.learnLeaderboard, async (call) => {
      const { uid } = learnerOf(call);
      if (!parts.settings().leaderboard) throw new contract.MenshenError('not_found');
      const directory = parts.directory();
      const taking = (await preferences.taking()).filter((one) => directory.person(one)?.status === 'active');
      const rows = rank(taking, await quizStore.allProgress(), await quizStore.allMemory());
      return {
        taking: taking.includes(uid),
        rows: rows.map(({ uid: who, place, points }) => ({
          ...{ place, points, me: who === uid },
          name: directory.person(who)?.name ?? '',
        })),
      };
    }),
    bindLearn(contract.verifyCertificate, async ({ params, caller }) => {
      await signIn.throttle(caller, 'verify');
      return { ...(await certificates.verify(params.id)), verifyUrl: `${parts.base()}/verify/${params.id}` };
    }),
  ];
}

function seenCards(progress: Progress | undefined, course: Course): number[] {
  const cards = progress?.cards ?? 0;
  return course.text.zh.cards.flatMap((_, at) => (((cards >> at) & 1) === 1 ? [at] : []));
}
