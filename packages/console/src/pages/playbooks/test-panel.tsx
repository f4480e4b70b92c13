import { type PlaybookStepView, type PlaybookTest, testPlaybook } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import { Button, Segmented } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import cards from '../../components/cards.module.css';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, ErrorState } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './playbooks.module.css';

const spans = [7, 30, 90] as const;
type StepResult = PlaybookTest['steps'][number];

/** What the playbook would have done on recorded alerts. */
export function TestPanel({ id, steps }: { readonly id: string; readonly steps: readonly PlaybookStepView[] }) {
  const { t } = useLanguage();
  const may = useMay();
  const [days, setDays] = useState<number>(30);
  const test = useAction(testPlaybook);
  if (!may(testPlaybook)) return null;
  return (
    <Panel title={t('playbooks.test')} note={t('playbooks.testNote')}>
      <div className={cards.row}>
        <Segmented<number>
          value={days}
          onChange={setDays}
          options={spans.map((value) => ({ value, label: t('playbooks.testDays', { count: value }) }))}
        />
        <Button loading={test.isPending} onClick={() => test.mutate({ params: { id }, body: { days } })}>
          {t('playbooks.testRun')}
        </Button>
      </div>
      {test.error === null ? null : <ErrorState error={test.error} />}
      {test.data === undefined ? null : <Result result={test.data} steps={steps} />}
    </Panel>
  );
}

function Result({ result, steps }: { readonly result: PlaybookTest; readonly steps: readonly PlaybookStepView[] }) {
  const { t, format, language } = useLanguage();
  const { alerts, matched, runs, unmet, folded, truncated, examples } = result;
  const named = new Map(steps.map((step) => [step.key, step]));
  const rows = result.steps.filter(({ key }) => {
    const kind = named.get(key)?.kind;
    return kind === 'action' || kind === 'approval';
  });
  const columns: readonly Column<StepResult>[] = [
    { key: 'step', title: t('playbooks.testStep'), grow: true, render: ({ key }) => named.get(key)?.name[language] ?? key },
    { key: 'done', title: t('playbooks.testDone'), numeric: true, render: ({ done }) => format.number(done) },
    { key: 'asked', title: t('playbooks.testAsked'), numeric: true, render: ({ asked }) => format.number(asked) },
    { key: 'failed', title: t('playbooks.testFailed'), numeric: true, render: ({ failed }) => format.number(failed) },
    {
      key: 'stops',
      title: t('playbooks.testStops'),
      render: ({ stops }) =>
        stops === null ? (
          <span className="quiet">{t('playbooks.testStopsNone')}</span>
        ) : (
          t('playbooks.testStopsText', { requests: stops.requests, persons: stops.persons, honest: stops.honest })
        ),
    },
  ];
  if (runs === 0)
    return <EmptyState title={t('playbooks.testNothing')}>{t('playbooks.testResult', { alerts, matched, runs })}</EmptyState>;
  return (
    <>
      <p>
        <strong>{t('playbooks.testResult', { alerts, matched, runs })}</strong>
        <span className="quiet">
          {unmet > 0 ? ` · ${t('playbooks.testUnmet', { count: unmet })}` : null}
          {folded > 0 ? ` · ${t('playbooks.testFolded', { count: folded })}` : null}
          {truncated ? ` · ${t('playbooks.testTruncated')}` : null}
        </span>
      </p>
      <DataTable dense caption={t('playbooks.test')} columns={columns} rows={rows} rowKey={({ key }) => key} />
      <h3 className={styles.title}>{t('playbooks.testExamples')}</h3>
      <ul className={cards.list}>
        {examples.slice(0, 5).map(({ alert, title, at, uid, address, steps: done }) => (
          <li key={alert} className={styles.text}>
            <Link to="/alerts/$id" params={{ id: alert }}>
              {title[language]}
            </Link>{' '}
            <span className="quiet">{[format.dateTime(at), uid, address].filter((part) => part !== null).join(' · ')}</span>
            <div className="quiet">{done.flatMap((key) => named.get(key)?.name[language] ?? []).join(' → ')}</div>
          </li>
        ))}
      </ul>
    </>
  );
}
