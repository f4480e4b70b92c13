import {
  type ErasureView,
  getErasureCertificate,
  getRetention,
  listErasures,
  type RetentionRule,
  type RetentionRun,
  runRetention,
} from '@menshen/contract';
import { Button, Checkbox } from 'antd';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { download } from '../../ds/download.ts';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, ErrorState, Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';

/** How long what is kept, what was deleted, and the proof of it. */
export function ErasurePage() {
  const { t } = useLanguage();
  const retention = useEndpoint(getRetention, { input: {}, keep: true });
  const erasures = useEndpoint(listErasures, { input: {}, keep: true });
  return (
    <Page title={t('erasure.title')} question={t('erasure.question')}>
      <Loadable query={retention} lines={8}>
        {({ rules, runs }) => (
          <>
            <LastRun runs={runs} rules={rules} />
            <RulesPanel rules={rules} />
          </>
        )}
      </Loadable>
      <Loadable query={erasures} lines={4}>
        {(data) => <RegisterPanel erasures={data.erasures} total={data.total} />}
      </Loadable>
      {retention.data === undefined ? null : <RunsPanel runs={retention.data.runs} />}
    </Page>
  );
}

const dayMs = 86_400_000;

function LastRun({ runs, rules }: { readonly runs: readonly RetentionRun[]; readonly rules: readonly RetentionRule[] }) {
  const { t, format } = useLanguage();
  const may = useMay();
  const [asking, setAsking] = useState(false);
  const [compact, setCompact] = useState(false);
  const run = useAction(runRetention, [getRetention]);
  const [tried, setTried] = useState<RetentionRun | null>(null);
  const last = runs.find(({ dry }) => !dry);
  const due = rules.reduce((sum, rule) => sum + (rule.deletes ? rule.due : 0), 0);
  const old = last === undefined || Date.now() - last.at > 2 * dayMs;
  const left = last?.results.reduce((sum, result) => sum + result.left, 0) ?? 0;
  const state =
    last === undefined ? (
      <Status tone="quiet">{t('erasure.neverRun')}</Status>
    ) : left > 0 || (old && due > 0) ? (
      <>
        <Status tone="warning">{t('erasure.someLeft', { count: left })}</Status>{' '}
        <span className="quiet">{t('erasure.ranAt', { time: format.dateTime(last.at) })}</span>
      </>
    ) : (
      <>
        <Status tone="safe">{t('erasure.clean')}</Status>{' '}
        <span className="quiet">{t('erasure.ranAt', { time: format.dateTime(last.at) })}</span>
      </>
    );
  const shut = (): void => setAsking(false);
  return (
    <Panel
      title={t('erasure.lastRun')}
      note={t('erasure.lastRunNote')}
      actions={
        may(runRetention) ? (
          <>
            <Button
              loading={run.isPending && !asking}
              onClick={() => run.mutate({ body: { dry: true, compact: false } }, { onSuccess: (found) => setTried(found) })}
            >
              {t('erasure.try')}
            </Button>
            <Button type="primary" onClick={() => setAsking(true)}>
              {t('erasure.run')}
            </Button>
          </>
        ) : undefined
      }
    >
      <p className="paragraph">{state}</p>
      {tried === null ? null : (
        <p className="paragraph" role="status">
          {t('erasure.tried', { count: tried.results.reduce((sum, result) => sum + result.left, 0) })}
        </p>
      )}
      {run.error === null || asking ? null : <ErrorState error={run.error} />}
      <ConfirmDialog
        open={asking}
        title={t('erasure.run')}
        consequence={t('erasure.runText', { count: due })}
        confirm={t('erasure.run')}
        danger
        busy={run.isPending}
        error={asking ? run.error : null}
        onConfirm={() => run.mutate({ body: { dry: false, compact } }, { onSuccess: shut })}
        onClose={shut}
      >
        <Checkbox checked={compact} onChange={(event) => setCompact(event.target.checked)}>
          {t('erasure.compact')}
        </Checkbox>
      </ConfirmDialog>
    </Panel>
  );
}

function RulesPanel({ rules }: { readonly rules: readonly RetentionRule[] }) {
  const { t, format } = useLanguage();
  const columns: readonly Column<RetentionRule>[] = [
    {
      key: 'name',
      title: t('erasure.class'),
      plain: true,
      grow: true,
      value: (row) => t(`erasure.class.${row.name}`),
      render: (row) => t(`erasure.class.${row.name}`),
    },
    {
      key: 'days',
      title: t('erasure.days'),
      value: (row) => row.days,
      render: (row) =>
        row.days === null ? <span className="quiet">{t('erasure.ownEnd')}</span> : t('erasure.daysOf', { count: row.days }),
    },
    {
      key: 'least',
      title: t('erasure.least'),
      wideOnly: true,
      value: (row) => row.leastDays,
      render: (row) => (row.leastDays === null ? '' : t('erasure.daysOf', { count: row.leastDays })),
    },
    { key: 'rows', title: t('erasure.rows'), numeric: true, value: (row) => row.rows, render: (row) => format.number(row.rows) },
    {
      key: 'due',
      title: t('erasure.due'),
      value: (row) => row.due,
      render: (row) =>
        row.deletes ? (
          row.due === 0 ? (
            '0'
          ) : (
            <Status tone="warning">{format.number(row.due)}</Status>
          )
        ) : (
          <span className="quiet">{t('erasure.keptWhole')}</span>
        ),
    },
  ];
  return (
    <Panel
      flush
      title={t('erasure.rules')}
      note={t('erasure.rulesNote')}
      actions={<ExportButton name="menshen-retention" columns={columns} rows={rules} />}
    >
      <DataTable caption={t('erasure.rules')} columns={columns} rows={rules} rowKey={(row) => row.name} />
    </Panel>
  );
}

