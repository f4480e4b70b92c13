import { type AnsweredQuestion, type AskedQuestion, MenshenError } from '@menshen/contract';
import type { Course, CourseLanguage } from '../courses/model.ts';
import type { CourseService } from '../courses/service.ts';
import { answered, asked, drawQuestions, isRight, orderOf } from './draw.ts';
import { type Memory, remember } from './memory.ts';
import type { Attempt, KnownQuestion, QuizStore } from './store.ts';

const dayMs = 86_400_000;
/** Time for each question of an attempt. */
const perQuestionMs = 90_000;
/** An answer that was on its way when the time ended still counts. */
const graceMs = 10_000;
export const attemptsPerDay = 3;
const refreshAtOnce = 10;

export interface QuizParts {
  readonly store: QuizStore;
  readonly courses: Pick<CourseService, 'find' | 'all'>;
  /** Secret from which the order of single questions is made. */
  readonly secret: Uint8Array;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

export interface SubmittedAttempt {
  readonly course: Course;
  readonly right: number;
  readonly of: number;
  /** Percent. */
  readonly score: number;
  readonly passed: boolean;
  readonly questions: readonly AnsweredQuestion[];
  readonly left: number;
}

export interface DueQuestion {
  readonly course: string;
  readonly title: string;
  readonly question: AskedQuestion;
}

export interface QuizService {
  seen(uid: string, course: string, card: number): Promise<void>;
  /** The question on a card as this person sees it. */
  check(course: Course, uid: string, question: string, language: CourseLanguage): AskedQuestion;
  /** Throws `not_found` for a question that is on no card. */
  checkAnswer(
    course: Course,
    uid: string,
    question: string,
    chosen: readonly number[],
    language: CourseLanguage,
  ): AnsweredQuestion;
  /** Attempts that are left to a person today. */
  left(uid: string, course: string): Promise<number>;
  /** The attempt that runs, or a new one. Throws `attempts_used_up`. */
  start(
    uid: string,
    course: string,
    language: CourseLanguage,
  ): Promise<{ readonly attempt: Attempt; readonly questions: readonly AskedQuestion[]; readonly course: Course }>;
  /** Throws `not_found`, and `attempt_over` after its time and for what was handed in before. */
  submit(
    uid: string,
    attempt: string,
    answers: Readonly<Record<string, readonly number[]>>,
    language: CourseLanguage,
  ): Promise<SubmittedAttempt>;
  /** Refreshers that are due, the longest overdue first. */
  refresh(
    uid: string,
    language: CourseLanguage,
  ): Promise<{ readonly due: number; readonly questions: readonly DueQuestion[]; readonly next: number | null }>;
  /** Throws `not_found` for a question that this person has not met. */
  refreshAnswer(
    uid: string,
    course: string,
    question: string,
    chosen: readonly number[],
    language: CourseLanguage,
  ): Promise<{ readonly answer: AnsweredQuestion; readonly next: number }>;
}

/** Tests and refreshers. Right answers stay on the server until a person has given theirs. */
export function createQuizService({ store, courses, secret, clock, random }: QuizParts): QuizService {
  const checkOf = (course: Course, id: string) => {
    const question = course.checks.find((one) => one.id === id);
    if (question === undefined) throw new MenshenError('not_found');
    return question;
  };
  const known = (uid: string, course: string, question: string, before: Memory | null, right: boolean): KnownQuestion => ({
    ...{ uid, course, question, rightLast: right },
    ...remember(before, right, clock()),
  });
  const attemptsToday = (uid: string, course: string) => store.attempts(uid, course, clock() - dayMs);

  return {
    async seen(uid, id, card) {
      const course = await courses.find(id);
      if (card >= course.text.zh.cards.length) throw new MenshenError('validation_failed', { fields: ['card'] });
      await store.seen(uid, id, course.version, card, clock());
    },
    check: (course, uid, question, language) =>
      asked(course, orderOf(secret, uid, course.id, checkOf(course, question), 0), language),
    checkAnswer: (course, uid, question, chosen, language) =>
      answered(course, orderOf(secret, uid, course.id, checkOf(course, question), 0), chosen, language),
    async left(uid, course) {
      return Math.max(0, attemptsPerDay - (await attemptsToday(uid, course)).length);
    },
    async start(uid, id, language) {
      const course = await courses.find(id);
      const now = clock();
      const [last] = await store.attempts(uid, id, now - 30 * dayMs);
      const before = new Set(last?.drawn.map((question) => question.id) ?? []);
      const fresh: Attempt = {
        id: `ta_${Buffer.from(random(16)).toString('base64url')}`,
        ...{ uid, course: id, version: course.version, drawn: drawQuestions(course, random(32), before) },
        ...{ started: now, deadline: now + course.draw * perQuestionMs, submitted: null },
      };
      const attempt = await store.start(fresh, attemptsPerDay, now - dayMs);
      if (attempt === null) throw new MenshenError('attempts_used_up');
      // A question that a newer version of the course no longer has cannot be shown: it is left out and counts as right for nobody.
      const shown = attempt.drawn.filter((question) => course.text[language].questions.has(question.id));
      return { attempt, course, questions: shown.map((question) => asked(course, question, language)) };
    },
    async submit(uid, id, answers, language) {
      const attempt = await store.attempt(id, uid);
      if (attempt === null) throw new MenshenError('not_found');
      const now = clock();
      if (attempt.submitted !== null || now > attempt.deadline + graceMs) throw new MenshenError('attempt_over');
      const course = await courses.find(attempt.course);
      const given = attempt.drawn.map((question) => ({
        question,
        chosen: Object.hasOwn(answers, question.id) ? (answers[question.id] ?? []) : [],
      }));
      const right = given.filter(({ question, chosen }) => isRight(question, chosen)).length;
      const score = Math.floor((right * 100) / attempt.drawn.length);
      const passed = score >= course.pass;
      const memory: KnownQuestion[] = [];
      for (const { question, chosen } of given)
        memory.push(
          known(
            uid,
            attempt.course,
            question.id,
            await store.memoryOf(uid, attempt.course, question.id),
            isRight(question, chosen),
          ),
        );
      const kept = Object.fromEntries(given.map(({ question, chosen }) => [question.id, chosen]));
      if (!(await store.submit(attempt, { answers: kept, right, score, passed }, memory, now)))
        throw new MenshenError('attempt_over');
      return {
        ...{ course, right, of: attempt.drawn.length, score, passed },
        questions: given.map(({ question, chosen }) => answered(course, question, chosen, language)),
        left: Math.max(0, attemptsPerDay - (await attemptsToday(uid, attempt.course)).length),
      };
    },
    async refresh(uid, language) {
      const all = await courses.all();
      const now = clock();
      const alive = (await store.memory(uid)).filter(({ course, question }) =>
        all.get(course)?.bank.some(({ id }) => id === question),
      );
      const due = alive.filter((one) => one.due <= now).sort((a, b) => a.due - b.due);
      const later = alive.filter((one) => one.due > now).map((one) => one.due);
      return {
        due: due.length,
        next: later.length === 0 ? null : Math.min(...later),
        questions: due.slice(0, refreshAtOnce).flatMap(({ course: id, question, reps }): DueQuestion[] => {
          const course = all.get(id);
          const judged = course?.bank.find((one) => one.id === question);
          if (course === undefined || judged === undefined) return [];
          const drawn = orderOf(secret, uid, id, judged, reps);
          return [{ course: id, title: course.text[language].title, question: asked(course, drawn, language) }];
        }),
      };
    },
    async refreshAnswer(uid, id, question, chosen, language) {
      const course = await courses.find(id);
      const judged = course.bank.find((one) => one.id === question);
      const before = judged === undefined ? null : await store.memoryOf(uid, id, question);
      // Only what is due: otherwise a script could answer ahead until all of it is "remembered".
      if (judged === undefined || before === null || before.due > clock()) throw new MenshenError('not_found');
      const drawn = orderOf(secret, uid, id, judged, before.reps);
      const after = known(uid, id, question, before, isRight(drawn, chosen));
      await store.remember(after);
      return { answer: answered(course, drawn, chosen, language), next: after.due };
    },
  };
}
