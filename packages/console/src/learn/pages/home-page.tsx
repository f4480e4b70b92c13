import { type LearnCourseSummary, learnContests, learnDrillReport, learnHome } from '@menshen/contract';
import { useState } from 'react';
import { call, errorText, useLoaded } from '../client.ts';
import { useWords } from '../language.tsx';
import { Failure, Go, Loading } from '../parts.tsx';
import { Bulletins } from './bulletin-page.tsx';
import { LabsPart } from './labs-part.tsx';

/** What is asked of the person first, then the button for what looks wrong, then what they may choose, then what they have. */
export function HomePage() {
  const { t } = useWords();
  const home = useLoaded('home', () => call(learnHome, {}));
  if (home.error !== null) return <Failure text={errorText(home.error, t)} retry={home.reload} />;
  if (home.data === null) return <Loading />;
  const { name, courses, refresh, now } = home.data;
  const open = courses.filter(({ duty }) => duty !== null && duty.done === null);
  const more = courses.filter(({ duty, passed }) => passed === null && (duty === null || duty.done !== null));
  const done = courses.filter((course) => course.passed !== null && !open.includes(course));
  return (
    <>
      <header className="head">
        <h1>{t('home.hello', { name })}</h1>
        <p>{open.length === 0 ? t('home.allDone') : t('home.open', { count: open.length })}</p>
      </header>
      {refresh > 0 ? (
        <section className="card call">
          <p>{t('home.refresh', { count: refresh })}</p>
          <Go to="/refresh" className="button first">
            {t('home.refreshGo')}
          </Go>
        </section>
      ) : null}
      <Bulletins />
      <Contests />
      <Courses title={t('home.due')} courses={open} now={now} />
      <Suspicious />
      <Courses title={t('home.more')} courses={more} now={now} />
      <Courses title={t('home.done')} courses={done} now={now} />
      <LabsPart />
    </>
  );
}

/** The button that a person presses who got a mail that looks wrong, drill or not. */
function Suspicious() {
  const { t } = useWords();
  const [said, setSaid] = useState<'drill' | 'real' | null>(null);
  const [error, setError] = useState<unknown>(null);
  const report = (): void => {
    setError(null);
    call(learnDrillReport, { body: {} }).then(({ drill }) => setSaid(drill ? 'drill' : 'real'), setError);
  };
  return (
    <section aria-label={t('suspicious.title')}>
      <h2>{t('suspicious.title')}</h2>
      {error === null ? null : <p role="alert">{errorText(error, t)}</p>}
      {said === null ? (
        <button type="button" onClick={report}>
          {t('suspicious.report')}
        </button>
      ) : (
        <p className="card" role="status">
          {t(`suspicious.${said}`)}
        </p>
      )}
    </section>
  );
}

const contestWords = {
  ...({ waiting: 'contest.soon', running: 'contest.open', frozen: 'contest.open' } as const),
  ...({ ended: 'contest.ended', cancelled: 'contest.ended', published: 'contest.result' } as const),
};

/** Contests that are to be played, or whose result is new; nothing where there are none, or while they cannot be read. */
function Contests() {
  const { t } = useWords();
  const { data } = useLoaded('contests', () => call(learnContests, {}));
  if (data === null || data.contests.length === 0) return null;
  return (
    <section aria-label={t('contest.title')}>
      <h2>{t('contest.title')}</h2>
      {data.contests.map(({ id, title, state }) => (
        <div key={id} className="card">
          <p>{t(contestWords[state], { title })}</p>
          <Go to={`/contests/${id}`} className="button">
            {t('contest.go')}
          </Go>
        </div>
      ))}
    </section>
  );
}

function Courses(props: { readonly title: string; readonly courses: readonly LearnCourseSummary[]; readonly now: number }) {
  const { title, courses, now } = props;
  const { t, language, day } = useWords();
  if (courses.length === 0) return null;
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <ul className="courses">
        {courses.map((course) => {
          const { id, duty, passed, best, seen, cards, minutes, certificate, labs } = course;
          const asked = duty !== null && duty.done === null ? duty : null;
          const late = asked !== null && asked.due < now;
          return (
            <li key={id} className="card">
              <Go to={`/courses/${id}`} className="course">
                <strong>{course.title[language]}</strong>
                <span className="quiet">{course.summary[language]}</span>
              </Go>
              {asked?.because == null ? null : <p className="because">{t('home.because', { text: asked.because[language] })}</p>}
              <p className="facts">
                {asked === null ? null : (
                  <span className={late ? 'tag late' : 'tag'}>
                    {late ? t('home.overdue', { day: day(asked.due) }) : t('home.dueBy', { day: day(asked.due) })}
                  </span>
                )}
                <span className="quiet">{t('home.minutes', { count: minutes })}</span>
                {passed === null ? (
                  seen > 0 && <span className="quiet">{t('home.seen', { seen, cards })}</span>
                ) : (
                  <span className="quiet">{t('home.passed', { day: day(passed), score: best ?? 0 })}</span>
                )}
                {labs
                  .filter((lab) => passed !== null && !lab.passed)
                  .map((lab) => (
                    <Go key={lab.id} to={`/labs/${lab.id}`}>
                      {t('lab.asked', { title: lab.title[language] })}
                    </Go>
                  ))}
                {certificate === null ? null : <Go to={`/verify/${certificate}`}>{t('home.certificate')}</Go>}
              </p>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
