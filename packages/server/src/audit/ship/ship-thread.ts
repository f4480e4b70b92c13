import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { directorySource } from '../log/source.ts';
import { fileCursor } from './cursor.ts';
import { makeSink } from './make-sink.ts';
import type { ShipThreadData } from './service.ts';
import { startShipper } from './shipper.ts';

const port = parentPort;
if (port === null) throw new Error('exports run as a worker thread');

const { directory, cursors, origin, exporter, places } = workerData as ShipThreadData;

const stops = places.map((place) =>
  startShipper({
    ...{ id: place.id, origin, severity: place.severity },
    source: directorySource(directory),
    sink: makeSink(place, exporter),
    cursor: fileCursor(cursors, place.id),
    clock: Date.now,
    random: Math.random,
    sleep: (ms, signal) => sleep(ms, undefined, { signal, ref: true }).catch(() => undefined),
    told: (state) => port.postMessage(state),
  }),
);

port.once('message', () => {
  void Promise.allSettled(stops.map((stop) => stop())).then(() => port.close());
});
