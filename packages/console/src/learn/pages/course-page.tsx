import { type AnsweredQuestion, type CourseCard, learnCardSeen, learnCheck, learnCourse } from '@menshen/contract';
import { useEffect, useRef, useState } from 'react';
import type { Output } from '../../api/call.ts';
import { CourseBlocks } from '../../components/course-blocks.tsx';
import { call, errorText, useLoaded } from '../client.ts';
import { useWords } from '../language.tsx';
import { Back, Failure, Loading, Question } from '../parts.tsx';
import { ExamPart } from './exam-part.tsx';

type Course = Output<typeof learnCourse>;

/** A course card by card, and its test after the last. */
export function CoursePage({ id }: { readonly id: string }) {
  const { t, language } = useWords();
  const course = useLoaded(`${id} ${language}`, () => call(learnCourse, { params: { id }, query: { language } }));
  if (course.error !== null) return <Failure text={errorText(course.error, t)} retry={course.reload} />;
  if (course.data === null) return <Loading />;
  return <Cards id={id} course={course.data} />;
}

function Cards({ id, course }: { readonly id: string; readonly course: Course }) {
  const { t, language } = useWords();
  const { cards, summary, pictures, sources, exam } = course;
  // Goes on where the person stopped; begins anew when all was seen.
  const [at, setAt] = useState(() => {
    const next = cards.findIndex((_, card) => !course.seen.includes(card));
    return course.seen.length === 0 || next < 0 ? 0 : next;
  });
  // While a test runs nothing leads away from it: its answers are on this page alone until they are handed in.
  const [testing, setTesting] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const card = cards[at];
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
    // Progress that is not noted is noted at the next visit of the card; learning goes on.
    if (at < cards.length) call(learnCardSeen, { params: { id }, body: { card: at } }).catch(() => undefined);
  }, [at, cards.length, id]);
  return (
    <>
      <header className="bar">
        {testing ? <span /> : <Back />}
        <span className="quiet">{card === undefined ? t('exam.title') : t('course.card', { at: at + 1, of: cards.length })}</span>
        <progress
          max={cards.length}
          value={Math.min(at + 1, cards.length)}
          aria-label={t('course.card', { at: Math.min(at + 1, cards.length), of: cards.length })}
        />
      </header>
      <p className="quiet title">{summary.title[language]}</p>
      {card === undefined ? (
        <>
          <ExamPart id={id} exam={exam} labs={summary.labs.filter(({ passed }) => !passed)} running={setTesting} />
          {sources.length === 0 || testing ? null : (
            <section>
              <h2>{t('course.sources')}</h2>
              <ul>
                {sources.map(({ title, url }) => (
                  <li key={title}>
                    {url?.startsWith('https://') === true ? (
                      <a href={url} target="_blank" rel="noopener noreferrer">
                        {title}
                      </a>
                    ) : (
                      title
                    )}
                  </li>
                ))}
              </ul>
            </section>
          )}
        </>
      ) : (
        <article className="card reading">
          <h1 ref={heading} tabIndex={-1}>
            {card.title}
          </h1>
          <CourseBlocks blocks={card.blocks} pictures={pictures} level={3} />
          {card.check === null ? null : <Check key={card.check.id} course={id} check={card.check} />}
        </article>
      )}
      <div className="steps" hidden={testing}>
        <button type="button" disabled={at === 0} onClick={() => setAt(at - 1)}>
          {t('course.previous')}
        </button>
        {at < cards.length ? (
          <button type="button" className="first" onClick={() => setAt(at + 1)}>
            {at === cards.length - 1 ? t('course.toExam') : t('course.next')}
          </button>
        ) : null}
      </div>
    </>
  );
}

/** A question on a card: for practice, as often as one likes. */
function Check({ course, check }: { readonly course: string; readonly check: NonNullable<CourseCard['check']> }) {
  const { t, language } = useWords();
  const [chosen, setChosen] = useState<readonly number[]>([]);
  const [answer, setAnswer] = useState<AnsweredQuestion | null>(null);
  const [error, setError] = useState<unknown>(null);
  const look = (): void => {
    setError(null);
    call(learnCheck, { params: { id: course }, body: { question: check.id, chosen: [...chosen], language } }).then(
      setAnswer,
      setError,
    );
  };
  return (
    <section className="check" aria-label={t('course.check')}>
      <h2>{t('course.check')}</h2>
      <Question question={check} chosen={chosen} choose={setChosen} answer={answer} />
      {error === null ? null : <p role="alert">{errorText(error, t)}</p>}
      {answer === null ? (
        <button type="button" disabled={chosen.length === 0} onClick={look}>
          {t('course.answer')}
        </button>
      ) : answer.right ? null : (
        <button
          type="button"
          onClick={() => {
            setAnswer(null);
            setChosen([]);
          }}
        >
          {t('course.again')}
        </button>
      )}
    </section>
  );
}
