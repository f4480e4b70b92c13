import { type AnsweredQuestion, learnRefresh, learnRefreshAnswer } from '@menshen/contract';
import { useState } from 'react';
import { call, errorText, useLoaded } from '../client.ts';
import { useWords } from '../language.tsx';
import { Failure, Loading, Question } from '../parts.tsx';

/** Refreshers that are due, one after the other. */
export function RefreshPage() {
  const { t, language, day } = useWords();
  const refresh = useLoaded(`refresh ${language}`, () => call(learnRefresh, { query: { language } }));
  const [at, setAt] = useState(0);
  if (refresh.error !== null) return <Failure text={errorText(refresh.error, t)} retry={refresh.reload} />;
  if (refresh.data === null) return <Loading />;
  const { questions, due, next } = refresh.data;
  const current = questions[at];
  return (
    <>
      <header className="head">
        <h1>{t('refresh.title')}</h1>
        {current === undefined ? (
          <p>
            {t('refresh.none')} {next === null ? '' : t('refresh.next', { day: day(next) })}
          </p>
        ) : (
          <p className="quiet">{t('refresh.of', { count: due - at, course: current.title })}</p>
        )}
      </header>
      {current === undefined ? null : (
        <One
          key={`${current.course} ${current.question.id}`}
          course={current.course}
          question={current.question}
          next={() => {
            // The last of what was loaded: there may be more.
            if (at + 1 >= questions.length && due > questions.length) {
              setAt(0);
              refresh.reload();
            } else setAt(at + 1);
          }}
        />
      )}
    </>
  );
}

interface OneProps {
  readonly course: string;
  readonly question: Parameters<typeof Question>[0]['question'];
  readonly next: () => void;
}

function One({ course, question, next }: OneProps) {
  const { t, language, day } = useWords();
  const [chosen, setChosen] = useState<readonly number[]>([]);
  const [said, setSaid] = useState<{ readonly answer: AnsweredQuestion; readonly next: number } | null>(null);
  const [error, setError] = useState<unknown>(null);
  const answer = (): void => {
    setError(null);
    call(learnRefreshAnswer, { body: { course, question: question.id, chosen: [...chosen], language } }).then(setSaid, setError);
  };
  return (
    <section className="card">
      <Question question={question} chosen={chosen} choose={setChosen} answer={said?.answer ?? null} />
      {error === null ? null : <p role="alert">{errorText(error, t)}</p>}
      {said === null ? (
        <button type="button" className="first" disabled={chosen.length === 0} onClick={answer}>
          {t('refresh.answer')}
        </button>
      ) : (
        <>
          <p className="quiet">{t('refresh.again', { day: day(said.next) })}</p>
          <button type="button" className="first" onClick={next}>
            {t('refresh.continue')}
          </button>
        </>
      )}
    </section>
  );
}
