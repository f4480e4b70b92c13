import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryCoordination } from '../../coordination/memory.ts';
import type { Coordination } from '../../coordination/model.ts';
import { createReplayGuard, type ReplayGuard } from './replay-guard.ts';

describe('nonces in process, across a restart', () => {
  let now: number;
  let mark: number;
  let writes: number;
  const clock = (): number => now;
  const store = {
    replayMark: async () => mark,
    setReplayMark: async (next: number) => {
      writes += 1;
      mark = next;
    },
  };
  /** A start of the process: nonces are gone, the mark is there. */
  const begin = (): Promise<ReplayGuard> =>
    createReplayGuard({ coordination: createMemoryCoordination({ clock }), store, clock });

  beforeEach(() => {
    now = 1_800_000_000_000;
    mark = 0;
    writes = 0;
  });

  it('takes a nonce once', async () => {
    const guard = await begin();
    expect(await guard.take('a', now)).toBe('fresh');
    expect(await guard.take('a', now)).toBe('request_replayed');
    expect(await guard.take('b', now)).toBe('fresh');
  });

  it('refuses after a crash whatever the process before could have accepted, and takes new requests seconds later', async () => {
    const before = await begin();
    const accepted = now + 9_000;
    expect(await before.take('a', accepted)).toBe('fresh');
    now += 1_000;
    // Killed here: nobody called close.
    const after = await begin();
    expect(await after.take('a', accepted)).toBe('clock_skew');
    expect(await after.take('new', now)).toBe('clock_skew');
    now = mark + 1;
    expect(await after.take('new', now)).toBe('fresh');
    expect(mark - accepted).toBeLessThanOrEqual(20_000);
  });

  it('waits no longer than the newest request after an orderly stop', async () => {
    const before = await begin();
    expect(await before.take('a', now)).toBe('fresh');
    await before.close();
    const after = await begin();
    expect(await after.take('a', now)).toBe('clock_skew');
    now += 1;
    expect(await after.take('b', now)).toBe('fresh');
  });

  it('accepts nothing before the mark that covers it is durable', async () => {
    let release: () => void = () => undefined;
    const slow = {
      replayMark: async () => 0,
      setReplayMark: (next: number) =>
        new Promise<void>((resolve) => {
          release = () => {
            mark = next;
            resolve();
          };
        }),
    };
    const guard = await createReplayGuard({ coordination: createMemoryCoordination({ clock }), store: slow, clock });
    let answer: string | null = null;
    const taking = guard.take('a', now).then((taken) => {
      answer = taken;
    });
    await Promise.resolve();
    expect(answer).toBeNull();
    release();
    await taking;
    expect(answer).toBe('fresh');
    expect(mark).toBeGreaterThan(now);
  });

  it('refuses while the mark cannot be written', async () => {
    const broken = { replayMark: async () => 0, setReplayMark: () => Promise.reject(new Error('disk full')) };
    const guard = await createReplayGuard({ coordination: createMemoryCoordination({ clock }), store: broken, clock });
    await expect(guard.take('a', now)).rejects.toThrow();
  });

  it('writes rarely, and lets no client push the mark far ahead', async () => {
    const guard = await begin();
    for (let at = 0; at < 200; at += 1) {
      now += 20;
      expect(await guard.take(`n${at}`, now)).toBe('fresh');
    }
    expect(writes).toBeLessThanOrEqual(2);
    expect(await guard.take('ahead', now + 60_000)).toBe('clock_skew');
    expect(mark).toBeLessThanOrEqual(now + 15_000);
  });

  it('needs no mark where nonces outlive the process', async () => {
    const coordination: Coordination = { ...createMemoryCoordination({ clock }), kind: 'redis' };
    const first = await createReplayGuard({ coordination, store, clock });
    expect(await first.take('a', now + 100_000)).toBe('fresh');
    const second = await createReplayGuard({ coordination, store, clock });
    expect(await second.take('a', now + 100_000)).toBe('request_replayed');
    expect(await second.take('b', now)).toBe('fresh');
    expect(writes).toBe(0);
  });
});
