import { changeInspection, getInspection, type InspectionMode, replayInspection } from '@menshen/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { ReplayReport } from '../../components/replay-report.tsx';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { SafeIcon, SkippedIcon, WatchIcon } from '../../ds/icon.ts';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './inspection.module.css';
import type { Inspection } from './model.ts';
import { useTableColumns } from './table-columns.tsx';

type Row = Inspection['routes'][number];

const looks = {
  enforce: { tone: 'safe', icon: <SafeIcon aria-hidden="true" /> },
  monitor: { tone: 'warning', icon: <WatchIcon aria-hidden="true" /> },
  off: { tone: 'danger', icon: <SkippedIcon aria-hidden="true" /> },
} as const;
/** What does not enforce comes first: somebody has to come back to it. */
const rank = { off: 0, monitor: 1, enforce: 2 } as const;

interface Planned {
  readonly row: Row;
  readonly mode: Exclude<InspectionMode, 'off'>;
}

/** How each route is inspected, and the way from watching to stopping and back, with what the last day says of it. */
export function ModesPanel({ inspection }: { readonly inspection: Inspection }) {
  const { t, format } = useLanguage();
  const shared = useTableColumns();
  const may = useMay();
  const [planned, setPlanned] = useState<Planned | null>(null);
  const change = useAction(changeInspection, [getInspection]);
  const replay = useAction(replayInspection);
  const changeOf = ({ row, mode }: Planned) => ({ routes: [{ app: row.app, route: row.route, mode }] });
  const plan = (next: Planned): void => {
    setPlanned(next);
    replay.reset();
    replay.mutate({ body: changeOf(next) });
  };
  const done = (): void => {
    change.reset();
    setPlanned(null);
  };
  const rows = [...inspection.routes].sort((a, b) => rank[a.mode] - rank[b.mode]);
  const columns: readonly Column<Row>[] = [
    shared.route,
    {
      key: 'mode',
      title: t('inspection.mode'),
      plain: true,
      value: (row) => row.mode,
      render: (row) => (
        <>
          <Status tone={looks[row.mode].tone} icon={looks[row.mode].icon}>
            {t(`inspection.mode.${row.mode}`)}
          </Status>
          {row.source === 'console' && row.mode !== row.configured.mode ? (
            <span className={styles.words}>
              {t('inspection.setByConsole', { mode: t(`inspection.mode.${row.configured.mode}`) })}
            </span>
          ) : null}
        </>
      ),
    },
    {
      key: 'threshold',
      title: t('inspection.threshold'),
      numeric: true,
      value: (row) => row.threshold,
      render: (row) => format.number(row.threshold),
    },
    {
      key: 'exceptions',
      title: t('inspection.exceptions'),
      numeric: true,
      value: (row) => row.exceptions,
      render: (row) => format.number(row.exceptions),
    },
    {
      key: 'act',
      title: t('column.act'),
      plain: true,
      render: (row) => {
        if (!may(changeInspection)) return <span className="quiet">–</span>;
        const mode = row.mode === 'enforce' ? 'monitor' : 'enforce';
        return (
          <Button
            onClick={() => plan({ row, mode })}
            aria-label={t(mode === 'monitor' ? 'inspection.toMonitorOf' : 'inspection.toEnforceOf', { route: row.route })}
          >
            {t(mode === 'monitor' ? 'inspection.toMonitor' : 'inspection.toEnforce')}
          </Button>
        );
      },
    },
  ];
  return (
    <Panel
      flush
      title={t('inspection.modes')}
      note={t('inspection.modesNote')}
      actions={<ExportButton name="menshen-inspection-modes" columns={columns} rows={rows} />}
    >
      <DataTable
        caption={t('inspection.modes')}
        columns={columns}
        rows={rows}
        rowKey={(row) => `${row.app} ${row.route}`}
        empty={<EmptyState title={t('system.noApps')} />}
      />
      <ConfirmDialog
        open={planned !== null}
        title={t('inspection.mode')}
        consequence={
          planned === null
            ? null
            : t(planned.mode === 'monitor' ? 'inspection.toMonitorText' : 'inspection.toEnforceText', {
                route: planned.row.route,
              })
        }
        confirm={t(planned?.mode === 'monitor' ? 'inspection.toMonitor' : 'inspection.toEnforce')}
        danger={planned?.mode === 'monitor'}
        reasonLength={4}
        busy={change.isPending}
        error={change.error}
        onConfirm={(reason) => {
          if (planned !== null)
            change.mutate({ body: { ...changeOf(planned), from: inspection.version, reason } }, { onSuccess: done });
        }}
        onClose={done}
      >
        <ReplayReport replay={replay} />
      </ConfirmDialog>
    </Panel>
  );
}
