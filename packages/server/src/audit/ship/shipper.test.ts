import { rmSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { ExportedEvent } from '../export/exported-event.ts';
import { directorySource } from '../log/source.ts';
import { createAudit } from '../service.ts';
import { openTestWriter, scratchLog, testRoomOptions } from '../testing.ts';
import { type ShipState, startShipper } from './shipper.ts';
import { SinkError } from './sink.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const event = (at: number, severity = 1): string => JSON.stringify({ severity_id: severity, time: at });

async function log() {
  const scratch = scratchLog('simulated');
  const { writer } = openTestWriter(testRoomOptions(scratch.directory));
  const audit = createAudit({ writer, clock: () => 0 });
  closing.push(scratch.remove, () => writer.close());
  const add = async (entries: readonly string[]): Promise<void> => {
    await Promise.all(entries.map((entry) => audit.record(entry)));
    await audit.flush();
  };
  return { directory: scratch.directory, add };
}

/** A shipper whose sleeping the test ends, over a place that the test makes fail. */
function shipping(
  directory: string,
  cursor: { next: number },
  options: { severity?: number; unsure?: () => number | null } = {},
) {
  const taken: string[] = [];
  const states: ShipState[] = [];
  const waits: number[] = [];
  const failing: { reason: SinkError | null } = { reason: null };
  let wake = (): void => undefined;
  const stop = startShipper({
    ...{ id: 'siem', origin: 'example.com/audit', severity: options.severity ?? 1, clock: () => 7, random: () => 0 },
    source: directorySource(directory),
    sink: {
      async send(events: readonly ExportedEvent[]) {
        if (failing.reason !== null) throw failing.reason;
        taken.push(...events.map(({ entry }) => entry));
      },
      unsure: options.unsure ?? (() => null),
      async close() {},
    },
    cursor: {
      read: () => cursor.next,
      write: (next) => {
        cursor.next = next;
      },
    },
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        waits.push(ms);
        wake = resolve;
        signal.addEventListener('abort', () => resolve());
        if (signal.aborted) resolve();
      }),
    told: (state) => states.push(state),
  });
  closing.push(stop);
  const round = async (): Promise<void> => {
    const before = waits.length;
    wake();
    while (waits.length === before) await turn();
  };
  const asleep = async (): Promise<void> => {
    while (waits.length === 0) await turn();
  };
  return { taken, states, waits, failing, round, asleep, stop };
}

describe('sending the log to a place', () => {
  it('sends every entry once and in order, and goes on behind the last after a restart', async () => {
    const { directory, add } = await log();
    const cursor = { next: 0 };
    const first = Array.from({ length: 700 }, (_, at) => event(at));
    await add(first);
    const one = shipping(directory, cursor);
    await one.asleep();
    expect(one.taken).toEqual(first);
    await one.stop();
    await add([event(700)]);
    const other = shipping(directory, cursor);
    await other.asleep();
    expect(other.taken).toEqual([event(700)]);
  });

  it('sends again what was not taken, waiting longer each time, and says since when', async () => {
    const { directory, add } = await log();
    const cursor = { next: 0 };
    await add([event(0)]);
    const one = shipping(directory, cursor);
    await one.asleep();
    one.failing.reason = new SinkError('refused');
    await add([event(1)]);
    for (let at = 0; at < 10; at += 1) await one.round();
    expect(one.waits.slice(-10)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    expect(one.states.at(-1)).toEqual({ id: 'siem', next: 1, size: 2, problem: 'refused', failingSince: 7 });
    one.failing.reason = null;
    await one.round();
    expect(one.taken).toEqual([event(0), event(1)]);
    expect(one.states.at(-1)).toMatchObject({ next: 2, problem: null, failingSince: null });
  });

  it('begins after a restart, also after one by force, with what the receiver may not have read', async () => {
    const { directory, add } = await log();
    const cursor = { next: 0 };
    await add([event(0), event(1), event(2)]);
    let unsure: number | null = 1;
    const one = shipping(directory, cursor, { unsure: () => unsure });
    await one.asleep();
    expect(one.states.at(-1)).toMatchObject({ next: 3, problem: null });
    expect(cursor.next).toBe(1);
    await one.stop();
    const other = shipping(directory, cursor, { unsure: () => unsure });
    await other.asleep();
    expect(other.taken).toEqual([event(1), event(2)]);
    unsure = null;
    await other.stop();
    expect(cursor.next).toBe(3);
  });

  it('leaves out what is below the severity, but not what has none', async () => {
    const { directory, add } = await log();
    await add([event(0, 1), event(1, 4), event(2, 0), 'no event at all']);
    const one = shipping(directory, { next: 0 }, { severity: 3 });
    await one.asleep();
    expect(one.taken).toEqual([event(1, 4), event(2, 0), 'no event at all']);
  });

  it('starts from the beginning when the log is shorter than what was sent', async () => {
    const { directory, add } = await log();
    await add([event(0)]);
    const one = shipping(directory, { next: 5 });
    await one.asleep();
    expect(one.taken).toEqual([event(0)]);
  });

  it('says that the log cannot be read when a bundle is missing', async () => {
    const { directory, add } = await log();
    await add([event(0)]);
    rmSync(`${directory}/tile/entries`, { recursive: true });
    const one = shipping(directory, { next: 0 });
    await one.asleep();
    expect(one.states.at(-1)).toMatchObject({ next: 0, problem: 'log_unreadable' });
  });
});
