import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { createSigner } from '@menshen/tlog/node';
import { commandPlace, folderPlace } from './place.ts';
import { mirroredName, openMirror } from './postgres-mirror.ts';
import type { ShipThreadData } from './service.ts';
import { createShipper } from './shipper.ts';

const port = parentPort;
if (port === null) throw new Error('shipping runs as a worker thread');

const { places, postgres, work, to, recipients, origin, signingSeed, version, everyMs, settleMs, baseMs, keepMs } =
  workerData as ShipThreadData;
const stopped = new AbortController();
const wait = (ms: number): Promise<unknown> => sleep(ms, undefined, { signal: stopped.signal }).catch(() => undefined);

const mirror = postgres === null ? null : openMirror({ url: postgres, work, clock: Date.now });
const shipper = createShipper({
  ...{ places, work, version, baseMs, keepMs },
  mirror: mirror === null ? null : { file: mirror.file, name: mirroredName, refresh: mirror.refresh },
  place: 'folder' in to ? folderPlace(to.folder) : commandPlace(to.command),
  to: { recipients },
  signer: createSigner(origin, signingSeed),
  clock: Date.now,
  random: (size) => randomBytes(size),
  settle: async () => void (await wait(settleMs)),
});

const longestWaitMs = 30_000;
let failures = 0;
port.once('message', () => stopped.abort());
while (!stopped.signal.aborted) {
  const began = Date.now();
  const state = await shipper.round();
  port.postMessage(state);
  failures = state.problem === null ? 0 : failures + 1;
  const pause = failures === 0 ? everyMs - (Date.now() - began) : Math.min(longestWaitMs, everyMs * 2 ** Math.min(failures, 5));
  await wait(Math.max(50, pause));
}
// What was written until the stop.
port.postMessage(await shipper.round());
await mirror?.close();
port.close();
