import { learnContest, learnContestAnswer, learnContestJoin, learnContestNext } from '@menshen/contract';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Output } from '../../api/call.ts';
import { clockText, type ServerTime, serverTime, useTimeLeft } from '../../api/server-time.ts';
import { call, errorText, useLoaded } from '../client.ts';
import { useWords } from '../language.tsx';
import { Back, Failure, Loading, Question } from '../parts.tsx';

type Loaded = Output<typeof learnContest>;
type Open = NonNullable<Output<typeof learnContestNext>['open']> & { readonly time: ServerTime };
const refreshMs = 5_000;
const graceMs = 2_000;

/** A contest: join, one question at a time against the server's clock, then the board and, once published, every explanation. */
export function ContestPage({ id }: { readonly id: string }) {
  const { t, language } = useWords();
  const [playing, setPlaying] = useState(false);
  const loaded = useLoaded(`contest ${id} ${language}`, () => call(learnContest, { params: { id }, query: { language } }));
  const { reload } = loaded;
  useEffect(() => {
    if (playing) return;
    const timer = setInterval(() => document.hidden || reload(), refreshMs);
    return () => clearInterval(timer);
  }, [playing, reload]);
  if (loaded.data === null)
    return loaded.error === null ? <Loading /> : <Failure text={errorText(loaded.error, t)} retry={reload} />;
  if (playing)
    return (
      <Play
        id={id}
        done={() => {
          setPlaying(false);
          reload();
        }}
      />
    );
  const { contest, board, awards, review } = loaded.data;
  const mine = awards.filter(({ number }) => number !== null && number === contest.number);
  return (
    <>
      <Back />
      <header className="head">
        <h1>{contest.title}</h1>
        <p className="quiet">{t('contest.rules', { questions: contest.questions, seconds: contest.seconds })}</p>
      </header>
      <Entry loaded={loaded.data} play={() => setPlaying(true)} reload={reload} />
      {mine.map(({ kind, place, of }) => (
        <p key={`${kind} ${of ?? ''}`} className="card won">
          <strong>{t(`contest.award.${kind}`, { place, of: of ?? '' })}</strong>
        </p>
      ))}
      <h2>{t('contest.board')}</h2>
      {board.frozen ? <p className="because">{t('contest.frozen')}</p> : null}
      {board.rows.length === 0 ? <p className="quiet">{t('contest.nobody')}</p> : null}
      <ol className="board">
        {board.rows.map(({ number, place, name, points }) => (
          <li key={number} className={number === contest.number ? 'card mine' : 'card'}>
            <span className="place">{place}</span>
            <span className="grow">
              {name ?? t('contest.number', { number })}{' '}
              {number === contest.number ? <span className="tag">{t('board.me')}</span> : null}
            </span>
            <span>{t('board.points', { points })}</span>
          </li>
        ))}
      </ol>
      {board.teams.length === 0 ? null : <h2>{t('contest.teams')}</h2>}
      <ol className="board">
        {board.teams.map(({ name, place, points }) => (
          <li key={name} className={name === contest.team ? 'card mine' : 'card'}>
            <span className="place">{place}</span>
            <span className="grow">{name}</span>
            <span>{t('board.points', { points })}</span>
          </li>
        ))}
      </ol>
      {review.length === 0 ? null : <h2>{t('contest.review')}</h2>}
      {review.map(({ question, chosen, answer }, at) => (
        <Question
          key={`${question.id} ${question.ask}`}
          question={question}
          number={at + 1}
          chosen={chosen}
          choose={() => undefined}
          answer={answer}
        />
      ))}
    </>
  );
}

/** What a person can do now: join, go on, or wait. */
function Entry(props: { readonly loaded: Loaded; readonly play: () => void; readonly reload: () => void }) {
  const { loaded, play, reload } = props;
  const { contest } = loaded;
  const { t, day } = useWords();
  const left = useContestTime(loaded, reload);
  const [named, setNamed] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const { state, joined, answered, questions } = contest;
  const open = state === 'running' || state === 'frozen';
  if (!joined && (open || state === 'waiting'))
    return (
      <section className="card">
        <p>{t('contest.joinText')}</p>
        {open ? (
          <p className="clock" role="timer">
            {t('contest.left', { left })}
          </p>
        ) : null}
        <label className="option">
          <input type="checkbox" checked={named} onChange={(event) => setNamed(event.target.checked)} />
          <span>{t('contest.named')}</span>
        </label>
        {error === null ? null : <p role="alert">{errorText(error, t)}</p>}
        <button
          type="button"
          className="first"
          onClick={() => void call(learnContestJoin, { params: { id: contest.id }, body: { named } }).then(reload, setError)}
        >
          {t('contest.join')}
        </button>
      </section>
    );
  if (state === 'waiting')
    return (
      <p className="card" role="timer">
        {t('contest.waiting', { day: day(contest.starts), left })}
      </p>
    );
  if (joined && open && answered < questions)
    return (
      <section className="card call">
        <p>{t('contest.progress', { answered, questions })}</p>
        <p className="clock" role="timer">
          {t('contest.left', { left })}
        </p>
        <button type="button" className="first" onClick={play}>
          {t(answered === 0 ? 'contest.start' : 'contest.goOn')}
        </button>
      </section>
    );
  return <p className="card">{t(state === 'published' ? 'contest.published' : joined ? 'contest.done' : 'contest.over')}</p>;
}

