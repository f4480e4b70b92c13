import { learnUnsubscribe } from '@menshen/contract';
import { useState } from 'react';
import { call, errorText } from '../client.ts';
import { useWords } from '../language.tsx';

/** Behind the link of a mail: one click and they stop. Opening the page alone changes nothing, as programs that look at mails open every link. */
export function UnsubscribePage({ token }: { readonly token: string }) {
  const { t, language, choose } = useWords();
  const [done, setDone] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const stop = (): void => {
    setError(null);
    call(learnUnsubscribe, { params: { token }, body: { 'List-Unsubscribe': 'One-Click' } }).then(() => setDone(true), setError);
  };
  return (
    <main>
      <section className="card reading">
        <h1>{t('unsubscribe.title')}</h1>
        {error === null ? null : <p role="alert">{errorText(error, t)}</p>}
        {done ? (
          <p role="status">{t('unsubscribe.done')}</p>
        ) : (
          <>
            <p>{t('unsubscribe.lead')}</p>
            <button type="button" className="first" onClick={stop}>
              {t('unsubscribe.stop')}
            </button>
          </>
        )}
        <button type="button" className="plain" onClick={() => choose(language === 'zh' ? 'en' : 'zh')}>
          {t('language')}
        </button>
      </section>
    </main>
  );
}
