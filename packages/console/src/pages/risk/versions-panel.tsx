import {
  compareRiskVersion,
  getRiskOverview,
  importAdvisories,
  listRisks,
  listRiskVersions,
  type RiskVersionView,
  saveRiskVersion,
} from '@menshen/contract';
import { Button, Select, Upload } from 'antd';
import { useState } from 'react';
import type { Output } from '../../api/call.ts';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Facts } from '../../ds/facts.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, ErrorState, Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './risk.module.css';
import { ScorePanel } from './score-panel.tsx';
import { ComparisonPanel } from './what-if-panel.tsx';

type Overview = Output<typeof getRiskOverview>;

const functionKeys = ['threat', 'asset', 'likelihood', 'loss', 'risk', 'level', 'rollUp'] as const;

/** Stored assessments, what each changed, the functions that were used, and the advisories that were brought. */
export function VersionsPanel({ overview }: { readonly overview: Overview }) {
  const { t, format } = useLanguage();
  const may = useMay();
  const versions = useEndpoint(listRiskVersions, { input: { query: {} } });
  const [opened, setOpened] = useState<string | null>(null);
  const [saving, setSaving] = useState(false);
  const save = useAction(saveRiskVersion, [listRiskVersions, getRiskOverview]);
  const done = (): void => {
    save.reset();
    setSaving(false);
  };
  const columns: readonly Column<RiskVersionView>[] = [
    {
      key: 'number',
      title: t('risks.version'),
      value: ({ number }) => number,
      render: ({ id, number }) => (
        <Button type="link" size="small" onClick={() => setOpened(opened === id ? null : id)} aria-expanded={opened === id}>
          {t('risks.versionOf', { number })}
        </Button>
      ),
    },
    { key: 'at', title: t('risks.at'), value: ({ at }) => format.dateTime(at), render: ({ at }) => format.dateTime(at) },
    {
      key: 'reason',
      title: t('risks.why'),
      grow: true,
      value: ({ reason }) => reason,
      render: ({ reason, by }) => (
        <>
          {reason === 'daily' ? t('risks.daily') : reason === 'levels changed' ? t('risks.levelsChanged') : reason}{' '}
          <span className="quiet">{by}</span>
        </>
      ),
    },
    {
      key: 'high',
      title: t('risks.high'),
      numeric: true,
      value: ({ levels }) => (levels[3] ?? 0) + (levels[4] ?? 0),
      render: ({ levels, risks }) => `${format.number((levels[3] ?? 0) + (levels[4] ?? 0))} / ${format.number(risks)}`,
    },
    {
      key: 'total',
      title: t('risks.total'),
      numeric: true,
      value: ({ total }) => total,
      render: ({ total }) => format.number(total),
    },
  ];
  return (
    <>
      <Panel
        flush
        title={t('risks.versions')}
        note={t('risks.versionsNote')}
        actions={
          <>
            {may(saveRiskVersion) ? (
              <Button type="primary" onClick={() => setSaving(true)}>
                {t('risks.saveVersion')}
              </Button>
            ) : null}
            <ExportButton name="menshen-risk-versions" columns={columns} rows={versions.data?.versions ?? []} />
          </>
        }
      >
        <Loadable query={versions} lines={6}>
          {(data) => (
            <DataTable
              caption={t('risks.versions')}
              columns={columns}
              rows={data.versions}
              rowKey={({ id }) => id}
              empty={<EmptyState title={t('risks.noVersions')}>{t('risks.noVersionsText')}</EmptyState>}
            />
          )}
        </Loadable>
      </Panel>
      {opened === null ? null : <VersionComparison id={opened} />}
      <Panel title={t('risks.functions')} note={t('risks.functionsNote')}>
        <Facts
          columns={2}
          facts={functionKeys.flatMap((key) => {
            const id = overview.functions[key];
            return id === undefined ? [] : [{ label: t(`risks.function.${key}`), value: <code>{id}</code> }];
          })}
        />
      </Panel>
      <AdvisoriesPanel advisories={overview.advisories} />
      <ScorePanel />
      <ConfirmDialog
        open={saving}
        title={t('risks.saveVersion')}
        consequence={t('risks.saveVersionText')}
        confirm={t('risks.saveVersion')}
        reasonLength={4}
        busy={save.isPending}
        error={save.error}
        onConfirm={(reason) => save.mutate({ body: { reason } }, { onSuccess: done })}
        onClose={done}
      />
    </>
  );
}

function VersionComparison({ id }: { readonly id: string }) {
  const { t } = useLanguage();
  const found = useEndpoint(compareRiskVersion, { input: { params: { id }, query: {} } });
  return (
    <Loadable query={found} lines={8}>
      {({ version, other, comparison, replayed }) => (
        <ComparisonPanel
          title={
            other === null
              ? t('risks.firstVersion', { number: version.number })
              : t('risks.changesOf', { number: version.number, before: other.number })
          }
          note={t('risks.replayed', { same: replayed.same, of: replayed.of })}
          comparison={comparison}
        />
      )}
    </Loadable>
  );
}

const kinds = ['epss', 'kev', 'osv'] as const;

function AdvisoriesPanel({ advisories }: Pick<Overview, 'advisories'>) {
  const { t, format } = useLanguage();
  const may = useMay();
  const [kind, setKind] = useState<(typeof kinds)[number]>('epss');
  const bring = useAction(importAdvisories, [getRiskOverview, listRisks]);
  return (
    <Panel title={t('risks.advisories')} note={t('risks.advisoriesNote')}>
      {advisories.length === 0 ? (
        <p className="quiet">{t('risks.noAdvisories')}</p>
      ) : (
        <ul className={styles.evidence}>
          {advisories.map(({ kind: own, rows, at, by, old }) => (
            <li key={own}>
              <strong>{t(`risks.advisory.${own}`)}</strong>{' '}
              {t('risks.advisoryRows', { count: rows, time: format.dateTime(at), by })}{' '}
              {old ? <Status tone="warning">{t('risks.advisoryOld')}</Status> : null}
            </li>
          ))}
        </ul>
      )}
      {may(importAdvisories) ? (
        <div className={styles.bring}>
          <Select
            aria-label={t('risks.advisoryKind')}
            value={kind}
            style={{ minWidth: 240 }}
            onChange={setKind}
            options={kinds.map((value) => ({ value, label: t(`risks.advisory.${value}`) }))}
          />
          <Upload
            accept={kind === 'epss' ? '.csv,text/csv' : '.json,.jsonl,application/json'}
            showUploadList={false}
            beforeUpload={(file) => {
              void file.text().then((text) => bring.mutate({ body: { kind, text } }));
              return false;
            }}
          >
            <Button loading={bring.isPending}>{t('risks.import')}</Button>
          </Upload>
          {bring.data === undefined ? null : (
            <span role="status">{t('risks.imported', { count: bring.data.rows, refused: bring.data.refused })}</span>
          )}
        </div>
      ) : null}
      {bring.error === null ? null : <ErrorState error={bring.error} />}
    </Panel>
  );
}