/** Until it begins, or until it ends, in minutes and seconds; once that has come the server is asked what is now. */
function useContestTime(loaded: Loaded, reload: () => void): string {
  const { state, starts, ends } = loaded.contest;
  const time = useMemo((): ServerTime => ({ server: loaded.now, at: performance.now() }), [loaded]);
  const until = state === 'waiting' ? starts : state === 'running' || state === 'frozen' ? ends : null;
  const left = useTimeLeft(until, time, reload);
  const over = left !== null && left <= 0;
  useEffect(() => {
    if (over) reload();
  }, [over, reload]);
  return clockText(left ?? 0);
}

/** One question at a time. An answer that the line lost is sent again: the server counts the first. */
function Play({ id, done }: { readonly id: string; readonly done: () => void }) {
  const { t, language } = useWords();
  const [open, setOpen] = useState<Open | null>(null);
  const [chosen, setChosen] = useState<readonly number[]>([]);
  const [said, setSaid] = useState<'right' | 'wrong' | 'late' | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const asking = useRef(false);
  const finished = useRef(done);
  finished.current = done;
  const shown = useRef<number | null>(null);
  const next = useCallback((): void => {
    if (asking.current) return;
    asking.current = true;
    const sent = performance.now();
    call(learnContestNext, { params: { id }, body: { language } })
      .then(
        ({ open: got }) => {
          setError(null);
          // The same question, asked for to hear the time: what was chosen stays, and what was said to it.
          if (got?.place !== shown.current) {
            setChosen([]);
            setSaid(null);
          }
          shown.current = got?.place ?? null;
          setOpen(got === null ? null : { ...got, time: serverTime(got.now, sent, performance.now()) });
          if (got === null) finished.current();
        },
        (problem: unknown) => setError(problem),
      )
      .finally(() => {
        asking.current = false;
      });
  }, [id, language]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another language is for the next question; this one's clock runs.
  useEffect(next, []);
  const running = open !== null && said === null;
  const left = useTimeLeft(running ? open.deadline : null, running ? open.time : null, next);
  // The server gives what is on its way a little longer; the next question is not there before.
  const overdue = left === null || left > -graceMs ? 0 : 1 + Math.floor((-left - graceMs) / refreshMs);
  useEffect(() => {
    if (overdue > 0) next();
  }, [overdue, next]);
  const answer = async (): Promise<void> => {
    if (open === null) return;
    setBusy(true);
    try {
      const result = await call(learnContestAnswer, { params: { id }, body: { place: open.place, chosen: [...chosen] } });
      setError(null);
      setSaid(result.late ? 'late' : result.right ? 'right' : 'wrong');
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  const problem =
    error === null ? null : (
      <>
        <p role="alert">{errorText(error, t)}</p>
        <button type="button" onClick={done}>
          {t('contest.leave')}
        </button>
      </>
    );
  if (open === null) return problem ?? <Loading />;
  return (
    <section aria-label={t('contest.board')}>
      <p className="clock" role="timer">
        {t('contest.clock', { place: open.place + 1, of: open.of, seconds: Math.max(0, Math.ceil((left ?? 0) / 1_000)) })}
      </p>
      <Question question={open.question} chosen={chosen} choose={said === null ? setChosen : () => undefined} answer={null} />
      {problem}
      {said === null ? (
        <button type="button" className="first" disabled={busy || chosen.length === 0} onClick={() => void answer()}>
          {t('contest.answer')}
        </button>
      ) : (
        <>
          <p role="status" className={said === 'right' ? 'said right' : 'said wrong'}>
            {t(`contest.said.${said}`)}
          </p>
          <button type="button" className="first" onClick={next}>
            {t('contest.next')}
          </button>
        </>
      )}
    </section>
  );
}
