import { Worker } from 'node:worker_threads';
import { createDetection, type DetectionRequest, detectors, type SettledFields } from '@menshen/inspect';
import { type Found, findThreats, nothingFound } from './find-threats.ts';
import { withoutSettled } from './without-settled.ts';

/** What is asked of the engine for one request. */
export interface DetectionTask {
  readonly request: DetectionRequest;
  /** Characters of the body that are read as text, about. */
  readonly characters: number;
  /** Texts with fewer points are not told. */
  readonly floor: number;
  /** Step budget; null: the engine's own. */
  readonly steps: number | null;
  /** Points with which a request is refused whatever else it holds. */
  readonly enough: number;
  readonly settled: SettledFields | undefined;
}

export interface ThreatDetector {
  /** At once for most requests; a large body is read on a thread of its own. Never rejects: what could not be read is `exhausted`. */
  find(task: DetectionTask): Found | Promise<Found>;
  /** Header values and keys that this thread knew as clean. */
  cacheHits(): number;
  close(): Promise<void>;
}

export interface ThreatDetectorOptions {
  /** Bodies with more characters are read off the main thread. */
  readonly largeCharacters?: number;
  /** How long a large body may take before it counts as not read, in ms. */
  readonly timeoutMs?: number;
  /** Large bodies that may wait; beyond them they count as not read. */
  readonly maxWaiting?: number;
}

/** What the thread is sent. */
export interface ThreadTask {
  readonly id: number;
  readonly request: DetectionRequest;
  readonly floor: number;
  readonly steps: number | null;
  readonly enough: number;
}
export interface ThreadAnswer {
  readonly id: number;
  readonly found: Found;
}

const unread: Found = Object.freeze({ ...nothingFound, exhausted: true });

/** One engine for all routes on this thread, and another on a thread of its own, which starts with the first large body. */
export function createThreatDetector(options: ThreatDetectorOptions = {}): ThreatDetector {
  const { largeCharacters = 262_144, timeoutMs = 5_000, maxWaiting = 32 } = options;
  const detection = createDetection({ detectors });
  const waiting = new Map<number, (found: Found) => void>();
  let worker: Worker | null = null;
  let closed = false;
  let last = 0;

  const lose = (lost: Worker): void => {
    if (worker !== lost) return;
    worker = null;
    // Nothing of what waited has been read.
    for (const settle of [...waiting.values()]) settle(unread);
  };
  const start = (): Worker => {
    const file = import.meta.url.endsWith('.ts') ? './detection-thread.ts' : './detection-thread.js';
    const started = new Worker(new URL(file, import.meta.url), { name: 'inspection' });
    started.unref();
    started.on('message', ({ id, found }: ThreadAnswer) => waiting.get(id)?.(found));
    started.on('error', () => lose(started));
    started.on('exit', () => lose(started));
    return started;
  };

  return {
    find({ request, characters, floor, steps, enough, settled }) {
      if (characters <= largeCharacters)
        return findThreats(detection, request, floor, {
          enough,
          ...(settled === undefined ? {} : { settled }),
          ...(steps === null ? {} : { maxSteps: steps }),
        });
      if (closed || waiting.size >= maxWaiting) return unread;
      worker ??= start();
      const thread = worker;
      last += 1;
      const id = last;
      return new Promise<Found>((resolve) => {
        // A thread that does not answer is ended, so that the next body finds one that does.
        const timer = setTimeout(() => {
          lose(thread);
          void thread.terminate();
        }, timeoutMs);
        timer.unref();
        waiting.set(id, (found) => {
          clearTimeout(timer);
          waiting.delete(id);
          resolve(found);
        });
        const sent = settled === undefined ? request : withoutSettled(request, settled);
        thread.postMessage({
          id,
          request: { ...sent, memo: null, body: bare(sent.body) },
          floor,
          steps,
          enough,
        } satisfies ThreadTask);
      });
    },
    cacheHits: detection.cacheHits,
    async close() {
      closed = true;
      const ending = worker;
      if (ending === null) return;
      lose(ending);
      await ending.terminate();
    },
  };
}

/** A body without its bytes where its value holds all that is read. */
function bare(body: DetectionRequest['body']): DetectionRequest['body'] {
  if (body === undefined) return undefined;
  const { kind, mediaType, value, files, bytes } = body;
  const needsBytes = kind === 'xml' || kind === 'binary';
  return { kind, mediaType, value, files, ...(needsBytes && bytes !== undefined ? { bytes } : {}) };
}
