import { learnLabs } from '@menshen/contract';
import { call, useLoaded } from '../client.ts';
import { useWords } from '../language.tsx';
import { Go } from '../parts.tsx';

/** The labs on the first page; nothing where there are none, or while they cannot be read. */
export function LabsPart() {
  const { t, language, day } = useWords();
  const { data } = useLoaded('labs', () => call(learnLabs, {}));
  if (data === null || !data.enabled) return null;
  return (
    <section aria-label={t('lab.title')}>
      <h2>{t('lab.title')}</h2>
      <ul className="courses">
        {data.labs.map(({ id, title, summary, minutes, passed }) => (
          <li key={id} className="card">
            <Go to={`/labs/${id}`} className="course">
              <strong>{title[language]}</strong>
              <span className="quiet">{summary[language]}</span>
            </Go>
            <p className="facts">
              <span className="quiet">{t('home.minutes', { count: minutes })}</span>
              {passed === null ? null : <span className="tag right">{t('lab.passedOn', { day: day(passed) })}</span>}
              {data.running === id ? <span className="tag">{t('lab.running')}</span> : null}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
