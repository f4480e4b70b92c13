import { learnHome, learnPreferences, learnSignOut } from '@menshen/contract';
import { useEffect, useState } from 'react';
import type { Output } from '../../api/call.ts';
import { call, errorText, setCsrf, useLoaded } from '../client.ts';
import { useWords } from '../language.tsx';
import { Failure, Loading } from '../parts.tsx';

type Preferences = Output<typeof learnHome>['preferences'];

/** What a person chooses for themselves, and what happens with what they do here. */
export function SettingsPage({ leaderboard, signedOut }: { readonly leaderboard: boolean; readonly signedOut: () => void }) {
  const { t, language, choose } = useWords();
  const home = useLoaded('settings', () => call(learnHome, {}));
  const [chosen, setChosen] = useState<Preferences | null>(null);
  const [saved, setSaved] = useState(false);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    if (home.data !== null) setChosen(home.data.preferences);
  }, [home.data]);
  if (home.error !== null) return <Failure text={errorText(home.error, t)} retry={home.reload} />;
  if (chosen === null) return <Loading />;
  const put = (change: Partial<Preferences>): void => {
    const next = { ...chosen, ...change };
    setChosen(next);
    setSaved(false);
    call(learnPreferences, { body: next }).then(() => setSaved(true), setError);
  };
  const leave = (): void => {
    call(learnSignOut, { body: {} }).then(() => {
      setCsrf(null);
      signedOut();
    }, setError);
  };
  return (
    <>
      <header className="head">
        <h1>{t('settings.title')}</h1>
      </header>
      <section className="card">
        <label className="option">
          <input type="checkbox" checked={chosen.mail} onChange={(event) => put({ mail: event.target.checked })} />
          <span>{t('settings.mail')}</span>
        </label>
        <label className="option">
          <input type="checkbox" checked={chosen.bulletins} onChange={(event) => put({ bulletins: event.target.checked })} />
          <span>{t('settings.bulletins')}</span>
        </label>
        {home.data?.warningsOptional === true ? (
          <label className="option">
            <input type="checkbox" checked={chosen.warnings} onChange={(event) => put({ warnings: event.target.checked })} />
            <span>{t('settings.warnings')}</span>
          </label>
        ) : (
          <p className="quiet">{t('settings.warningsAlways')}</p>
        )}
        {leaderboard ? (
          <label className="option">
            <input
              type="checkbox"
              checked={chosen.leaderboard}
              onChange={(event) => put({ leaderboard: event.target.checked })}
            />
            <span>{t('settings.board')}</span>
          </label>
        ) : null}
        <p role="status" className="quiet">
          {saved ? t('settings.saved') : ''}
        </p>
        {error === null ? null : <p role="alert">{errorText(error, t)}</p>}
      </section>
      <button
        type="button"
        lang={language === 'zh' ? 'en' : 'zh-CN'}
        onClick={() => {
          const next = language === 'zh' ? 'en' : 'zh';
          choose(next);
          put({ language: next });
        }}
      >
        {t('language')}
      </button>
      <p className="quiet">{t('settings.data')}</p>
      <button type="button" onClick={leave}>
        {t('settings.signOut')}
      </button>
    </>
  );
}
