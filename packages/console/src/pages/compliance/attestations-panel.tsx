import {
  addAttestation,
  type ComplianceAttestation,
  fetchAttestation,
  getCompliance,
  getComplianceItem,
  withdrawAttestation,
} from '@menshen/contract';
import { Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { base64OfFile, downloadBytes } from '../../ds/download.ts';
import { Field } from '../../ds/field.tsx';
import { FileInput } from '../../ds/file-input.tsx';
import { useFocusReturn } from '../../ds/focus-return.ts';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, ErrorState } from '../../ds/states.tsx';
import { Status, type Tone } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import type { ComplianceItem } from './model.ts';
import { UntilField, usualUntil } from './until-field.tsx';

const tones: Readonly<Record<ComplianceAttestation['state'], Tone>> = { valid: 'safe', expired: 'warning', withdrawn: 'quiet' };

/** Files by which people attest a requirement, until when, and whose word it is. */
export function AttestationsPanel({ item }: { readonly item: ComplianceItem }) {
  const { t, format } = useLanguage();
  const may = useMay();
  const [adding, setAdding] = useState(false);
  const [withdrawing, setWithdrawing] = useState<ComplianceAttestation | null>(null);
  const take = useAction(fetchAttestation);
  const columns: readonly Column<ComplianceAttestation>[] = [
    {
      ...{ key: 'name', title: t('compliance.file'), wrap: true, grow: true },
      render: ({ name, statement, bytes, sha256 }) => (
        <>
          <span style={{ overflowWrap: 'anywhere' }}>{name}</span>
          <div>{statement}</div>
          <div className="quiet">
            {format.bytes(bytes)} <code title={sha256}>SHA-256 {sha256.slice(0, 16)}…</code>
          </div>
        </>
      ),
    },
    {
      ...{ key: 'state', title: t('compliance.stateTitle') },
      render: ({ state, until }) => (
        <>
          <Status tone={tones[state]}>{t(`compliance.attestation.${state}`)}</Status>
          <div className="quiet no-wrap">{t('compliance.holdsUntil', { time: format.minute(until) })}</div>
        </>
      ),
    },
    {
      ...{ key: 'by', title: t('compliance.attestedBy') },
      render: ({ by, at }) => (
        <>
          {by} <span className="quiet figures no-wrap">{format.minute(at)}</span>
        </>
      ),
    },
    {
      ...{ key: 'acts', title: t('compliance.acts'), plain: true },
      render: (one) => (
        <>
          <Button
            size="small"
            aria-label={t('compliance.fetchOf', { name: one.name })}
            // Never by its own type: a browser must not open what somebody may have slipped in.
            onClick={() =>
              take.mutate(
                { params: { id: one.id } },
                { onSuccess: ({ name, content }) => downloadBytes(name, 'application/octet-stream', content) },
              )
            }
          >
            {t('compliance.fetch')}
          </Button>{' '}
          {may(withdrawAttestation) && one.state === 'valid' ? (
            <Button size="small" aria-label={t('compliance.withdrawOf', { name: one.name })} onClick={() => setWithdrawing(one)}>
              {t('compliance.withdraw')}
            </Button>
          ) : null}
        </>
      ),
    },
  ];
  return (
    <Panel
      flush
      title={t('compliance.attestations')}
      note={t('compliance.attestationsNote')}
      actions={may(addAttestation) ? <Button onClick={() => setAdding(true)}>{t('compliance.attest')}</Button> : undefined}
    >
      {take.error === null ? null : <ErrorState error={take.error} />}
      <DataTable
        caption={t('compliance.attestations')}
        columns={columns}
        rows={item.attestations}
        rowKey={({ id }) => id}
        empty={<EmptyState title={t('compliance.noAttestations')}>{t('compliance.noAttestationsText')}</EmptyState>}
      />
      {adding ? <AttestDialog item={item} close={() => setAdding(false)} /> : null}
      {withdrawing === null ? null : <WithdrawDialog attestation={withdrawing} close={() => setWithdrawing(null)} />}
    </Panel>
  );
}

function AttestDialog({ item, close }: { readonly item: ComplianceItem; readonly close: () => void }) {
  const { t, format } = useLanguage();
  const [file, setFile] = useState<File | null>(null);
  const [statement, setStatement] = useState('');
  const [until, setUntil] = useState(usualUntil);
  const attest = useAction(addAttestation, [getComplianceItem, getCompliance]);
  useFocusReturn(true);
  const most = format.bytes(item.fileBytes);
  const tooLarge = file !== null && file.size > item.fileBytes;
  const ready = file !== null && !tooLarge && statement.trim().length >= 4;
  const send = async (): Promise<void> => {
    if (file === null || !ready) return;
    const content = await base64OfFile(file);
    attest.mutate(
      { params: { id: item.id }, body: { name: file.name, statement: statement.trim(), until, content } },
      { onSuccess: close },
    );
  };
  return (
    <Modal
      open
      title={t('compliance.attest')}
      okText={t('compliance.attest')}
      cancelText={t('dialog.cancel')}
      okButtonProps={{ loading: attest.isPending, disabled: !ready }}
      onOk={() => void send()}
      onCancel={close}
    >
      <Field
        label={t('compliance.file')}
        hint={t('compliance.fileHint', { size: most })}
        error={tooLarge ? t('compliance.fileTooLarge', { size: most }) : undefined}
      >
        {(wiring) => <FileInput {...wiring} change={setFile} />}
      </Field>
      <Field label={t('compliance.statement')} hint={t('compliance.statementHint')}>
        {(wiring) => (
          <Input.TextArea
            {...wiring}
            maxLength={1_000}
            autoSize={{ minRows: 2, maxRows: 6 }}
            value={statement}
            onChange={(event) => setStatement(event.target.value)}
          />
        )}
      </Field>
      <UntilField days={item.attestationDays} value={until} change={setUntil} />
      {attest.error === null ? null : <ErrorState error={attest.error} />}
    </Modal>
  );
}

function WithdrawDialog({ attestation, close }: { readonly attestation: ComplianceAttestation; readonly close: () => void }) {
  const { t } = useLanguage();
  const withdraw = useAction(withdrawAttestation, [getComplianceItem, getCompliance]);
  return (
    <ConfirmDialog
      open
      danger
      title={t('compliance.withdraw')}
      consequence={t('compliance.withdrawText', { name: attestation.name })}
      confirm={t('compliance.withdraw')}
      reasonLength={4}
      busy={withdraw.isPending}
      error={withdraw.error}
      onConfirm={(reason) => withdraw.mutate({ params: { id: attestation.id }, body: { reason } }, { onSuccess: close })}
      onClose={close}
    />
  );
}
