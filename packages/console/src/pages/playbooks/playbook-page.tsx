import {
  exportPlaybook,
  getPlaybook,
  type PlaybookRunSummary,
  problemText,
  setPlaybookMode,
  startPlaybook,
} from '@menshen/contract';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import type { Output } from '../../api/call.ts';
import { call } from '../../api/client.ts';
import { useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { CodeBlock } from '../../ds/code-block.tsx';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { download } from '../../ds/download.ts';
import { Facts } from '../../ds/facts.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { Flow } from './flow.tsx';
import { ModeDialog, modeTones } from './mode-dialog.tsx';
import { StartDialog } from './start-dialog.tsx';
import { TestPanel } from './test-panel.tsx';
import { usePlaybookNews } from './use-news.ts';
import { runTones, triggerText } from './words.ts';

const route = getRouteApi('/shell/playbooks/$id');
const refreshMs = 15_000;

type Detail = Output<typeof getPlaybook>;

/** One playbook: how it runs, what it would have done, its steps, its runs and its source. */
export function PlaybookPage() {
  const { t, language } = useLanguage();
  usePlaybookNews();
  const { id } = route.useParams();
  const playbook = useEndpoint(getPlaybook, { input: { params: { id } }, refetchMs: refreshMs });
  return (
    <Page
      title={playbook.data?.playbook.name[language] ?? t('playbooks.title')}
      question={playbook.data?.playbook.description[language] ?? t('playbooks.question')}
      trail={<Link to="/playbooks">{t('playbooks.back')}</Link>}
    >
      <Loadable query={playbook} lines={16}>
        {(data) => (
          <>
            <ModePanel detail={data} />
            <Panel title={t('playbooks.flow')}>
              <Flow steps={data.steps} />
            </Panel>
            <TestPanel id={id} steps={data.steps} />
            <RunsPanel runs={data.runs} />
            <Panel title={t('playbooks.source')} note={t('playbooks.sourceNote')} actions={<ExportButton id={id} />}>
              <CodeBlock label={t('playbooks.yaml')} text={data.yaml} copyLabel={t('playbooks.copy')} />
            </Panel>
          </>
        )}
      </Loadable>
    </Page>
  );
}

function ModePanel({ detail }: { readonly detail: Detail }) {
  const words = useLanguage();
  const { t, format } = words;
  const may = useMay();
  const [open, setOpen] = useState<'mode' | 'start' | null>(null);
  const { playbook, once, when } = detail;
  const { mode, modeBy, modeAt, triggers, origin, version } = playbook;
  const byHand = triggers.some(({ kind }) => kind !== 'alert');
  return (
    <Panel
      title={t('playbooks.mode')}
      note={
        modeBy === null || modeAt === null
          ? t('playbooks.modeDefault')
          : t('playbooks.modeSet', { name: modeBy, time: format.dateTime(modeAt) })
      }
      actions={
        <>
          {may(setPlaybookMode) ? <Button onClick={() => setOpen('mode')}>{t('playbooks.change')}</Button> : null}
          {may(startPlaybook) && byHand ? (
            <Button type="primary" onClick={() => setOpen('start')}>
              {t('playbooks.start')}
            </Button>
          ) : null}
        </>
      }
    >
      <Status tone={modeTones[mode]} filled={mode !== 'on'}>
        {t(`playbooks.mode.${mode}`)}
      </Status>
      <p>{t(`playbooks.modeText.${mode}`)}</p>
      <Facts
        columns={2}
        facts={[
          {
            label: t('playbooks.trigger'),
            value: triggers.map((trigger) => <div key={JSON.stringify(trigger)}>{triggerText(trigger, words)}</div>),
          },
          {
            label: t('playbooks.source'),
            value: [
              t(`playbooks.origin.${origin}`),
              t('playbooks.version', { version }),
              ...(once === null ? [] : [t('playbooks.once', { time: format.span(once.withinSeconds * 1_000) })]),
              ...(when === null ? [] : [t('playbooks.only', { condition: when })]),
            ].join(' · '),
          },
        ]}
      />
      <ModeDialog playbook={open === 'mode' ? playbook : null} onClose={() => setOpen(null)} />
      <StartDialog open={open === 'start'} playbook={playbook} inputs={detail.inputs} onClose={() => setOpen(null)} />
    </Panel>
  );
}

function ExportButton({ id }: { readonly id: string }) {
  const { t } = useLanguage();
  const [busy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    setBusy(true);
    try {
      const { cacao } = await call(exportPlaybook, { params: { id } });
      download(`${id}.cacao.json`, 'application/json', JSON.stringify(cacao, null, 2));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button loading={busy} onClick={() => void save()}>
      {t('playbooks.export')}
    </Button>
  );
}

function RunsPanel({ runs }: { readonly runs: readonly PlaybookRunSummary[] }) {
  const { t, format, language } = useLanguage();
  const columns: readonly Column<PlaybookRunSummary>[] = [
    {
      key: 'began',
      title: t('playbooks.began'),
      render: ({ id, started }) => (
        <Link to="/playbooks/runs/$id" params={{ id }}>
          {format.dateTime(started)}
        </Link>
      ),
    },
    {
      key: 'state',
      title: t('playbooks.state'),
      grow: true,
      render: ({ state, problem }) => (
        <>
          <Status tone={runTones[state]}>{t(`playbooks.state.${state}`)}</Status>
          {problem === null ? null : (
            <div className="quiet">{t('playbooks.problem', { problem: problemText(problem)[language] })}</div>
          )}
        </>
      ),
    },
    { key: 'about', title: t('playbooks.about'), render: ({ uid, alert }) => uid ?? alert ?? '–' },
    { key: 'by', title: t('playbooks.by'), render: ({ startedBy }) => startedBy },
  ];
  return (
    <Panel flush title={t('playbooks.history')}>
      <DataTable
        caption={t('playbooks.history')}
        columns={columns}
        rows={runs}
        rowKey={({ id }) => id}
        empty={<EmptyState title={t('playbooks.noRun')}>{t('playbooks.testNote')}</EmptyState>}
      />
    </Panel>
  );
}
