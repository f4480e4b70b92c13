import { Button, Progress } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { ProofIcon } from '../../../ds/icon.ts';
import { Status } from '../../../ds/status.tsx';
import { useLanguage } from '../../../i18n/language.tsx';
import { knownLogKey } from '../../audit-entry/known-keys.ts';
import styles from '../log-panel.module.css';
import { keepHead, knownHead } from './known-heads.ts';
import type { WholeReport, WholeRequest } from './verify-whole.ts';
import type { WorkerNews } from './verify-worker.ts';

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly done: number; readonly size: number }
  | { readonly kind: 'done'; readonly report: WholeReport; readonly millis: number; readonly before: number | null }
  | { readonly kind: 'failed'; readonly status: number };

/** The whole log verified in this browser, by a worker of its own: nothing is taken on the server's word. */
export function BrowserCheck({ vkey }: { readonly vkey: string }) {
  const { t } = useLanguage();
  const [state, setState] = useState<State>({ kind: 'idle' });
  const worker = useRef<Worker | null>(null);
  const stop = (): void => {
    worker.current?.terminate();
    worker.current = null;
  };
  useEffect(() => () => worker.current?.terminate(), []);
  const able = globalThis.crypto?.subtle !== undefined;

  const start = (): void => {
    stop();
    const origin = vkey.split('+')[0] ?? '';
    const head = knownHead(localStorage, origin);
    const request: WholeRequest = { vkey, head, knownKey: knownLogKey(localStorage, origin, vkey) };
    const own = new Worker(new URL('./verify-worker.ts', import.meta.url), { type: 'module' });
    worker.current = own;
    setState({ kind: 'running', done: 0, size: 0 });
    own.onmessage = ({ data }: MessageEvent<WorkerNews>) => {
      if (data.kind === 'progress') return setState({ kind: 'running', done: data.done, size: data.size });
      stop();
      if (data.kind === 'failed') return setState({ kind: 'failed', status: data.status });
      const { report, millis } = data;
      if (report.head !== null && report.problems.length === 0) keepHead(localStorage, origin, report.head);
      setState({ kind: 'done', report, millis, before: head?.size ?? null });
    };
    own.onerror = () => {
      stop();
      setState({ kind: 'failed', status: 0 });
    };
    own.postMessage(request);
  };

  return (
    <section className={styles.browser} aria-label={t('whole.title')}>
      <div className={styles.result}>
        <Button icon={<ProofIcon />} disabled={!able || state.kind === 'running'} onClick={start}>
          {t('whole.verify')}
        </Button>
        {state.kind === 'running' ? (
          <Button
            onClick={() => {
              stop();
              setState({ kind: 'idle' });
            }}
          >
            {t('whole.stop')}
          </Button>
        ) : null}
        <span className="quiet">{t(able ? 'whole.note' : 'proof.unavailableText')}</span>
      </div>
      {state.kind === 'running' ? <Running done={state.done} size={state.size} /> : null}
      <div role="status">
        {state.kind === 'done' ? <Result state={state} /> : null}
        {state.kind === 'failed' ? (
          <Status tone="danger">{t(state.status === 401 || state.status === 403 ? 'whole.denied' : 'whole.failed')}</Status>
        ) : null}
      </div>
    </section>
  );
}

function Running({ done, size }: { readonly done: number; readonly size: number }) {
  const { t } = useLanguage();
  return (
    <div>
      <Progress percent={size === 0 ? 0 : Math.floor((done / size) * 100)} status="active" aria-label={t('whole.verify')} />
      <span className="quiet">{size === 0 ? t('whole.reading') : t('whole.progress', { done, size })}</span>
    </div>
  );
}

function Result({ state }: { readonly state: Extract<State, { kind: 'done' }> }) {
  const { t, format } = useLanguage();
  const { report, millis, before } = state;
  const { head, problems, removed } = report;
  const good = head !== null && problems.length === 0;
  return (
    <div className={styles.result}>
      <Status tone={good ? 'safe' : 'danger'} filled>
        {t(good ? 'whole.good' : 'whole.bad')}
      </Status>
      {head === null ? null : (
        <span className="quiet">{t('log.verified', { count: head.size, time: format.micros(millis * 1_000) })}</span>
      )}
      {good && removed > 0 ? <span className="quiet">{t('whole.removed', { count: removed })}</span> : null}
      {good ? <span className="quiet">{before === null ? t('whole.first') : t('whole.since', { count: before })}</span> : null}
      {good ? (
        <code className="quiet">{head.root}</code>
      ) : (
        <ul>
          {problems.map(({ code, where }) => (
            <li key={`${code} ${where}`}>
              {t(`log.problem.${code}`)} <code>{where}</code>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
