import {
  type LabId,
  type LearnLabRun,
  type LearnLabView,
  learnLab,
  learnLabEnd,
  learnLabProtect,
  learnLabStart,
} from '@menshen/contract';
import { useCallback, useEffect, useState } from 'react';
import { call, errorText } from '../client.ts';
import { useWords } from '../language.tsx';
import { Back, Failure, Go, Loading } from '../parts.tsx';
import { LabLog } from './lab-log.tsx';
import { LabRequestCard } from './lab-request-card.tsx';

const pollMs = 1_500;

/** A lab: a sandbox of one's own, attacked for real, protected for real; passed when its decision log says so. */
export function LabPage({ id }: { readonly id: LabId }) {
  const { t, language } = useWords();
  const [view, setView] = useState<LearnLabView | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const load = useCallback(() => {
    call(learnLab, { params: { lab: id } }).then((loaded) => {
      setView(loaded);
      setError(null);
    }, setError);
  }, [id]);
  useEffect(load, [load]);
  const starting = view?.run?.state === 'starting';
  useEffect(() => {
    if (!starting) return;
    const timer = setInterval(load, pollMs);
    return () => clearInterval(timer);
  }, [starting, load]);

  const act = (work: () => Promise<LearnLabView>): void => {
    setBusy(true);
    setError(null);
    work()
      .then(setView, (problem: unknown) => {
        setError(problem);
        // What it says of the sandbox may be over.
        call(learnLab, { params: { lab: id } }).then(setView, () => undefined);
      })
      .finally(() => setBusy(false));
  };
  const start = (): void => act(() => call(learnLabStart, { params: { lab: id }, body: {} }));
  const protect = (): void => act(() => call(learnLabProtect, { params: { lab: id }, body: {} }));
  const end = (): void =>
    act(async () => {
      await call(learnLabEnd, { params: { lab: id }, body: {} });
      return await call(learnLab, { params: { lab: id } });
    });

  if (view === null) return error === null ? <Loading /> : <Failure text={errorText(error, t)} retry={load} />;
  const { lab, run } = view;
  return (
    <>
      <Back />
      <header className="head">
        <h1>{lab.title[language]}</h1>
        <p>{lab.summary[language]}</p>
        <p className="quiet">{t('lab.real')}</p>
      </header>
      {error === null ? null : <p role="alert">{errorText(error, t)}</p>}
      {lab.passed === null ? null : <Passed view={view} />}
      {run === null || run.state === 'failed' ? (
        <section className="card">
          {run?.failure == null ? null : <p role="alert">{t(`lab.failed.${run.failure}`)}</p>}
          <p>{t('lab.startText', { minutes: lab.minutes })}</p>
          <button type="button" className="first" disabled={busy} onClick={start}>
            {t('lab.start')}
          </button>
        </section>
      ) : run.state === 'starting' ? (
        <p className="waiting" role="status" data-loading>
          {t('lab.starting')}
        </p>
      ) : (
        <Running view={view} run={run} busy={busy} protect={protect} end={end} changed={setView} />
      )}
    </>
  );
}

function Passed({ view: { lab } }: { readonly view: LearnLabView }) {
  const { t, language } = useWords();
  return (
    <section className="card won" aria-label={t('lab.passed')}>
      <p role="status">
        <strong>{t('lab.passed')}</strong> {t('lab.passedText')}
      </p>
      {lab.courses.map(({ id, title, certificate }) =>
        certificate === null ? (
          <Go key={id} to={`/courses/${id}`} className="button">
            {title[language]}
          </Go>
        ) : (
          <Go key={id} to={`/verify/${certificate}`} className="button first">
            {t('result.certificate')}
          </Go>
        ),
      )}
    </section>
  );
}

interface RunningProps {
  readonly view: LearnLabView;
  readonly run: LearnLabRun;
  readonly busy: boolean;
  readonly protect: () => void;
  readonly end: () => void;
  readonly changed: (view: LearnLabView) => void;
}

function Running({ view, run, busy, protect, end, changed }: RunningProps) {
  const { t, language } = useWords();
  const attacks = view.requests.filter(({ role }) => role === 'attack');
  const honest = view.requests.filter(({ role }) => role === 'honest');
  const standingOf = new Map(run.standings.map((standing) => [standing.request, standing]));
  const succeeded = attacks.every(({ id }) => standingOf.get(id)?.succeeded === true);
  const held = (which: typeof attacks): boolean => which.every(({ id }) => standingOf.get(id)?.held === true);
  const steps = [
    { key: 'attack', done: succeeded },
    { key: 'protect', done: run.protected },
    { key: 'again', done: held(attacks) },
    { key: 'honest', done: held(honest) },
  ] as const;
  const now = steps.find(({ done }) => !done)?.key ?? null;
  const minutes = Math.max(0, Math.round((run.expires - run.now) / 60_000));
  const card = (request: (typeof attacks)[number]) => (
    <LabRequestCard
      key={request.id}
      lab={view.lab.id}
      request={request}
      standing={standingOf.get(request.id) ?? null}
      switched={run.protected}
      changed={changed}
    />
  );
  return (
    <>
      <ol className="lab-steps" aria-label={t('lab.steps')}>
        {steps.map(({ key, done }) => (
          <li key={key} className={done ? 'done' : undefined} aria-current={key === now ? 'step' : undefined}>
            {t(`lab.step.${key}`)}
            {done ? <span className="mark"> {t('lab.done')}</span> : null}
          </li>
        ))}
      </ol>
      <p className="quiet">{t('lab.left', { minutes, requests: run.left })}</p>
      <h2>{t(run.protected ? 'lab.step.again' : 'lab.step.attack')}</h2>
      {attacks.map(card)}
      <h2>{t('lab.step.protect')}</h2>
      <section className="card" aria-label={t('lab.step.protect')}>
        <p>{view.protection[language]}</p>
        {run.protected ? (
          <>
            <p role="status">
              <strong>{t('lab.protected')}</strong> {t('lab.protectedText')}
            </p>
            <details>
              <summary>{t('lab.changes')}</summary>
              <pre className="code">
                {run.changes.map(({ mark, line }, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one change never move.
                  <span key={at} className={mark === '+' ? 'added' : mark === '-' ? 'taken' : undefined}>
                    {`${mark} ${line}\n`}
                  </span>
                ))}
              </pre>
            </details>
          </>
        ) : (
          <>
            {succeeded ? null : <p className="because">{t('lab.attackFirst')}</p>}
            <button type="button" className="first" disabled={busy || !succeeded} onClick={protect}>
              {t(busy ? 'lab.protecting' : 'lab.protect')}
            </button>
          </>
        )}
      </section>
      <h2>{t('lab.step.honest')}</h2>
      {honest.map(card)}
      <LabLog run={run} requests={view.requests} />
      <button type="button" className="plain" disabled={busy} onClick={end}>
        {t('lab.end')}
      </button>
    </>
  );
}
