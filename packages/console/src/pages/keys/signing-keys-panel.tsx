import { listProofKeys, type ProofKeyView, rotateProofKey } from '@menshen/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { CopyButton } from '../../ds/copy-button.tsx';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { Panel } from '../../ds/panel.tsx';
import { Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { daysSince } from './ring.ts';

/** Keys that reports, certificates and privacy proofs are signed with; those of before go on verifying. */
export function SigningKeysPanel({ now }: { readonly now: number }) {
  const { t, format } = useLanguage();
  const may = useMay();
  const list = useEndpoint(listProofKeys, { input: {}, keep: true });
  const [rotating, setRotating] = useState<ProofKeyView | null>(null);
  const rotate = useAction(rotateProofKey, [listProofKeys]);
  const done = (): void => {
    rotate.reset();
    setRotating(null);
  };
  const columns: readonly Column<ProofKeyView>[] = [
    {
      ...{ key: 'purpose', title: t('keys.signs'), grow: true },
      render: ({ purpose }) => t(`keys.purpose.${purpose}`),
    },
    {
      ...{ key: 'state', title: t('keys.state') },
      render: ({ retired, old }) => (
        <Status tone={old ? 'warning' : retired === null ? 'safe' : 'quiet'}>
          {old ? t('keys.mark.age') : retired === null ? t('keys.state.active') : t('keys.onlyVerifies')}
        </Status>
      ),
    },
    {
      ...{ key: 'age', title: t('keys.age'), numeric: true },
      render: ({ created, retired }) => (
        <span className="no-wrap" title={format.dateTime(created)}>
          {t('keys.days', { days: format.number(daysSince(created, retired ?? now)) })}
        </span>
      ),
    },
    { ...{ key: 'id', title: t('keys.kid') }, render: ({ id }) => <code>{id}</code> },
    {
      ...{ key: 'public', title: t('keys.public'), plain: true },
      render: ({ publicKey }) => <CopyButton text={publicKey} label={t('keys.copyPublic')} />,
    },
    {
      ...{ key: 'act', title: t('column.act'), width: 96, plain: true },
      render: (key) =>
        key.retired === null && may(rotateProofKey) ? (
          <Button
            onClick={() => setRotating(key)}
            aria-label={t('keys.rotateSigningOf', { purpose: t(`keys.purpose.${key.purpose}`) })}
          >
            {t('keys.rotate')}
          </Button>
        ) : null,
    },
  ];
  return (
    <Panel flush title={t('keys.signing')} note={t('keys.signingNote')}>
      <Loadable query={list} lines={4}>
        {({ keys }) => (
          <DataTable
            caption={t('keys.signing')}
            columns={columns}
            rows={[...keys].sort((a, b) => Number(a.retired !== null) - Number(b.retired !== null))}
            rowKey={({ id }) => id}
          />
        )}
      </Loadable>
      <ConfirmDialog
        open={rotating !== null}
        title={t('keys.rotateSigning')}
        consequence={t('keys.rotateSigningText')}
        confirm={t('keys.rotate')}
        busy={rotate.isPending}
        error={rotate.error}
        onConfirm={() => {
          if (rotating !== null) rotate.mutate({ body: { purpose: rotating.purpose } }, { onSuccess: done });
        }}
        onClose={done}
      />
    </Panel>
  );
}
