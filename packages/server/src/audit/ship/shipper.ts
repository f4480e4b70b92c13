import { type ExportedEvent, readExported } from '../export/exported-event.ts';
import { readEntries } from '../export/read-entries.ts';
import { openLog } from '../log/reader.ts';
import type { LogSource } from '../log/source.ts';
import type { Cursor } from './cursor.ts';
import { type Sink, SinkError, type SinkProblem } from './sink.ts';

export interface ShipState {
  readonly id: string;
  /** Entries that the place has taken, or did not want: the first index that is still to go. */
  readonly next: number;
  /** Entries under the last checkpoint. */
  readonly size: number;
  readonly problem: SinkProblem | null;
  /** Epoch ms since when it has been failing, null while it works. */
  readonly failingSince: number | null;
}

export interface ShipperParts {
  readonly id: string;
  readonly origin: string;
  readonly source: LogSource;
  readonly sink: Sink;
  readonly cursor: Cursor;
  readonly severity: number;
  readonly clock: () => number;
  readonly random: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly told: (state: ShipState) => void;
}

const idleMs = 500;
const firstWaitMs = 500;
const longestWaitMs = 60_000;
const batch = { events: 500, bytes: 1 << 20 } as const;

/**
 * Sends a log to one place: in order, at least once, from where it stopped. Only what a checkpoint covers is sent, so that every entry can be proved.
 * While the place does not take anything it is asked again after 0.5 s, 1 s, 2 s ... 60 s, each shortened by chance to a half at most.
 */
export function startShipper(parts: ShipperParts): () => Promise<void> {
  const { id, origin, source, sink, cursor, clock, told } = parts;
  const stopped = new AbortController();
  const decoder = new TextDecoder();
  let next = cursor.read();
  let size = 0;
  let failures = 0;
  let failingSince: number | null = null;

  const tell = (problem: SinkProblem | null): void => told({ id, next, size, problem, failingSince });
  const standing = (): number => Math.min(next, sink.unsure?.() ?? next);
  const deliver = async (events: readonly ExportedEvent[], end: number): Promise<void> => {
    const wanted = events.filter(({ severityId }) => severityId === 99 || severityId === 0 || severityId >= parts.severity);
    if (wanted.length > 0) await sink.send(wanted);
    next = end;
    // A process that dies cannot send again what it only remembers: it begins there.
    cursor.write(standing());
    failures = 0;
    failingSince = null;
    tell(null);
  };

  const round = async (): Promise<void> => {
    const published = await openLog(source).checkpoint();
    size = published?.checkpoint.size ?? 0;
    // A log that is shorter than what was sent is another log: it is sent from its start.
    if (next > size) next = 0;
    if (next >= size) return;
    let events: ExportedEvent[] = [];
    let bytes = 0;
    for await (const entry of readEntries(source, { first: next, end: size })) {
      if (stopped.signal.aborted) return;
      events.push(readExported({ origin, index: entry.index }, decoder.decode(entry.bytes)));
      bytes += entry.bytes.length;
      if (events.length < batch.events && bytes < batch.bytes) continue;
      await deliver(events, entry.index + 1);
      events = [];
      bytes = 0;
    }
    if (events.length > 0) await deliver(events, size);
  };

  const run = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      let wait: number = idleMs;
      try {
        await round();
      } catch (error) {
        failures += 1;
        failingSince ??= clock();
        tell(error instanceof SinkError ? error.problem : 'log_unreadable');
        wait = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(failures - 1, 16)) * (1 - parts.random() / 2);
      }
      await parts.sleep(wait, stopped.signal);
    }
  };
  const running = run();

  return async () => {
    stopped.abort();
    await sink.close();
    await running;
    const sure = standing();
    if (sure !== cursor.read()) cursor.write(sure);
  };
}
