import { Button, Progress } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { ProofIcon } from '../../../ds/icon.ts';
import { Status } from '../../../ds/status.tsx';
import { useLanguage } from '../../../i18n/language.tsx';
import { knownLogKey, knownLogKeys } from '../../audit-entry/known-keys.ts';
import styles from '../log-panel.module.css';
import { OlderLogs } from '../older-logs.tsx';
import { keepHead, knownHeads } from './known-heads.ts';
import type { ChainLog, ChainRequest } from './verify-chain.ts';
import type { WorkerNews } from './verify-worker.ts';

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly done: number; readonly size: number }
  | { readonly kind: 'done'; readonly logs: readonly ChainLog[]; readonly millis: number; readonly before: number | null }
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
    knownLogKey(localStorage, origin, vkey);
    const heads = knownHeads(localStorage);
    const request: ChainRequest = { vkey, heads, keys: knownLogKeys(localStorage) };
    const own = new Worker(new URL('./verify-worker.ts', import.meta.url), { type: 'module' });
    worker.current = own;
    setState({ kind: 'running', done: 0, size: 0 });
    own.onmessage = ({ data }: MessageEvent<WorkerNews>) => {
      if (data.kind === 'progress') return setState({ kind: 'running', done: data.done, size: data.size });
      stop();
      if (data.kind === 'failed') return setState({ kind: 'failed', status: data.status });
      const { logs, millis } = data;
      for (const { origin: name, vkey: key, report } of logs) {
        if (report === null || report.head === null || report.problems.length > 0) continue;
        knownLogKey(localStorage, name, key);
        keepHead(localStorage, name, report.head);
      }
      setState({ kind: 'done', logs, millis, before: Object.hasOwn(heads, origin) ? (heads[origin]?.size ?? null) : null });
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
  const { logs, millis, before } = state;
  const [newest, ...older] = logs;
  const problems = logs.flatMap(({ origin, report }) => (report?.problems ?? []).map((problem) => ({ ...problem, origin })));
  const head = newest?.report?.head ?? null;
  const removed = logs.reduce((sum, { report }) => sum + (report?.removed ?? 0), 0);
  const checked = logs.reduce((sum, { report }) => sum + (report?.head?.size ?? 0), 0);
  const good = head !== null && problems.length === 0;
  return (
    <div className={styles.result}>
      <Status tone={good ? 'safe' : 'danger'} filled>
        {t(good ? 'whole.good' : 'whole.bad')}
      </Status>
      {head === null ? null : (
        <span className="quiet">{t('log.verified', { count: checked, time: format.micros(millis * 1_000) })}</span>
      )}
      {good && removed > 0 ? <span className="quiet">{t('whole.removed', { count: removed })}</span> : null}
      {good ? <span className="quiet">{before === null ? t('whole.first') : t('whole.since', { count: before })}</span> : null}
      {good ? (
        <code className="quiet">{head.root}</code>
      ) : (
        <ul>
          {problems.map(({ origin, code, where }) => (
            <li key={`${origin} ${code} ${where}`}>
              {t(`log.problem.${code}`)} <code>{where}</code> {logs.length > 1 ? <code>{origin}</code> : null}
            </li>
          ))}
        </ul>
      )}
      <OlderLogs
        logs={older.map(({ report, ...log }) => ({
          ...log,
          state: report === null ? 'absent' : report.problems.length > 0 ? 'damaged' : 'whole',
        }))}
      />
    </div>
  );
}
