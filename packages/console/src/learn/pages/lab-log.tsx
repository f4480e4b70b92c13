import type { LearnLabRequest, LearnLabRun } from '@menshen/contract';
import { useWords } from '../language.tsx';

/** What the sandbox's decision log says of each request, the newest first: this, and nothing on the page, decides. */
export function LabLog(props: { readonly run: LearnLabRun; readonly requests: readonly LearnLabRequest[] }) {
  const { run, requests } = props;
  const { t, language } = useWords();
  if (run.log.length === 0) return null;
  const titleOf = new Map(requests.map(({ id, title }) => [id, title[language]]));
  return (
    <section aria-label={t('lab.log')}>
      <h2>{t('lab.log')}</h2>
      <p className="quiet">{t('lab.logText')}</p>
      <ol className="lab-log">
        {run.log.toReversed().map(({ request, index, status, outcome, code, text, stage, alarm }) => (
          <li key={index} className="card">
            <p>
              <span className="quiet">#{index}</span> {titleOf.get(request) ?? request}
            </p>
            <p className="facts">
              <span className={outcome === 'passed' && alarm === null ? 'tag' : 'tag right'}>
                {t(alarm === null ? `lab.outcome.${outcome}` : 'lab.cleaned')}
              </span>
              <span>HTTP {status}</span>
              {code === null ? null : <code>{code}</code>}
              {stage === null ? null : <code>{stage}</code>}
            </p>
            {text === null ? null : <p className="quiet">{text[language]}</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}
