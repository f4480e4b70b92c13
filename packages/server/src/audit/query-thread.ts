import { parentPort, workerData } from 'node:worker_threads';
import { replay } from '../inspection/replay.ts';
import { summariseInspected } from '../inspection/summary.ts';
import { openIndex } from './log/index/query.ts';
import { openLog } from './log/reader.ts';
import { directorySource } from './log/source.ts';
import type { QueryAnswer, QueryCall } from './query-protocol.ts';
import { verifyChain } from './restore/verify-chain.ts';

const port = parentPort;
if (port === null) throw new Error('queries run as a worker thread');

const { directory, vkey } = workerData as { readonly directory: string; readonly vkey: string };
const source = directorySource(directory);
const log = openLog(source);
const index = openIndex(directory);

async function answer(call: QueryCall): Promise<unknown> {
  switch (call.op) {
    case 'rows':
      return index.rows(call.filter, call.limit, call.ascending);
    case 'summary':
      return index.timeline(call.filter, call.buckets);
    case 'count':
      return index.count(call.filter);
    case 'logins':
      return index.logins(call.from);
    case 'inspection': {
      const { from, to } = call.filter;
      const summary = summariseInspected(index.inspected(call.filter), { from, to, buckets: call.buckets });
      return { ...summary, keptSince: index.inspectedUntil() };
    }
    case 'replay': {
      const outcome = replay(index.inspected(call.filter), call.before, call.after, call.now);
      const { from, to, app } = call.filter;
      const unread = index.count({ requests: true, code: 'inspection_budget', from, to, app });
      return { ...outcome, unread, keptSince: index.inspectedUntil() };
    }
    case 'head':
      return index.size() - 1;
    case 'entry':
      return await log.entry(call.index);
    case 'prove':
      return await log.prove(call.index);
    case 'verify': {
      const started = performance.now();
      // On threads of its own, so that searches go on meanwhile.
      const report = await verifyChain(source, { vkey, live: true, threads: 2 });
      return { ...report, millis: Math.round(performance.now() - started) };
    }
  }
}

port.on('message', (call: QueryCall) => {
  answer(call).then(
    (value) => port.postMessage({ id: call.id, value } satisfies QueryAnswer),
    (error: unknown) => {
      port.postMessage({ id: call.id, error: error instanceof Error ? error.message : 'query failed' } satisfies QueryAnswer);
    },
  );
});
