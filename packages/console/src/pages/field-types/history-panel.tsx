import { getSchema, listSchemas, restoreSchemas, withdrawSchemas } from '@menshen/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import type { RouteKey, RouteSchema } from './model.ts';

type Version = RouteSchema['versions'][number];

const tones = { proposed: 'warning', approved: 'safe', rejected: 'quiet', replaced: 'quiet', withdrawn: 'quiet' } as const;

/** Every version with who decided and why; an earlier one can be put back, the one in force withdrawn. */
export function HistoryPanel({ of, data }: { readonly of: RouteKey; readonly data: RouteSchema }) {
  const { t, format } = useLanguage();
  const may = useMay();
  const [asking, setAsking] = useState<{ readonly act: 'restore' | 'withdraw'; readonly version: number } | null>(null);
  const restore = useAction(restoreSchemas, [getSchema, listSchemas]);
  const withdraw = useAction(withdrawSchemas, [getSchema, listSchemas]);
  const act = asking?.act === 'withdraw' ? withdraw : restore;
  const version = asking?.version ?? 0;
  const close = (): void => {
    setAsking(null);
    restore.reset();
    withdraw.reset();
  };
  const columns: readonly Column<Version>[] = [
    { key: 'version', title: t('fieldTypes.version'), numeric: true, render: (row) => row.version },
    {
      key: 'state',
      title: t('fieldTypes.state'),
      plain: true,
      render: (row) => <Status tone={tones[row.state]}>{t(`fieldTypes.state.${row.state}`)}</Status>,
    },
    {
      key: 'decided',
      title: t('fieldTypes.decided'),
      grow: true,
      wrap: true,
      render: (row) =>
        row.decidedAt === null ? '–' : `${row.by ?? ''} · ${format.dateTime(row.decidedAt)} · ${row.reason ?? ''}`,
    },
    {
      key: 'act',
      title: t('fieldTypes.act'),
      render: (row) => {
        if (row.state === 'proposed' || !may(restoreSchemas)) return null;
        const name = row.state === 'approved' ? 'withdraw' : 'restore';
        return (
          <Button size="small" onClick={() => setAsking({ act: name, version: row.version })}>
            {t(`fieldTypes.${name}`)}
          </Button>
        );
      },
    },
  ];
  return (
    <Panel flush title={t('fieldTypes.history')}>
      <DataTable
        caption={t('fieldTypes.history')}
        columns={columns}
        rows={data.versions}
        rowKey={(row) => String(row.version)}
        empty={<EmptyState title={t('fieldTypes.noHistory')} />}
      />
      <ConfirmDialog
        open={asking !== null}
        title={asking?.act === 'withdraw' ? t('fieldTypes.withdraw') : t('fieldTypes.restore')}
        consequence={asking?.act === 'withdraw' ? t('fieldTypes.withdrawText') : t('fieldTypes.restoreText', { version })}
        confirm={asking?.act === 'withdraw' ? t('fieldTypes.withdraw') : t('fieldTypes.restore')}
        danger={asking?.act === 'withdraw'}
        reasonLength={4}
        busy={act.isPending}
        error={act.error}
        onConfirm={(reason) => act.mutate({ body: { ...of, version, reason } }, { onSuccess: close })}
        onClose={close}
      />
    </Panel>
  );
}
