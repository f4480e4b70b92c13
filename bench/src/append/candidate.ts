import { builtEvents, commitEvents } from './events.ts';

/** A way to make events durable. */
export interface Candidate {
  /** Returns when the events are on the disk. */
  commit(events: readonly string[]): void | Promise<void>;
  /** CPU seconds of helpers in other processes so far. */
  helperCpuSeconds(): number;
  close(): void | Promise<void>;
}

/** Answer of a round, as the parent hears it. */
export interface RoundResult {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** Serves rounds in a child process: a message with a number of events is answered with a {@link RoundResult}; null ends it. */
export function serveRounds(candidate: Candidate): void {
  const events = builtEvents();
  process.on('message', (count: number | null) => {
    void (async () => {
      if (count === null) {
        await candidate.close();
        process.exit(0);
      }
      const cpu = process.cpuUsage();
      const helper = candidate.helperCpuSeconds();
      const started = performance.now();
      for (let done = 0; done < count; done += commitEvents) {
        const from = done % events.length;
        await candidate.commit(events.slice(from, from + commitEvents));
      }
      const seconds = (performance.now() - started) / 1_000;
      const { user, system } = process.cpuUsage(cpu);
      const cpuSeconds = (user + system) / 1e6 + candidate.helperCpuSeconds() - helper;
      process.send?.({ seconds, cpuSeconds } satisfies RoundResult);
    })();
  });
  process.send?.({});
}
