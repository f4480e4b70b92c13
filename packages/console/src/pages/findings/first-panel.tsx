import type { FindingView } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import cards from '../../components/cards.module.css';
import { DataPath } from '../../components/data-path.tsx';
import { Panel } from '../../ds/panel.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { DueMark, FindingSeverityMark, Place, StateMark } from './marks.tsx';

/** The few that are worth mending now, each with the way of the data. */
export function FirstPanel({ findings, now }: { readonly findings: readonly FindingView[]; readonly now: number }) {
  const { t } = useLanguage();
  return (
    <Panel flush title={t('findings.first')} note={t('findings.firstNote')}>
      <ol className={cards.list}>
        {findings.map((finding) => (
          <Card key={finding.id} finding={finding} now={now} />
        ))}
      </ol>
    </Panel>
  );
}

function Card({ finding, now }: { readonly finding: FindingView; readonly now: number }) {
  const { t, language } = useLanguage();
  const { severity, title, message, steps, owner, app, project, id } = finding;
  return (
    <li className={cards.card}>
      <div className={cards.row}>
        <FindingSeverityMark severity={severity} filled />
        <StateMark finding={finding} />
        <DueMark finding={finding} now={now} />
        <span className="quiet">{owner ?? t('findings.noOwner')}</span>
      </div>
      <h3 className={cards.title}>{title[language]}</h3>
      <p className="paragraph">
        <span className={cards.text}>{message[language]}</span> <Place finding={finding} />
      </p>
      {steps.length === 0 ? null : <DataPath steps={steps} />}
      <div className={cards.foot}>
        <span className="quiet">
          {app}/{project} · {finding.rule}
        </span>
        <Link to="/findings/$id" params={{ id }} aria-label={t('findings.openOf', { title: title[language] })}>
          {t('findings.open')}
        </Link>
      </div>
    </li>
  );
}
