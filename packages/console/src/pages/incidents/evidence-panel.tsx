import { addEvidence, type EvidenceView, fetchEvidence, getIncident, type IncidentDetail } from '@menshen/contract';
import { Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { useAction } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { base64OfFile, downloadBytes } from '../../ds/download.ts';
import { Field } from '../../ds/field.tsx';
import { FileInput } from '../../ds/file-input.tsx';
import { useFocusReturn } from '../../ds/focus-return.ts';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, ErrorState } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';

/** Files of evidence: what was put in, by whom, with its hash. */
export function EvidencePanel({ incident }: { readonly incident: IncidentDetail }) {
  const { t, format } = useLanguage();
  const may = useMay();
  const [adding, setAdding] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  const ended = incident.state === 'closed' || incident.state === 'false_alarm' || incident.mergedInto !== null;
  const take = async (file: EvidenceView): Promise<void> => {
    try {
      setFailed(null);
      const { name, content } = await call(fetchEvidence, { params: { id: incident.id, file: file.id } });
      // Never by its own type: a browser must not open what an attacker may have written.
      downloadBytes(name, 'application/octet-stream', content);
    } catch (error) {
      setFailed(error);
    }
  };
  const columns: readonly Column<EvidenceView>[] = [
    {
      ...{ key: 'name', title: t('incidents.file'), wrap: true, grow: true },
      render: ({ name, note }) => (
        <>
          <span style={{ overflowWrap: 'anywhere' }}>{name}</span>
          {note === '' ? null : <div className="quiet">{note}</div>}
        </>
      ),
    },
    { ...{ key: 'size', title: t('incidents.size'), numeric: true }, render: ({ bytes }) => format.bytes(bytes) },
    {
      ...{ key: 'hash', title: t('incidents.hash') },
      render: ({ sha256 }) => <code title={sha256}>{sha256.slice(0, 16)}…</code>,
    },
    {
      ...{ key: 'added', title: t('incidents.added') },
      render: ({ by, at }) => (
        <>
          {by} <span className="quiet figures no-wrap">{format.minute(at)}</span>
        </>
      ),
    },
    {
      ...{ key: 'act', title: t('incidents.fetch'), plain: true },
      render: (file) => (
        <Button size="small" onClick={() => void take(file)} aria-label={t('incidents.fetchOf', { name: file.name })}>
          {t('incidents.fetch')}
        </Button>
      ),
    },
  ];
  return (
    <Panel
      flush
      title={t('incidents.evidence')}
      note={t('incidents.evidenceNote')}
      actions={
        may(addEvidence) && !ended ? <Button onClick={() => setAdding(true)}>{t('incidents.addEvidence')}</Button> : undefined
      }
    >
      {failed === null ? null : <ErrorState error={failed} />}
      <DataTable
        caption={t('incidents.evidence')}
        columns={columns}
        rows={incident.evidence}
        rowKey={({ id }) => id}
        empty={<EmptyState title={t('incidents.noEvidence')}>{t('incidents.noEvidenceText')}</EmptyState>}
      />
      {adding ? <AddDialog incident={incident} close={() => setAdding(false)} /> : null}
    </Panel>
  );
}

function AddDialog({ incident, close }: { readonly incident: IncidentDetail; readonly close: () => void }) {
  const { t, format } = useLanguage();
  const [file, setFile] = useState<File | null>(null);
  const [note, setNote] = useState('');
  const add = useAction(addEvidence, [getIncident]);
  useFocusReturn(true);
  const most = format.bytes(incident.evidenceBytes);
  const tooLarge = file !== null && file.size > incident.evidenceBytes;
  const send = async (): Promise<void> => {
    if (file === null || tooLarge) return;
    const content = await base64OfFile(file);
    add.mutate({ params: { id: incident.id }, body: { name: file.name, note, content } }, { onSuccess: close });
  };
  return (
    <Modal
      open
      title={t('incidents.addEvidence')}
      okText={t('incidents.addEvidence')}
      cancelText={t('dialog.cancel')}
      okButtonProps={{ loading: add.isPending, disabled: file === null || tooLarge }}
      onOk={() => void send()}
      onCancel={close}
    >
      <Field
        label={t('incidents.file')}
        hint={t('incidents.fileHint', { size: most })}
        error={tooLarge ? t('incidents.fileTooLarge', { size: most }) : undefined}
      >
        {(wiring) => <FileInput {...wiring} change={setFile} />}
      </Field>
      <Field label={t('incidents.fileNote')}>
        {(wiring) => <Input {...wiring} maxLength={500} value={note} onChange={(event) => setNote(event.target.value)} />}
      </Field>
      {add.error === null ? null : <ErrorState error={add.error} />}
    </Modal>
  );
}
