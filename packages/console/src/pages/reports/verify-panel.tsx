import { verifyReport } from '@menshen/contract';
import { useAction } from '../../api/hooks.ts';
import { CodeBlock } from '../../ds/code-block.tsx';
import { Disclosure } from '../../ds/disclosure.tsx';
import { Field } from '../../ds/field.tsx';
import { FileInput } from '../../ds/file-input.tsx';
import { Panel } from '../../ds/panel.tsx';
import { ErrorState } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';

/** Whether a file that somebody holds is one of our reports. The file stays in the browser: only its hash is sent. */
export function VerifyPanel({ publicKey }: { readonly publicKey: string }) {
  const { t } = useLanguage();
  const verify = useAction(verifyReport);
  const check = async (file: File | null): Promise<void> => {
    if (file === null) return;
    const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
    const sha256 = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
    verify.mutate({ body: { sha256 } });
  };
  // Browsers hash only where the page came over HTTPS or from this machine.
  const able = globalThis.isSecureContext;
  return (
    <Panel title={t('reports.verify')} note={t('reports.verifyNote')}>
      <Field label={t('reports.verifyFile')} hint={able ? undefined : t('reports.verifyInsecure')}>
        {(wiring) => <FileInput {...wiring} disabled={!able} change={(file) => void check(file)} />}
      </Field>
      {verify.error === null ? null : <ErrorState error={verify.error} />}
      <div role="status" style={{ minBlockSize: 32, paddingBlock: 6 }}>
        {verify.data === undefined ? null : <Verdict data={verify.data} />}
      </div>
      <Disclosure title={t('reports.key')} note={t('reports.keyNote')}>
        <CodeBlock label={t('reports.key')} text={publicKey} />
      </Disclosure>
    </Panel>
  );
}

function Verdict({ data }: { readonly data: NonNullable<ReturnType<typeof useAction<typeof verifyReport>>['data']> }) {
  const { t, format } = useLanguage();
  const { report, file, valid } = data;
  if (report === null || file === null) return <Status tone="danger">{t('reports.unknown')}</Status>;
  if (!valid) return <Status tone="danger">{t('reports.invalid')}</Status>;
  return (
    <Status tone="safe">
      {t('reports.valid', {
        number: report.number,
        kind: t(`reports.kind.${report.kind}`),
        name: file.name,
        by: report.by,
        time: format.minute(report.at),
      })}
    </Status>
  );
}