function RegisterPanel({ erasures, total }: { readonly erasures: readonly ErasureView[]; readonly total: number }) {
  const { t, format } = useLanguage();
  const [failed, setFailed] = useState<unknown>(null);
  const certificate = async (id: string): Promise<void> => {
    try {
      setFailed(null);
      const found = await call(getErasureCertificate, { params: { id } });
      download(`menshen-erasure-${id}.json`, 'application/json', `${JSON.stringify(found, null, 2)}\n`);
    } catch (error) {
      setFailed(error);
    }
  };
  const columns: readonly Column<ErasureView>[] = [
    {
      key: 'at',
      title: t('privacy.at'),
      plain: true,
      value: (row) => format.dateTime(row.at),
      render: (row) => <span className="figures no-wrap">{format.dateTime(row.at)}</span>,
    },
    {
      key: 'subject',
      title: t('erasure.subject'),
      value: (row) => row.subject,
      render: (row) => <code title={row.subject}>{row.subject.slice(0, 12)}…</code>,
    },
    {
      key: 'cause',
      title: t('erasure.cause'),
      grow: true,
      wrap: true,
      value: (row) => t(`erasure.cause.${row.cause}`),
      render: (row) => (
        <>
          {t(`erasure.cause.${row.cause}`)} <span className="quiet">{t(`privacy.scope.${row.scope}`)}</span>{' '}
          {row.replayed ? <Status tone="quiet">{t('erasure.replayed')}</Status> : null}
        </>
      ),
    },
    {
      key: 'rows',
      title: t('erasure.removed'),
      numeric: true,
      value: (row) => row.rows,
      render: (row) => format.number(row.rows),
    },
    {
      key: 'remaining',
      title: t('erasure.remaining'),
      value: (row) => row.remaining,
      render: (row) => (
        <Status tone={row.remaining === 0 ? 'safe' : 'danger'}>{t('erasure.remainingRows', { count: row.remaining })}</Status>
      ),
    },
    {
      key: 'certificate',
      title: t('privacy.certificate'),
      render: (row) => (
        <Button aria-label={t('erasure.certificateOf', { id: row.id })} onClick={() => void certificate(row.id)}>
          {t('erasure.certificate')}
        </Button>
      ),
    },
  ];
  return (
    <Panel
      flush
      title={t('erasure.register')}
      note={t('erasure.registerNote', { count: total })}
      actions={<ExportButton name="menshen-erasures" columns={columns} rows={erasures} />}
    >
      {failed === null ? null : <ErrorState error={failed} />}
      <DataTable
        caption={t('erasure.register')}
        columns={columns}
        rows={erasures}
        rowKey={(row) => row.id}
        empty={<EmptyState title={t('erasure.none')}>{t('erasure.noneText')}</EmptyState>}
      />
    </Panel>
  );
}

function RunsPanel({ runs }: { readonly runs: readonly RetentionRun[] }) {
  const { t, format } = useLanguage();
  if (runs.length === 0) return null;
  const sum = (row: RetentionRun, of: 'removed' | 'left'): number => row.results.reduce((all, result) => all + result[of], 0);
  const columns: readonly Column<RetentionRun>[] = [
    {
      key: 'at',
      title: t('privacy.at'),
      plain: true,
      render: (row) => <span className="figures no-wrap">{format.dateTime(row.at)}</span>,
    },
    { key: 'kind', title: t('erasure.kind'), grow: true, render: (row) => t(row.dry ? 'erasure.kind.dry' : 'erasure.kind.real') },
    { key: 'by', title: t('privacy.by'), render: (row) => (row.by === 'schedule' ? t('erasure.schedule') : row.by) },
    { key: 'removed', title: t('erasure.removed'), numeric: true, render: (row) => format.number(sum(row, 'removed')) },
    { key: 'left', title: t('erasure.remaining'), numeric: true, render: (row) => format.number(sum(row, 'left')) },
  ];
  return (
    <Panel flush title={t('erasure.runs')} note={t('erasure.runsNote')}>
      <DataTable caption={t('erasure.runs')} columns={columns} rows={runs} rowKey={(row) => row.id} />
    </Panel>
  );
}
