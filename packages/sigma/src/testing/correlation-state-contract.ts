import type * as Vitest from 'vitest';
import type { WindowEntry } from '../correlate/entry.ts';
import type { Arrival, CorrelationState, SharedCorrelationState } from '../correlate/state.ts';
import { SigmaEngine, type SigmaMatch } from '../engine.ts';
import { parseSigma } from '../parse/document.ts';

const arrival = (id: string, time: number, more: Partial<Arrival> = {}): Arrival => ({
  correlation: 'c',
  group: '["a"]',
  entries: [{ time, rule: 0, id, value: null }],
  span: 10_000,
  tolerance: 3_000,
  keep: 100,
  ...more,
});

type State = CorrelationState | SharedCorrelationState;

async function entriesOf(state: State, one: Arrival): Promise<readonly WindowEntry[] | null> {
  const read = (answer: ReturnType<CorrelationState['add']>) =>
    answer === null ? null : answer.entries.slice(answer.from, answer.to);
  return 'ask' in state ? await state.ask(one, read) : read(state.add(one));
}

async function slice(state: State, one: Arrival): Promise<string[] | null> {
  return (await entriesOf(state, one))?.map(({ id }) => id) ?? null;
}

const rules = `
title: failed
name: failed
detection: {s: {action: login, ok: false}, condition: s}
---
title: succeeded
name: succeeded
detection: {s: {action: login, ok: true}, condition: s}
---
title: read
name: read
detection: {s: {action: read}, condition: s}
---
title: burst
id: burst
correlation: {type: event_count, rules: [failed], group-by: [user], timespan: 10s, condition: {gte: 3}}
---
title: spread
id: spread
correlation: {type: value_count, rules: [failed], group-by: [ip], timespan: 10s, condition: {field: user, gte: 3}}
---
title: broken in
id: broken_in
correlation: {type: temporal_ordered, rules: [burst, succeeded], group-by: [user], timespan: 1m, generate: true}
---
title: volume
id: volume
correlation: {type: value_sum, rules: [read], group-by: [user], timespan: 1m, condition: {field: rows, gt: 100}}
---
title: both
id: both
correlation: {type: temporal, rules: [failed, read], group-by: [user], timespan: 10s}
`;

function randomEvents(seed: number): Record<string, unknown>[] {
  let state = seed;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >> 8) % below;
  };
  let time = 1_000_000;
  return Array.from({ length: 300 }, (_, at) => {
    time += next(2_500);
    return {
      id: `e${at}`,
      time,
      action: next(3) === 0 ? 'read' : 'login',
      ok: next(4) === 0,
      user: `u${next(4)}`,
      ip: `10.0.0.${next(3)}`,
      rows: next(60),
    };
  });
}

const brief = (matches: readonly SigmaMatch[]): unknown[] =>
  matches.map(({ document, event, group, value, events }) => [document.id, event, group, value, events]);

/**
 * What every way of keeping windows has to do, so that one process and several nodes come to the same answers. `open` gives views of one fresh state, as
 * many as asked for. The test runner is handed in, so that this package does not depend on one.
 */
export function correlationStateContract(
  { describe, expect, it }: Pick<typeof Vitest, 'describe' | 'expect' | 'it'>,
  name: string,
  open: (views: number) => Promise<readonly State[]>,
): void {
  const one = async (): Promise<State> => (await open(1))[0] as State;

  describe(`${name}: windows of correlations`, () => {
    it('holds what came within the span, both ends in', async () => {
      const state = await one();
      expect(await slice(state, arrival('a', 0))).toEqual(['a']);
      expect(await slice(state, arrival('b', 10_000))).toEqual(['a', 'b']);
      expect(await slice(state, arrival('c', 10_001))).toEqual(['b', 'c']);
    });

    it('keeps groups and correlations apart', async () => {
      const state = await one();
      await slice(state, arrival('a', 0));
      expect(await slice(state, arrival('b', 1, { group: '["b"]' }))).toEqual(['b']);
      expect(await slice(state, arrival('c', 2, { correlation: 'd' }))).toEqual(['c']);
      expect(await slice(state, arrival('d', 3, { group: '["a\\n"]' }))).toEqual(['d']);
    });

    it('takes events that are late by the tolerance, in the order of their times', async () => {
      const state = await one();
      await slice(state, arrival('a', 0));
      await slice(state, arrival('b', 5_000));
      expect(await slice(state, arrival('late', 4_000))).toEqual(['a', 'late', 'b']);
      expect(await slice(state, arrival('edge', 2_000))).toEqual(['a', 'edge', 'late', 'b']);
      expect(await slice(state, arrival('too late', 1_999))).toBeNull();
      expect(await slice(state, arrival('same', 5_000))).toEqual(['a', 'edge', 'late', 'b', 'same']);
    });

    it('counts an event that arrives twice once', async () => {
      const state = await one();
      await slice(state, arrival('a', 0));
      await slice(state, arrival('b', 0));
      expect(await slice(state, arrival('a', 0))).toBeNull();
      expect(await slice(state, arrival('c', 1))).toEqual(['a', 'b', 'c']);
    });

    it('keeps no more entries than it is told', async () => {
      const state = await one();
      for (let at = 0; at < 10; at += 1) await slice(state, arrival(`e${at}`, at, { keep: 3 }));
      expect(await slice(state, arrival('last', 10, { keep: 3 }))).toEqual(['e8', 'e9', 'last']);
    });

    it('gives back what it was given', async () => {
      const state = await one();
      const entries: WindowEntry[] = [
        { time: 5, rule: 0, id: 'x|"\\ 中', value: 'a|b\n' },
        { time: 5, rule: 2, id: 'x|"\\ 中', value: -1.5e-7 },
      ];
      expect(await entriesOf(state, arrival('', 5, { entries }))).toEqual(entries);
    });

    it('answers on several nodes as in one process', async () => {
      const documents = parseSigma(rules).map(({ document }) => document as NonNullable<typeof document>);
      const [first, second, third] = await open(3);
      const nodes = [first, second, third].map((state) => new SigmaEngine(documents, { state: state as State }));
      const alone = new SigmaEngine(documents);
      let matched = 0;
      for (const [at, event] of randomEvents(7).entries()) {
        const stamp = { id: String(event['id']), time: Number(event['time']) };
        const expected = alone.process(event, stamp);
        matched += expected.length;
        expect(brief(await (nodes[at % 3] as SigmaEngine).processAsync(event, stamp))).toEqual(brief(expected));
      }
      expect(matched).toBeGreaterThan(50);
    });

    it('lets exactly one of two nodes complete a match', async () => {
      const documents = parseSigma(rules).map(({ document }) => document as NonNullable<typeof document>);
      const states = await open(2);
      const nodes = states.map((state) => new SigmaEngine(documents, { state }));
      const event = { action: 'login', ok: false, user: 'u', ip: 'i' };
      await nodes[0]?.processAsync(event, { id: 'a', time: 1 });
      const both = await Promise.all(nodes.map((node, at) => node.processAsync(event, { id: `n${at}`, time: 1 })));
      expect(both.flat().filter(({ document }) => document.id === 'burst')).toHaveLength(1);
    });
  });
}
