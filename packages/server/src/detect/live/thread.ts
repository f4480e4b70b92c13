import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { createRedisClient } from '../../coordination/redis.ts';
import { atOnce } from '../../gently.ts';
import { readAddressPlaces } from '../../identity/risk/address-places.ts';
import { bundledPlaces } from '../geo/provider.ts';
import type { WatcherStart, WatcherTask } from './protocol.ts';
import { watchRules, watchRulesTogether } from './sigma.ts';
import { createWatch } from './watch.ts';

const port = parentPort;
if (port === null) throw new Error('detection runs as a worker thread');
const start = workerData as WatcherStart;

const RETRY_MS = 5_000;
const FLUSH_MS = 2_000;
const SAVE_MS = 60_000;
const STOP_MS = 3_000;

const { shared } = start;
const client = shared === null ? null : createRedisClient(shared.url);
const together = shared === null || client === null ? null : watchRulesTogether(start.rules, client, shared);
const rules = together ?? watchRules(start.rules);
port.postMessage({ standing: rules.standing });
const watch = createWatch({
  directory: start.directory,
  snapshot: start.snapshot,
  locate: start.places === null ? bundledPlaces() : atOnce(readAddressPlaces(readFileSync(start.places))),
  rules,
  tell: (news) => port.postMessage(news),
});
let published = 0;
let scheduled = false;
let ready = false;
let connected = client === null;
let stopping = false;

async function work(): Promise<void> {
  const seen = published;
  let more = false;
  try {
    more = watch.step(seen);
    await watch.answered();
  } catch {
    // A tile that is not there yet, or a full disk: the log itself is not touched, and the next look tries again.
    setTimeout(schedule, RETRY_MS).unref();
  }
  scheduled = false;
  if (stopping) stop();
  else if (more || published !== seen) schedule();
}

function schedule(): void {
  if (scheduled || !ready || !connected || published === 0) return;
  scheduled = true;
  setImmediate(() => void work());
}

// While Redis is away, windows hold what this node sees; the client goes on trying.
void client
  ?.connect()
  .catch(() => undefined)
  .finally(() => {
    connected = true;
    schedule();
  });

const attempt = (act: () => void): void => {
  try {
    act();
  } catch {
    // Without a snapshot the past is read again from the log.
  }
};
setInterval(() => {
  watch.flush();
  const alone = together?.takeAlone() ?? 0;
  if (alone > 0) port.postMessage({ alone });
}, FLUSH_MS).unref();
setInterval(() => attempt(() => watch.save()), SAVE_MS).unref();

/** Ends when the snapshot stands; while alerts are on their way to the store, later. */
function end(): void {
  let done = true;
  attempt(() => {
    done = watch.save();
  });
  if (done) process.exit(0);
}

/** Tells what there is to tell first; what windows have not answered yet keeps it waiting. */
function stop(): void {
  watch.flush();
  end();
}

port.on('message', (task: WatcherTask) => {
  switch (task.kind) {
    case 'context':
      ready = true;
      watch.context(task.directory, task.tunings, task.names);
      schedule();
      return;
    case 'published':
      published = task.size;
      schedule();
      return;
    case 'stored':
      watch.stored(task.position);
      if (stopping) end();
      return;
    case 'stop':
      stopping = true;
      stop();
      setTimeout(() => process.exit(0), STOP_MS);
  }
});
