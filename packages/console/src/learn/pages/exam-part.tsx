import {
  type Bilingual,
  type LabId,
  learnAttemptStart,
  learnAttemptSubmit,
  type learnCourse,
  learnState,
} from '@menshen/contract';
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import type { Output } from '../../api/call.ts';
import { clockText, type ServerTime, serverTime, useTimeLeft } from '../../api/server-time.ts';
import { call, errorText } from '../client.ts';
import { useWords } from '../language.tsx';
import { Go, Question } from '../parts.tsx';

type Exam = Output<typeof learnCourse>['exam'];
type Attempt = Output<typeof learnAttemptStart>;
type Begun = Attempt & { readonly time: ServerTime };
type Result = Output<typeof learnAttemptSubmit>;
type Answers = Readonly<Record<string, readonly number[]>>;

interface ExamProps {
  readonly id: string;
  readonly exam: Exam;
  /** Labs that the certificate waits for besides the test. */
  readonly labs: readonly { readonly id: LabId; readonly title: Bilingual }[];
  /** Hears whether a test runs. */
  readonly running: (runs: boolean) => void;
}

/** The test of a course: its rules, the questions against the clock, and the result with every explanation. */
export function ExamPart({ id, exam, labs, running }: ExamProps) {
  const { t, language } = useWords();
  const [attempt, setAttempt] = useState<Begun | null>(null);
  const [done, setDone] = useState<{ readonly result: Result; readonly answers: Answers; readonly attempt: Attempt } | null>(
    null,
  );
  const [error, setError] = useState<unknown>(null);
  useEffect(() => running(attempt !== null), [attempt, running]);
  const left = done?.result.left ?? exam.left;
  const begin = (): void => {
    setError(null);
    const sent = performance.now();
    call(learnAttemptStart, { params: { id }, body: { language } }).then(
      (started) => {
        setDone(null);
        setAttempt({ ...started, time: serverTime(started.now, sent, performance.now()) });
        scrollTo(0, 0);
      },
      (problem: unknown) => setError(problem),
    );
  };
  const problem = error === null ? null : <p role="alert">{errorText(error, t)}</p>;
  if (attempt !== null)
    return (
      <Questions
        attempt={attempt}
        finished={(result, answers) => {
          setDone({ result, answers, attempt });
          setAttempt(null);
          scrollTo(0, 0);
        }}
        over={(reason) => {
          setAttempt(null);
          setError(reason);
        }}
      />
    );
  if (done !== null) return <ResultPart {...done} retry={left > 0 ? begin : null} problem={problem} />;
  const { questions, minutes, pass } = exam;
  return (
    <section className="card reading">
      <h1>{t('exam.title')}</h1>
      <p>{t('exam.rules', { questions, minutes, pass, left })}</p>
      {labs.map((lab) => (
        <p key={lab.id}>
          {t('exam.lab')} <Go to={`/labs/${lab.id}`}>{t('lab.asked', { title: lab.title[language] })}</Go>
        </p>
      ))}
      {problem}
      {left > 0 ? (
        <button type="button" className="first" onClick={begin}>
          {t('exam.start')}
        </button>
      ) : (
        <p>{t('exam.none')}</p>
      )}
    </section>
  );
}

interface QuestionsProps {
  readonly attempt: Begun;
  readonly finished: (result: Result, answers: Answers) => void;
  readonly over: (error: unknown) => void;
}

