import { parentPort } from 'node:worker_threads';
import { createDetection, detectors } from '@menshen/inspect';
import type { ThreadAnswer, ThreadTask } from './detector.ts';
import { findThreats } from './find-threats.ts';

const port = parentPort;
if (port === null) throw new Error('inspection of large bodies runs as a worker thread');

const detection = createDetection({ detectors });
port.on('message', ({ id, request, floor, steps, enough }: ThreadTask) => {
  const found = findThreats(detection, request, floor, { enough, ...(steps === null ? {} : { maxSteps: steps }) });
  port.postMessage({ id, found } satisfies ThreadAnswer);
});
