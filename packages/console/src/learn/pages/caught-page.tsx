import { learnDrillOpened } from '@menshen/contract';
import { call, errorText, useLoaded } from '../client.ts';
import { useWords } from '../language.tsx';
import { Failure, Loading } from '../parts.tsx';

/** Behind the link of a drill: it teaches at once. There is no field here, as there is nothing that anybody should type. */
export function CaughtPage({ token }: { readonly token: string }) {
  const { t, language, choose } = useWords();
  const opened = useLoaded(`caught ${token}`, () => call(learnDrillOpened, { params: { token }, body: {} }));
  if (opened.error !== null) return <Failure text={errorText(opened.error, t)} retry={opened.reload} />;
  if (opened.data === null) return <Loading />;
  const { template, course, learnUrl, from, host } = opened.data;
  return (
    <main>
      <section className="card reading">
        <h1>{t('caught.title')}</h1>
        <p>{t('caught.lead')}</p>
        <h2>{t('caught.signs')}</h2>
        <ul>
          <li>{t(`caught.sign.${template}`)}</li>
          <li>{t('caught.sign.hurry')}</li>
          <li>{from === '' ? t('caught.sign.address') : t('caught.sign.sender', { from, host })}</li>
        </ul>
        <h2>{t('caught.next')}</h2>
        <p>{t('caught.nextText')}</p>
        {/* On another host than this page: the drill's own is for nothing else. */}
        <a href={`${learnUrl}/courses/${course}`} className="button first" rel="noreferrer">
          {t('caught.course')}
        </a>
        <p className="quiet">{t('caught.privacy')}</p>
        <button type="button" className="plain" onClick={() => choose(language === 'zh' ? 'en' : 'zh')}>
          {t('language')}
        </button>
      </section>
    </main>
  );
}
