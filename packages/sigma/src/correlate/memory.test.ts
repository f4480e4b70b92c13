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
