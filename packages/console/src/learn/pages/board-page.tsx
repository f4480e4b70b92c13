import { learnHome, learnLeaderboard, learnPreferences } from '@menshen/contract';
import { useState } from 'react';
import { call, errorText, useLoaded } from '../client.ts';
import { useWords } from '../language.tsx';
import { Failure, Loading } from '../parts.tsx';

/** The leaderboard of those who chose to be on it. */
export function BoardPage() {
  const { t } = useWords();
  const board = useLoaded('board', () => call(learnLeaderboard, {}));
  const [error, setError] = useState<unknown>(null);
  if (board.error !== null) return <Failure text={errorText(board.error, t)} retry={board.reload} />;
  if (board.data === null) return <Loading />;
  const { rows, taking } = board.data;
  const change = async (): Promise<void> => {
    const { preferences } = await call(learnHome, {});
    await call(learnPreferences, { body: { ...preferences, leaderboard: !taking } });
    board.reload();
  };
  return (
    <>
      <header className="head">
        <h1>{t('board.title')}</h1>
        <p className="quiet">{t('board.lead')}</p>
      </header>
      {rows.length === 0 ? <p>{t('board.empty')}</p> : null}
      <ol className="board">
        {rows.map(({ place, name, points, me }) => (
          <li key={`${place} ${name}`} className={me ? 'card mine' : 'card'}>
            <span className="place">{place}</span>
            <span className="grow">
              {name} {me ? <span className="tag">{t('board.me')}</span> : null}
            </span>
            <span>{t('board.points', { points })}</span>
          </li>
        ))}
      </ol>
      {error === null ? null : <p role="alert">{errorText(error, t)}</p>}
      <button type="button" className={taking ? '' : 'first'} onClick={() => void change().catch(setError)}>
        {t(taking ? 'board.leave' : 'board.join')}
      </button>
    </>
  );
}
