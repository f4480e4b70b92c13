import { getAuditStatus, verifyAudit } from '@menshen/contract';
import { Button } from 'antd';
import type { Output } from '../../api/call.ts';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { CodeBlock } from '../../ds/code-block.tsx';
import { CopyButton } from '../../ds/copy-button.tsx';
import { Disclosure } from '../../ds/disclosure.tsx';
import { Facts } from '../../ds/facts.tsx';
import { ProofIcon } from '../../ds/icon.ts';
import { Panel } from '../../ds/panel.tsx';
import { ErrorState, Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './log-panel.module.css';
import { type OlderLog, OlderLogs } from './older-logs.tsx';
import { BrowserCheck } from './whole-log/browser-check.tsx';

/** The head of the log: how long it is, what was signed, with which key; and the check of the whole. */
export function LogPanel() {
  const { t } = useLanguage();
  const status = useEndpoint(getAuditStatus, { input: {} });
  const verify = useAction(verifyAudit);
  return (
    <Panel
      title={t('log.title')}
      actions={
        <Button icon={<ProofIcon />} loading={verify.isPending} onClick={() => verify.mutate({})}>
          {t('log.verify')}
        </Button>
      }
    >
      <Loadable query={status} lines={4}>
        {(data) => <Head status={data} />}
      </Loadable>
      <div role="status">
        {verify.isPending ? <p className={styles.told}>{t('log.verifying')}</p> : null}
        {verify.data === undefined || verify.isPending ? null : <Result result={verify.data} />}
      </div>
      {verify.error === null ? null : <ErrorState error={verify.error} />}
      {status.data === undefined ? null : <BrowserCheck vkey={status.data.vkey} />}
    </Panel>
  );
}

function Head({ status }: { readonly status: Output<typeof getAuditStatus> }) {
  const { t, format } = useLanguage();
  return (
    <>
      <Facts
        columns={3}
        facts={[
          {
            label: t('log.state'),
            value: <Status tone={status.state === 'ok' ? 'safe' : 'danger'}>{t(`log.${status.state}`)}</Status>,
          },
          { label: t('log.size'), value: format.number(status.size) },
          {
            label: t('log.checkpoint'),
            value: status.checkpointTime === null ? t('log.noCheckpoint') : format.dateTime(status.checkpointTime),
          },
          { label: t('log.origin'), value: <code>{status.origin}</code> },
          { label: t('log.pending'), value: t('log.entries', { count: status.pending }) },
          { label: t('log.lag'), value: t('log.entries', { count: status.indexLag }) },
        ]}
      />
      <div className={styles.key}>
        <span className="quiet">{t('log.vkey')}</span>
        <code>{status.vkey}</code>
        <CopyButton text={status.vkey} label={t('log.copyVkey')} />
      </div>
      <Disclosure title={t('log.signed')} note={t('log.signedNote')}>
        <CodeBlock label={t('log.signed')} text={status.checkpoint} copyLabel={t('log.copyCheckpoint')} />
      </Disclosure>
    </>
  );
}

const problemCodes = [
  'checkpoint_missing',
  'checkpoint_malformed',
  'signature_invalid',
  'bundle_missing',
  'bundle_malformed',
  'entry_differs',
  'tile_missing',
  'tile_differs',
  'root_differs',
  'pruning_unexplained',
  'continuation_differs',
  'entries_beyond_checkpoint',
] as const;

/** What is wrong, in words; the code where there are none. */
function problemText(code: string, t: ReturnType<typeof useLanguage>['t']): string {
  const known = problemCodes.find((one) => one === code);
  return known === undefined ? code : t(`log.problem.${known}`);
}

function Result({ result }: { readonly result: Output<typeof verifyAudit> }) {
  const { t, format } = useLanguage();
  return (
    <div className={styles.result}>
      <Status tone={result.ok ? 'safe' : 'danger'} filled>
        {t(result.ok ? 'log.whole' : 'log.damaged')}
      </Status>
      <span className="quiet">{t('log.verified', { count: result.size, time: format.micros(result.millis * 1_000) })}</span>
      {result.problems.length === 0 ? (
        <code className="quiet">{result.root}</code>
      ) : (
        <ul>
          {result.problems.map((problem) => (
            <li key={`${problem.code} ${problem.where}`}>
              {problemText(problem.code, t)} <code>{problem.where}</code>
            </li>
          ))}
        </ul>
      )}
      <OlderLogs logs={olderOf(result)} />
    </div>
  );
}

/** Folder of the log that a log continues, in that log's own: problems of older logs say by it where they are. */
const previous = 'previous/';

/** The logs that this one continues, as the server found them. */
function olderOf({ continues, problems }: Output<typeof verifyAudit>): readonly OlderLog[] {
  const damaged = (depth: number): boolean =>
    problems.some(({ where }) => where.startsWith(previous.repeat(depth)) && !where.startsWith(previous.repeat(depth + 1)));
  return continues.map(({ verified, ...log }, at) => ({
    ...log,
    state: !verified ? 'absent' : damaged(at + 1) ? 'damaged' : 'whole',
  }));
}
