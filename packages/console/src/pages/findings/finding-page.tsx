import { changeFindings, type FindingDetail, getFinding, listFindings } from '@menshen/contract';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import cards from '../../components/cards.module.css';
import { DataPath, Excerpt } from '../../components/data-path.tsx';
import { CodeBlock } from '../../ds/code-block.tsx';
import { Facts } from '../../ds/facts.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { ChangeDialog, type ChangeKind } from './change-dialog.tsx';
import styles from './findings.module.css';
import { HistoryPanel } from './history-panel.tsx';
import { DueMark, FindingSeverityMark, Place, placeOf, StateMark } from './marks.tsx';

const route = getRouteApi('/shell/findings/$id');

/** One finding: what to decide, the way of the data, the rule in plain words, and what happened. */
export function FindingPage() {
  const { t, language } = useLanguage();
  const { id } = route.useParams();
  const finding = useEndpoint(getFinding, { input: { params: { id } } });
  return (
    <Page
      title={finding.data?.title[language] ?? t('findings.title')}
      question={finding.data?.message[language] ?? t('findings.question')}
      trail={<Link to="/findings">{t('findings.back')}</Link>}
    >
      <Loadable query={finding} lines={14}>
        {(data) => (
          <>
            <DecidePanel finding={data} now={finding.dataUpdatedAt} />
            <PlacePanel finding={data} />
            <RulePanel finding={data} />
            <HistoryPanel finding={data} />
          </>
        )}
      </Loadable>
    </Page>
  );
}

function DecidePanel({ finding, now }: { readonly finding: FindingDetail; readonly now: number }) {
  const { t, format } = useLanguage();
  const may = useMay();
  const [kind, setKind] = useState<ChangeKind | null>(null);
  const owners = useEndpoint(listFindings, { input: { query: { limit: '1' } }, enabled: kind === 'owner' });
  const { state, suppression, owner, approver, reason } = finding;
  const kinds: readonly ChangeKind[] =
    state === 'fixed'
      ? []
      : state === 'false_positive' || state === 'accepted'
        ? ['open', 'accepted']
        : state === 'confirmed'
          ? ['false_positive', 'accepted']
          : ['confirmed', 'false_positive', 'accepted'];
  const changing = may(changeFindings);
  return (
    <Panel
      title={t('findings.decide')}
      note={suppression === null ? t(`findings.decideText.${state}`) : t('findings.suppressedBy', { reason: suppression })}
      actions={
        changing
          ? kinds.map((one) => (
              <Button key={one} type={one === 'confirmed' ? 'primary' : 'default'} onClick={() => setKind(one)}>
                {t(`findings.do.${one}`)}
              </Button>
            ))
          : undefined
      }
    >
      <Facts
        columns={3}
        facts={[
          { label: t('findings.severity'), value: <FindingSeverityMark severity={finding.severity} filled /> },
          { label: t('findings.state'), value: <StateMark finding={finding} /> },
          { label: t('findings.reason'), value: reason },
          { label: t('findings.approver'), value: approver },
          {
            label: t('findings.owner'),
            value: (
              <>
                {owner ?? <span className="quiet">{t('findings.noOwner')}</span>}{' '}
                {changing ? <ChangeLink text={t('findings.do.owner')} press={() => setKind('owner')} /> : null}
              </>
            ),
          },
          {
            label: t('findings.due'),
            value: (
              <>
                <DueMark finding={finding} now={now} />{' '}
                {changing ? <ChangeLink text={t('findings.do.due')} press={() => setKind('due')} /> : null}
              </>
            ),
          },
          { label: t('findings.confidence'), value: t(`findings.confidence.${finding.confidence}`) },
          {
            label: t('findings.firstSeen'),
            value: [format.minute(finding.firstSeen), finding.firstVersion].filter((one) => one !== null).join(' · '),
          },
          {
            label: t('findings.lastSeen'),
            value: [format.minute(finding.lastSeen), finding.lastVersion].filter((one) => one !== null).join(' · '),
          },
          { label: t('findings.foundBy'), value: `${finding.tool} · ${finding.app}/${finding.project}` },
        ]}
      />
      <ChangeDialog kind={kind} findings={[finding]} owners={owners.data?.owners ?? []} close={() => setKind(null)} />
    </Panel>
  );
}

function ChangeLink({ text, press }: { readonly text: string; readonly press: () => void }) {
  return (
    <button type="button" className="link" onClick={press}>
      {text}
    </button>
  );
}

function PlacePanel({ finding }: { readonly finding: FindingDetail }) {
  const { t, language } = useLanguage();
  const { steps, excerpt, evidence, exchange } = finding;
  return (
    <Panel title={t(steps.length > 0 ? 'findings.path' : 'findings.where')} note={<Place finding={finding} />}>
      {steps.length > 0 ? <DataPath steps={steps} whole /> : <Excerpt lines={excerpt} label={placeOf(finding)} />}
      {steps.length === 0 && excerpt.length === 0 && exchange.length === 0 ? (
        <p className="paragraph quiet">{t('findings.noExcerpt')}</p>
      ) : null}
      {exchange.length === 0 ? null : <CodeBlock label={t('findings.exchange')} text={exchange.join('\n')} />}
      {evidence === null ? null : (
        <div className={styles.evidence}>
          <h3 className={cards.title}>{t('findings.evidence')}</h3>
          <p className="paragraph">{evidence.text[language]}</p>
          {evidence.places.map((place) => (
            <div key={`${place.file}:${place.line}`}>
              <code className="quiet">
                {place.file}:{place.line}
              </code>
              <Excerpt lines={place.excerpt} label={`${place.file}:${place.line}`} />
            </div>
          ))}
        </div>
      )}
    </Panel>
  );
}

function RulePanel({ finding }: { readonly finding: FindingDetail }) {
  const { t, language } = useLanguage();
  const { description, fix, examples, clauses } = finding.explanation;
  const [example] = examples;
  return (
    <Panel title={t('findings.explained')} note={[finding.rule, ...finding.cwe.map((number) => `CWE-${number}`)].join(' · ')}>
      <p className="paragraph">{description[language]}</p>
      {fix[language] === '' ? null : (
        <>
          <h3 className={cards.title}>{t('findings.fix')}</h3>
          <p className="paragraph">{fix[language]}</p>
        </>
      )}
      {example === undefined ? null : (
        <div className={styles.pair}>
          <div>
            <p className={styles.label}>{t('findings.bad')}</p>
            <CodeBlock label={t('findings.bad')} text={example.bad} />
          </div>
          <div>
            <p className={styles.label}>{t('findings.good')}</p>
            <CodeBlock label={t('findings.good')} text={example.good} copyLabel={t('findings.copy')} />
          </div>
        </div>
      )}
      {clauses.length === 0 ? null : <p className="quiet">{clauses.map((clause) => clause[language]).join(' · ')}</p>}
    </Panel>
  );
}