function Questions({ attempt, finished, over }: QuestionsProps) {
  const { t, language } = useWords();
  const [answers, setAnswers] = useState<Answers>({});
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const sent = useRef(false);
  const missing = attempt.questions.filter(({ id }) => (answers[id] ?? []).length === 0).length;
  const submit = useCallback((): void => {
    if (sent.current) return;
    sent.current = true;
    setBusy(true);
    const given = Object.fromEntries(Object.entries(answers).map(([id, chosen]) => [id, [...chosen]]));
    call(learnAttemptSubmit, { params: { attempt: attempt.attempt }, body: { answers: given, language } }).then(
      (result) => finished(result, answers),
      (problem: unknown) => {
        sent.current = false;
        setBusy(false);
        // A line that broke is no reason to lose the answers: they can be sent again.
        if (problem instanceof Error && 'code' in problem && problem.code === 'attempt_over') over(problem);
        else setError(problem);
      },
    );
  }, [answers, attempt.attempt, language, finished, over]);
  const remaining = useRemaining(attempt, submit);
  return (
    <section aria-label={t('exam.title')}>
      <p className="clock" role="timer">
        {remaining <= 0 ? t('exam.over') : t('exam.left', { time: clockText(remaining) })}
      </p>
      {attempt.questions.map((question, at) => (
        <Question
          key={question.id}
          question={question}
          number={at + 1}
          chosen={answers[question.id] ?? []}
          choose={(chosen) => setAnswers((last) => ({ ...last, [question.id]: chosen }))}
          answer={null}
        />
      ))}
      {error === null ? null : <p role="alert">{errorText(error, t)}</p>}
      {asking && missing > 0 ? (
        <div className="card" role="alertdialog" aria-label={t('exam.unanswered', { count: missing })}>
          <p>{t('exam.unanswered', { count: missing })}</p>
          <button type="button" onClick={() => setAsking(false)}>
            {t('exam.continue')}
          </button>
          <button type="button" className="first" disabled={busy} onClick={submit}>
            {t('exam.confirm')}
          </button>
        </div>
      ) : (
        <button type="button" className="first" disabled={busy} onClick={() => (missing > 0 ? setAsking(true) : submit())}>
          {t('exam.submit')}
        </button>
      )}
    </section>
  );
}

/** Milliseconds that are left by the server's clock, which is asked again after the phone slept; hands in when they have passed. */
function useRemaining({ deadline, time: begun }: Begun, expired: () => void): number {
  const [time, setTime] = useState(begun);
  const resync = (): void => {
    const sent = performance.now();
    // Without an answer the page goes on with what it knew.
    call(learnState, {}).then(
      ({ now }) => setTime(serverTime(now, sent, performance.now())),
      () => undefined,
    );
  };
  const left = useTimeLeft(deadline, time, resync) ?? deadline - time.server;
  const over = left <= 0;
  useEffect(() => {
    if (over) expired();
  }, [over, expired]);
  return left;
}

interface ResultProps {
  readonly result: Result;
  readonly answers: Answers;
  readonly attempt: Attempt;
  readonly retry: (() => void) | null;
  readonly problem: ReactNode;
}

function ResultPart({ result, answers, attempt, retry, problem }: ResultProps) {
  const { t, language } = useWords();
  const { passed, score, right, of, certificate, labs, left } = result;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <>
      <section className={passed ? 'card reading won' : 'card reading'}>
        <h1 ref={heading} tabIndex={-1}>
          {t(passed ? 'result.passed' : 'result.failed')}
        </h1>
        <p>{t('result.score', { score, right, of })}</p>
        {problem}
        {labs.length === 0 ? null : <p>{t('result.labs')}</p>}
        {labs.map(({ id, title }) => (
          <Go key={id} to={`/labs/${id}`} className="button first">
            {t('lab.asked', { title: title[language] })}
          </Go>
        ))}
        {certificate === null ? null : (
          <Go to={`/verify/${certificate}`} className="button first">
            {t('result.certificate')}
          </Go>
        )}
        {!passed && retry !== null ? (
          <button type="button" className="first" onClick={retry}>
            {t('result.retry', { left })}
          </button>
        ) : null}
        <Go to="/" className="button">
          {t('result.home')}
        </Go>
      </section>
      <section>
        <h2>{t('result.review')}</h2>
        {attempt.questions.map((question, at) => (
          <Question
            key={question.id}
            question={question}
            number={at + 1}
            chosen={answers[question.id] ?? []}
            choose={() => undefined}
            answer={result.questions.find(({ id }) => id === question.id) ?? null}
          />
        ))}
      </section>
    </>
  );
}
