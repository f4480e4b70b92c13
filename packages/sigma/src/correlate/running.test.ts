import { describe, expect, it } from 'vitest';
import { SigmaEngine } from '../engine.ts';
import type { SigmaDocument } from '../model.ts';
import { parseSigma } from '../parse/document.ts';
import { evaluate } from './evaluate.ts';
import { MemoryCorrelationState } from './memory.ts';
import type { Arrival, CorrelationState } from './state.ts';

const types = [
  'type: value_count, condition: {field: v, gte: 1}',
  'type: value_sum, condition: {field: v, gte: -1000000}',
  'type: value_avg, condition: {field: v, gte: -1000000}',
  'type: value_percentile, condition: {field: v, percentile: 95, gte: -1000000}',
  'type: value_percentile, condition: {field: v, gte: 0}',
  'type: value_median, condition: {field: v, gte: -1000000}',
  'type: temporal, condition: {gte: 1}',
  'type: temporal_ordered, condition: {gte: 1}',
  'type: temporal_ordered, condition: {gte: 3}',
];

const rule = (name: string): string => `title: ${name}\nname: ${name}\ndetection: {s: {${name}: 1}, condition: s}\n---\n`;
const correlation = (type: string): SigmaDocument[] =>
  parseSigma(
    `${['a', 'b', 'c'].map(rule).join('')}title: c\ncorrelation: {rules: [a, b, c], group-by: [g], timespan: 10s, ${type}}\n`,
  ).flatMap(({ document }) => document ?? []);

/** Answers without figures that are kept up: each window is counted anew, as with a state that several nodes share. */
const anew = (): CorrelationState => {
  const state = new MemoryCorrelationState();
  return {
    add: (arrival: Arrival) => {
      const slice = state.add(arrival);
      return slice === null ? null : { entries: slice.entries, from: slice.from, to: slice.to };
    },
  };
};

describe('figures that are kept up from one arrival to the next', () => {
  it.each(types)('are those of counting anew, in whatever order events come (%s)', (type) => {
    const documents = correlation(type);
    for (const keep of [50, 10_000])
      for (let seed = 1; seed <= 2; seed += 1) {
        const kept = new SigmaEngine(documents, { toleranceMs: 2_000, maxWindowEntries: keep });
        const plain = new SigmaEngine(documents, { state: anew(), toleranceMs: 2_000, maxWindowEntries: keep });
        let state = seed * 7_919;
        const next = (below: number): number => {
          state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
          return (state >> 8) % below;
        };
        let now = 1_000_000;
        let matches = 0;
        for (let at = 0; at < 1_500; at += 1) {
          // Sometimes a flood, sometimes a pause; a third comes late.
          now += next(300) === 0 ? next(20_000) : next(40);
          const time = now - (next(3) === 0 ? next(2_500) : 0);
          const value = next(5) === 0 ? `t${next(4)}` : next(6) === 0 ? next(100) / 7 : next(50) - 10;
          const event = { a: next(2), b: next(3), c: next(9), g: `g${next(2)}`, v: value };
          const found = kept.process(event, { id: `e${at}`, time });
          expect(found).toEqual(plain.process(event, { id: `e${at}`, time }));
          matches += found.length;
        }
        expect(matches).toBeGreaterThan(10);
      }
  });
});

it('looks at a few entries for each event of a flood, not at the whole window', () => {
  const [document] = parseSigma(
    'title: c\ncorrelation: {type: value_count, rules: [x], group-by: [g], timespan: 10m, condition: {field: v, gte: 5}}\n',
  );
  if (document?.document?.kind !== 'correlation') throw new Error('no correlation');
  const state = new MemoryCorrelationState();
  let looks = 0;
  for (let at = 0; at < 12_000; at += 1) {
    const entry = { time: at, rule: 0, id: `e${at}`, value: 'the same' };
    const slice = state.add({
      ...{ correlation: 'c', group: 'g', span: 600_000, tolerance: 60_000, keep: 10_000 },
      entries: [entry],
    });
    if (slice === null) throw new Error('no slice');
    const entries = new Proxy(slice.entries as typeof slice.entries & Record<string, unknown>, {
      get: (target, name) => {
        if (at >= 11_000 && typeof name === 'string' && /^\d+$/.test(name)) looks += 1;
        return Reflect.get(target, name);
      },
    });
    expect(evaluate(document.document, { ...slice, entries }, entry)).toBeNull();
  }
  // Once in a while the list is cut, and its figures made anew: over many arrivals that is a few looks for each.
  expect(looks / 1_000).toBeLessThan(60);
});
