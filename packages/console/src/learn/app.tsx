import { labId } from '@menshen/contract';
import { useCallback, useEffect, useRef, useState } from 'react';
import { errorText, onSessionEnd, setCsrf, setSpoken } from './client.ts';
import { useWords } from './language.tsx';
import { BoardPage } from './pages/board-page.tsx';
import { BulletinPage } from './pages/bulletin-page.tsx';
import { CaughtPage } from './pages/caught-page.tsx';
import { ContestPage } from './pages/contest-page.tsx';
import { CoursePage } from './pages/course-page.tsx';
import { HomePage } from './pages/home-page.tsx';
import { LabPage } from './pages/lab-page.tsx';
import { RefreshPage } from './pages/refresh-page.tsx';
import { SettingsPage } from './pages/settings-page.tsx';
import { SignInPage } from './pages/sign-in-page.tsx';
import { UnsubscribePage } from './pages/unsubscribe-page.tsx';
import { VerifyPage } from './pages/verify-page.tsx';
import { Failure, Loading } from './parts.tsx';
import { go, usePath } from './path.ts';
import { enter, type LearnState } from './session.ts';

/** The page for employees: one column, made for a phone first. A certificate is shown to anybody. */
export function LearnApp() {
  const path = usePath();
  const certificate = /^\/verify\/(tc_[A-Za-z0-9_-]{22})$/.exec(path)?.[1];
  const caught = /^\/r\/([A-Za-z0-9_-]{22})$/.exec(path)?.[1];
  const unsubscribe = /^\/unsubscribe\/([A-Za-z0-9_-]{20,280})$/.exec(path)?.[1];
  if (unsubscribe !== undefined) return <UnsubscribePage token={unsubscribe} />;
  if (caught !== undefined) return <CaughtPage token={caught} />;
  return certificate === undefined ? <Learner path={path} /> : <VerifyPage id={certificate} />;
}

function Learner({ path }: { readonly path: string }) {
  const { t, language } = useWords();
  const [state, setState] = useState<LearnState | null>(null);
  const [failed, setFailed] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const entering = useRef(false);
  setSpoken(language);

  const load = useCallback(() => {
    // Signing in uses its secret up: it is tried once, also where effects run twice.
    if (entering.current) return;
    entering.current = true;
    setError(null);
    enter()
      .then(
        (entered) => {
          setState(entered.state);
          setFailed(entered.failed);
        },
        (problem: unknown) => setError(problem),
      )
      .finally(() => {
        entering.current = false;
      });
  }, []);
  useEffect(load, [load]);
  useEffect(
    () =>
      onSessionEnd(() => {
        setCsrf(null);
        setState((last) => (last === null ? null : { ...last, csrf: null }));
      }),
    [],
  );

  if (error !== null) return <Failure text={errorText(error, t)} retry={load} />;
  if (state === null) return <Loading />;
  if (state.csrf === null) return <SignInPage ways={state.ways} failed={failed} />;
  const course = /^\/courses\/([a-z][a-z0-9-]{1,39})$/.exec(path)?.[1];
  const contest = /^\/contests\/(tk_[A-Za-z0-9_-]{22})$/.exec(path)?.[1];
  const lab = labId.safeParse(/^\/labs\/([a-z-]{1,40})$/.exec(path)?.[1]).data;
  const bulletin = /^\/bulletins\/(ti_[A-Za-z0-9_-]{22})$/.exec(path)?.[1];
  const page =
    bulletin !== undefined ? (
      <BulletinPage id={bulletin} />
    ) : lab !== undefined ? (
      <LabPage key={lab} id={lab} />
    ) : contest !== undefined ? (
      <ContestPage key={contest} id={contest} />
    ) : course !== undefined ? (
      <CoursePage key={course} id={course} />
    ) : path === '/refresh' ? (
      <RefreshPage />
    ) : path === '/board' && state.leaderboard ? (
      <BoardPage />
    ) : path === '/settings' ? (
      <SettingsPage leaderboard={state.leaderboard} signedOut={() => setState({ ...state, csrf: null })} />
    ) : (
      <HomePage />
    );
  return (
    <>
      <main>{page}</main>
      {course === undefined ? <Navigation path={path} leaderboard={state.leaderboard} /> : null}
    </>
  );
}

function Navigation({ path, leaderboard }: { readonly path: string; readonly leaderboard: boolean }) {
  const { t } = useWords();
  const places = [
    { to: '/', label: t('nav.home') },
    { to: '/refresh', label: t('nav.refresh') },
    ...(leaderboard ? [{ to: '/board', label: t('nav.board') }] : []),
    { to: '/settings', label: t('nav.settings') },
  ];
  return (
    <nav className="tabs" aria-label={t('nav.label')}>
      {places.map(({ to, label }) => (
        <a
          key={to}
          href={to}
          aria-current={path === to ? 'page' : undefined}
          onClick={(event) => {
            event.preventDefault();
            go(to);
          }}
        >
          {label}
        </a>
      ))}
    </nav>
  );
}
