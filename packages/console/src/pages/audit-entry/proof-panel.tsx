import type { getAuditEntry } from '@menshen/contract';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import type { Output } from '../../api/call.ts';
import { CodeBlock } from '../../ds/code-block.tsx';
import { Disclosure } from '../../ds/disclosure.tsx';
import { download } from '../../ds/download.ts';
import { DownloadIcon, ReloadIcon, SkippedIcon } from '../../ds/icon.ts';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, ErrorState, Loading } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { knownLogKey } from './known-keys.ts';
import styles from './proof-panel.module.css';
import { type Check, verifyEntry } from './verify-entry.ts';

type Entry = Output<typeof getAuditEntry>;

/** Checks the proof here, in the browser, and shows each step. */
export function ProofPanel({ entry, reload }: { readonly entry: Entry; readonly reload: () => void }) {
  const { t } = useLanguage();
  const { proof } = entry;
  if (proof === null) {
    return (
      <Panel title={t('proof.title')}>
        <EmptyState
          title={t('proof.pending')}
          action={
            <Button icon={<ReloadIcon />} onClick={reload}>
              {t('proof.reload')}
            </Button>
          }
        >
          {t('proof.pendingText')}
        </EmptyState>
      </Panel>
    );
  }
  if (globalThis.crypto?.subtle === undefined) {
    return (
      <Panel title={t('proof.title')} actions={<ProofDownload index={entry.row.index} proof={proof} />}>
        <EmptyState title={t('proof.unavailable')}>{t('proof.unavailableText')}</EmptyState>
      </Panel>
    );
  }
  return <VerifiedPanel entry={entry} proof={proof} />;
}

function VerifiedPanel({ entry, proof }: { readonly entry: Entry; readonly proof: string }) {
  const { t } = useLanguage();
  const { index } = entry.row;
  const verification = useQuery({
    queryKey: ['verify-entry', index, entry.entry, proof, entry.vkey],
    queryFn: () => {
      const origin = entry.vkey.split('+')[0] ?? '';
      const knownKey = knownLogKey(localStorage, origin, entry.vkey);
      return verifyEntry({ index, event: entry.event, entry: entry.entry, proof, vkey: entry.vkey, knownKey });
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Panel
      title={t('proof.title')}
      note={t('proof.note')}
      actions={
        <>
          <Button icon={<ReloadIcon />} loading={verification.isFetching} onClick={() => void verification.refetch()}>
            {t('proof.again')}
          </Button>
          <ProofDownload index={index} proof={proof} />
        </>
      }
    >
      {verification.data === undefined ? (
        verification.error === null ? (
          <Loading lines={7} />
        ) : (
          <ErrorState error={verification.error} />
        )
      ) : (
        <Checks checks={verification.data} />
      )}
      <Disclosure title={t('proof.file')} note={t('proof.fileNote')}>
        <CodeBlock label={t('proof.file')} text={proof} copyLabel={t('proof.copy')} />
      </Disclosure>
    </Panel>
  );
}

function ProofDownload({ index, proof }: { readonly index: number; readonly proof: string }) {
  const { t } = useLanguage();
  return (
    <Button icon={<DownloadIcon />} onClick={() => download(`menshen-${index}.tlog-proof`, 'text/plain', proof)}>
      {t('proof.download')}
    </Button>
  );
}

function Checks({ checks }: { readonly checks: readonly Check[] }) {
  const { t } = useLanguage();
  const good = checks.every((check) => check.state === 'passed');
  return (
    <div className={styles.checks}>
      <div role="status">
        <Status tone={good ? 'safe' : 'danger'} filled>
          {t(good ? 'proof.good' : 'proof.bad')}
        </Status>
      </div>
      <ol className={styles.list}>
        {checks.map((check) => (
          <li key={check.name} className={styles.check}>
            <CheckMark state={check.state} />
            <span className={styles.words}>
              <span>{t(`check.${check.name}`)}</span>
              {check.value === null ? null : <CheckValue check={check} value={check.value} />}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}

function CheckMark({ state }: { readonly state: Check['state'] }) {
  const { t } = useLanguage();
  if (state === 'open') {
    return (
      <Status tone="quiet" icon={<SkippedIcon aria-hidden="true" />}>
        {t('check.open')}
      </Status>
    );
  }
  return <Status tone={state === 'passed' ? 'safe' : 'danger'}>{t(state === 'passed' ? 'check.passed' : 'check.failed')}</Status>;
}

function CheckValue({ check, value }: { readonly check: Check; readonly value: string }) {
  const { t } = useLanguage();
  if (check.name === 'entry') return <span className="quiet">{t('check.entryValue', { count: Number(value) })}</span>;
  if (check.name === 'place') return <span className="quiet">{t('check.placeValue', { count: Number(value) })}</span>;
  return <code className="quiet">{value}</code>;
}
