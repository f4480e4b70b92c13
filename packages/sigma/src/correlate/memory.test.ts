import { describe, expect, it } from 'vitest';
import { correlationStateContract } from '../testing/index.ts';
import { MemoryCorrelationState } from './memory.ts';

correlationStateContract({ describe, expect, it }, 'memory', async (views) => {
  const state = new MemoryCorrelationState();
  return Array.from({ length: views }, () => state);
});

describe('memory: room', () => {
  const add = (state: MemoryCorrelationState, group: string, time: number, span = 1_000_000) =>
    state.add({
      correlation: 'c',
      group,
      entries: [{ time, rule: 0, id: `${group}${time}`, value: null }],
      span,
      tolerance: 0,
      keep: 1_000,
    });

  it('drops the group that was not touched for longest', () => {
    const state = new MemoryCorrelationState({ maxGroups: 3 });
    for (const [at, group] of ['a', 'b', 'c'].entries()) add(state, group, at);
    add(state, 'a', 5);
    add(state, 'd', 6);
    expect(state.groups).toBe(3);
    expect(state.dropped).toBe(1);
    expect(add(state, 'a', 7)?.to).toBe(3);
    expect(add(state, 'b', 8)?.to).toBe(1);
  });

  it('forgets groups whose windows are over, without counting them as lost', () => {
    const state = new MemoryCorrelationState({ maxGroups: 1_000 });
    for (let at = 0; at < 50_000; at += 1) add(state, `g${at}`, at * 1_000, 5_000);
    expect(state.groups).toBeLessThan(20);
    expect(state.dropped).toBe(0);
  });

  it('does not grow while a group stays busy', () => {
    const state = new MemoryCorrelationState();
    let slice = add(state, 'g', 0, 100);
    for (let at = 1; at < 100_000; at += 1) slice = add(state, 'g', at, 100);
    expect((slice?.to ?? 0) - (slice?.from ?? 0)).toBe(101);
    expect(slice?.entries.length).toBeLessThan(3_000);
  });
});

describe('memory: over a restart', () => {
  const arrivalAt = (at: number, next: (below: number) => number) => ({
    correlation: next(2) === 0 ? 'a' : 'b',
    group: `g${next(6)}`,
    entries: [{ time: at * 10 - next(40), rule: next(2), id: `e${at}`, value: next(3) === 0 ? null : next(9) }],
    ...{ span: 400, tolerance: 30, keep: 25 },
  });
  const answer = (state: MemoryCorrelationState, arrival: ReturnType<typeof arrivalAt>) => {
    const slice = state.add(arrival);
    return slice === null ? null : slice.entries.slice(slice.from, slice.to);
  };

  it('answers as if it had never ended, wherever it did', () => {
    let seed = 5;
    const next = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
      return (seed >> 8) % below;
    };
    const whole = new MemoryCorrelationState({ maxGroups: 9, maxEntries: 120 });
    let broken = new MemoryCorrelationState({ maxGroups: 9, maxEntries: 120 });
    for (let at = 0; at < 6_000; at += 1) {
      if (next(40) === 0) {
        const saved = structuredClone(broken.save());
        broken = new MemoryCorrelationState({ maxGroups: 9, maxEntries: 120 });
        broken.restore(saved);
      }
      const arrival = arrivalAt(at, next);
      expect(answer(broken, arrival)).toEqual(answer(whole, arrival));
    }
    expect(broken.dropped).toBe(whole.dropped);
    expect(whole.dropped).toBeGreaterThan(0);
  });

  it('leaves out windows of correlations that are no longer the same', () => {
    const state = new MemoryCorrelationState();
    const add = (correlation: string, at: number) =>
      state.add({
        ...{ correlation, group: 'line\nfeed', span: 100, tolerance: 0, keep: 10 },
        entries: [{ time: at, rule: 0, id: `${correlation}${at}`, value: null }],
      });
    add('kept', 1);
    add('changed', 1);
    state.restore(state.save(), (correlation) => correlation === 'kept');
    expect(state.groups).toBe(1);
    expect(add('kept', 2)?.to).toBe(2);
    expect(add('changed', 2)?.to).toBe(1);
  });
});
