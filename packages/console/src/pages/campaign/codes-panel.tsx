import { type BatchView, issueCodes, listCodeBatches, readCodes, revokeCodes } from '@menshen/contract';
import { Button, Modal } from 'antd';
import { useState } from 'react';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { useFocusReturn } from '../../ds/focus-return.ts';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, ErrorState, Loadable } from '../../ds/states.tsx';
import { Status, type Tone } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './campaign-page.module.css';
import { DownloadCodes } from './download-codes.tsx';
import { IssueDialog } from './issue-dialog.tsx';
import type { CampaignDetail } from './model.ts';

const tones: Readonly<Record<BatchView['state'], Tone>> = {
  active: 'safe',
  expired: 'quiet',
  revoked: 'danger',
  retired: 'warning',
};

interface Shown {
  readonly batch: BatchView;
  readonly codes: readonly string[];
}

/** The codes that hang in shops: batches, how many were claimed, new ones, and those that must count no more. */
export function CodesPanel({ detail: { campaign, rules } }: { readonly detail: CampaignDetail }) {
  const { t } = useLanguage();
  const may = useMay();
  const params = { app: campaign.app, campaign: campaign.id };
  const [issuing, setIssuing] = useState(false);
  const [revoking, setRevoking] = useState<BatchView | null>(null);
  const [shown, setShown] = useState<Shown | null>(null);
  const batches = useEndpoint(listCodeBatches, { input: { params } });
  const revoke = useAction(revokeCodes, [listCodeBatches]);
  const read = useAction(readCodes);
  useFocusReturn(shown !== null);
  const columns = useBatchColumns(
    may(issueCodes)
      ? {
          get: (batch) =>
            read.mutate({ params: { ...params, batch: batch.batch } }, { onSuccess: ({ codes }) => setShown({ batch, codes }) }),
          revoke: setRevoking,
        }
      : null,
  );
  const done = (): void => {
    revoke.reset();
    setRevoking(null);
  };
  return (
    <Panel
      flush
      title={t('codes.title')}
      note={t('codes.note')}
      actions={
        may(issueCodes) ? (
          <Button type="primary" onClick={() => setIssuing(true)}>
            {t('codes.issue')}
          </Button>
        ) : null
      }
    >
      <Loadable query={batches} lines={4}>
        {(data) => (
          <DataTable
            caption={t('codes.title')}
            columns={columns}
            rows={data.batches}
            rowKey={(row) => String(row.batch)}
            empty={<EmptyState title={t('codes.none')}>{t('codes.noneText')}</EmptyState>}
          />
        )}
      </Loadable>
      {read.error === null ? null : <ErrorState error={read.error} />}
      <IssueDialog
        open={issuing}
        {...params}
        places={rules.places}
        issued={(made) => {
          setIssuing(false);
          setShown(made);
        }}
        close={() => setIssuing(false)}
      />
      <ConfirmDialog
        open={revoking !== null}
        title={t('codes.revoke')}
        consequence={
          revoking === null ? null : t('codes.revokeText', { count: revoking.count - revoking.used, label: revoking.label })
        }
        confirm={t('codes.revoke')}
        danger
        reasonLength={4}
        busy={revoke.isPending}
        error={revoke.error}
        onConfirm={(reason) => {
          if (revoking !== null)
            revoke.mutate({ params: { ...params, batch: revoking.batch }, body: { reason } }, { onSuccess: done });
        }}
        onClose={done}
      />
      <Modal
        open={shown !== null}
        title={t('codes.download')}
        onCancel={() => setShown(null)}
        footer={<Button onClick={() => setShown(null)}>{t('approval.close')}</Button>}
        destroyOnHidden
      >
        {shown === null ? null : <DownloadCodes batch={shown.batch} codes={shown.codes} />}
      </Modal>
    </Panel>
  );
}

interface BatchActs {
  readonly get: (batch: BatchView) => void;
  readonly revoke: (batch: BatchView) => void;
}

function useBatchColumns(acts: BatchActs | null): readonly Column<BatchView>[] {
  const { t, format } = useLanguage();
  return [
    {
      key: 'batch',
      title: t('codes.batch'),
      width: 128,
      render: (row) => (
        <>
          {row.batch} · {row.label}
        </>
      ),
    },
    {
      key: 'state',
      title: t('campaigns.state'),
      plain: true,
      render: (row) => (
        <span title={row.revokeReason ?? undefined}>
          <Status tone={tones[row.state]}>{t(`codes.state.${row.state}`)}</Status>
        </span>
      ),
    },
    { key: 'place', title: t('ledger.place'), render: (row) => row.place ?? t('codes.anywhere') },
    {
      key: 'used',
      title: t('codes.used'),
      numeric: true,
      render: (row) => t('codes.usedOf', { used: row.used, count: row.count }),
    },
    { key: 'expires', title: t('codes.expires'), render: (row) => <span className="no-wrap">{format.minute(row.expires)}</span> },
    {
      key: 'created',
      title: t('codes.created'),
      grow: true,
      wideOnly: true,
      render: (row) => t('codes.createdBy', { name: row.createdBy, time: format.minute(row.created) }),
    },
    ...(acts === null
      ? []
      : [
          {
            key: 'act',
            title: t('column.act'),
            plain: true,
            render: (row: BatchView) =>
              row.state !== 'active' ? (
                <span className="quiet">–</span>
              ) : (
                <div className={styles.acts}>
                  <Button onClick={() => acts.get(row)} aria-label={t('codes.downloadOf', { batch: row.batch })}>
                    {t('codes.download')}
                  </Button>
                  <Button danger onClick={() => acts.revoke(row)} aria-label={t('codes.revokeOf', { batch: row.batch })}>
                    {t('codes.revoke')}
                  </Button>
                </div>
              ),
          },
        ]),
  ];
}
