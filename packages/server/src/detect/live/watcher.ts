import { Worker } from 'node:worker_threads';
import type { NamedAlert, RuleStanding, WatcherNews, WatcherStart, WatcherTask } from './protocol.ts';

/** The thread that follows the audit log, as the service sees it. */
export interface Watcher {
  send(task: WatcherTask): void;
  /** How the rules stand; null until the thread has read them. */
  standing(): RuleStanding | null;
  /** Whether the thread lives. */
  alive(): boolean;
  close(): Promise<void>;
}

const STOP_MS = 5_000;
const MAX_WAITING = 10_000;

/**
 * Starts detection in a thread of its own: it parses every event of the log, and must not take that time from requests. `heard` resolves when alerts are in
 * the store; `rulesRead` hears when it is known which people rules name, `heardAlone` how many events no other node's windows took, because Redis is away. When the thread dies requests go on, and `died` hears of it.
 */
export function startWatcher(
  start: WatcherStart,
  heard: (alerts: readonly NamedAlert[]) => Promise<void>,
  died: () => void,
  rulesRead: () => void = () => undefined,
  heardAlone: (arrivals: number) => void = () => undefined,
): Watcher {
  const file = import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js';
  const worker = new Worker(new URL(file, import.meta.url), { workerData: start, name: 'detection' });
  worker.unref();
  let alive = true;
  let closing = false;
  let storing: Promise<void> = Promise.resolve();
  let waiting: NamedAlert[] = [];
  let position = -1;
  let standing: RuleStanding | null = null;
  const send = (task: WatcherTask): void => {
    if (alive) worker.postMessage(task);
  };
  const exited = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      alive = false;
      if (!closing) died();
      resolve();
    });
  });
  /** What could not be stored waits for the next time; it is not confirmed, so that after a crash the thread finds it again. */
  const store = async (): Promise<void> => {
    const [given, upTo] = [waiting, position];
    waiting = [];
    try {
      await heard(given);
      send({ kind: 'stored', position: upTo });
    } catch {
      waiting = [...given, ...waiting].slice(-MAX_WAITING);
    }
  };
  worker.on('error', () => undefined);
  worker.on('message', (news: WatcherNews | { readonly standing: RuleStanding } | { readonly alone: number }) => {
    if ('alone' in news) return heardAlone(news.alone);
    if ('standing' in news) {
      standing = news.standing;
      rulesRead();
      return;
    }
    waiting = [...waiting, ...news.alerts];
    position = news.position;
    storing = storing.then(store);
  });
  return {
    send,
    standing: () => standing,
    alive: () => alive,
    async close() {
      closing = true;
      send({ kind: 'stop' });
      const timer = setTimeout(() => void worker.terminate(), STOP_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}
