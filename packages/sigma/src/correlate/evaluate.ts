import { compare } from '../match/compare.ts';
import type { Condition, SigmaCorrelation } from '../model.ts';
import { namesOf } from '../parse/condition.ts';
import type { WindowEntry } from './entry.ts';
import { type RunningFigures, smallWindow } from './running.ts';
import type { WindowSlice } from './state.ts';

/** A correlation that holds: the figure that was compared, and the entries that it rests on. */
export interface Verdict {
  readonly value: number;
  readonly from: number;
  readonly to: number;
}

/** Ends of windows that are tried for an event that arrived late. */
const maxEnds = 64;

/**
 * Whether the correlation holds in a window that ends with the arrival, or, when it arrived late, with an entry that had arrived before it and is later.
 * A pure function of the slice: all ways of keeping windows come to the same answer.
 */
export function evaluate(correlation: SigmaCorrelation, slice: WindowSlice, arrived: WindowEntry): Verdict | null {
  const { entries } = slice;
  let ends = 0;
  let { from } = slice;
  for (let end = firstFrom(entries, slice.from, slice.to, arrived.time); end < slice.to && ends < maxEnds; end += 1) {
    const { time } = entries[end] as WindowEntry;
    if (end + 1 < slice.to && (entries[end + 1] as WindowEntry).time === time) continue;
    ends += 1;
    from = firstFrom(entries, from, end, time - correlation.timespan);
    const value = figure(correlation, slice, from, end + 1, arrived);
    if (value !== null && correlation.condition.bounds.every((bound) => compare(value, bound.comparison, bound.value)))
      return { value, from, to: end + 1 };
  }
  return null;
}

/** First place of `from` to `to` whose entry is not before `time`; `to` when there is none. */
function firstFrom(entries: readonly WindowEntry[], from: number, to: number, time: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle] as WindowEntry).time < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What the condition compares; null where there is nothing to compare. */
function figure(
  correlation: SigmaCorrelation,
  { entries, running }: WindowSlice,
  from: number,
  to: number,
  arrived: WindowEntry,
): number | null {
  const kept = to - from < smallWindow ? undefined : running;
  switch (correlation.type) {
    case 'event_count':
      return to - from;
    case 'value_count': {
      if (kept !== undefined) return kept.of('values', entries, from, to).distinct;
      const values = new Set<string | number | null>();
      for (let at = from; at < to; at += 1) values.add((entries[at] as WindowEntry).value);
      return values.size;
    }
    case 'value_sum':
    case 'value_avg': {
      let sum = kept?.of('sum', entries, from, to).value ?? null;
      if (sum === null) {
        sum = 0;
        for (let at = from; at < to; at += 1) sum += Number((entries[at] as WindowEntry).value);
      }
      return correlation.type === 'value_sum' ? sum : sum / (to - from);
    }
    case 'value_percentile':
    case 'value_median':
      return percentileFigure(correlation, entries, from, to, arrived, kept);
    case 'temporal':
    case 'temporal_ordered':
      return temporalFigure(correlation, entries, from, to, arrived, kept);
  }
}

/**
 * With `percentile: p`, the p-th percentile of the numbers (linear between neighbours). Without it, as in the specification's example, how common the
 * arriving value is: of a number, the share in percent of values that are not greater; of a text, the share of the same text. Where the condition asks
 * for more than 100, no share can be meant, and the median is compared.
 */
function percentileFigure(
  { condition }: SigmaCorrelation,
  entries: readonly WindowEntry[],
  from: number,
  to: number,
  arrived: WindowEntry,
  kept: RunningFigures | undefined,
): number | null {
  const share = condition.percentile === null && condition.bounds.every(({ value }) => value >= 0 && value <= 100);
  if (share) return (100 * shareOf(entries, from, to, arrived.value, kept)) / (to - from);
  const numbers = kept?.of('numbers', entries, from, to).numbers ?? sortedNumbers(entries, from, to);
  if (numbers.length === 0) return null;
  const rank = ((condition.percentile ?? 50) / 100) * (numbers.length - 1);
  const low = numbers[Math.floor(rank)] ?? 0;
  const high = numbers[Math.ceil(rank)] ?? low;
  return low + (high - low) * (rank - Math.floor(rank));
}

/** How many values are not greater than a number, or the same as a text. */
function shareOf(
  entries: readonly WindowEntry[],
  from: number,
  to: number,
  reached: WindowEntry['value'],
  kept: RunningFigures | undefined,
): number {
  if (kept !== undefined)
    return typeof reached === 'number'
      ? kept.of('numbers', entries, from, to).upTo(reached)
      : kept.of('values', entries, from, to).of(reached);
  let count = 0;
  for (let at = from; at < to; at += 1) {
    const { value } = entries[at] as WindowEntry;
    if (typeof reached === 'number' ? typeof value === 'number' && value <= reached : value === reached) count += 1;
  }
  return count;
}

function sortedNumbers(entries: readonly WindowEntry[], from: number, to: number): number[] {
  const values = entries.slice(from, to).map(({ value }) => value);
  return values.filter((value) => typeof value === 'number').sort((a, b) => a - b);
}

/** Comparisons that do not hold of what is smaller than their value. */
const atLeast: ReadonlySet<string> = new Set(['gt', 'gte', 'eq']);

/** How many of the rules occurred; in order: the longest run of them in the order of the list that the arrival is part of. */
function temporalFigure(
  correlation: SigmaCorrelation,
  entries: readonly WindowEntry[],
  from: number,
  to: number,
  arrived: WindowEntry,
  kept: RunningFigures | undefined,
): number | null {
  const { expression, rules, condition } = correlation;
  const seen = new Set<number>(kept?.of('rules', entries, from, to).rules.keys());
  if (kept === undefined)
    for (let at = from; at < to && seen.size < rules.length; at += 1) seen.add((entries[at] as WindowEntry).rule);
  if (expression !== null && !holds(expression, rules, seen)) return null;
  if (correlation.type === 'temporal') return expression === null ? seen.size : rules.length;
  // No run is longer than the rules that occurred, nor, where the arrival is the last, than those up to its own.
  const { id, time, rule } = entries[to - 1] as WindowEntry;
  const isLast = id === arrived.id && time === arrived.time;
  let most = 0;
  for (const one of seen) if (!isLast || one <= rule) most += 1;
  if (expression === null && condition.bounds.some(({ comparison, value }) => atLeast.has(comparison) && most < value))
    return most;
  const longest = longestRun(rules.length, entries, from, to, arrived);
  if (expression === null) return longest;
  // With a condition over names, the rules that occurred have to be in order; those that must not occur are not among them.
  return longest >= seen.size ? rules.length : null;
}

function holds(condition: Condition, rules: readonly string[], seen: ReadonlySet<number>): boolean {
  switch (condition.kind) {
    case 'name':
      return seen.has(rules.indexOf(condition.name));
    case 'not':
      return !holds(condition.of, rules, seen);
    case 'and':
      return condition.of.every((inner) => holds(inner, rules, seen));
    case 'or':
      return condition.of.some((inner) => holds(inner, rules, seen));
    case 'some': {
      const names = namesOf(condition.pattern, rules);
      const count = names.filter((name) => seen.has(rules.indexOf(name))).length;
      return count >= (condition.least ?? Math.max(1, names.length));
    }
  }
}

/**
 * Length of the longest sequence of entries, of different events, with ascending numbers of rules, that the arrived event is part of. One event can
 * stand in it once, whichever of its rules.
 */
function longestRun(rules: number, entries: readonly WindowEntry[], from: number, to: number, arrived: WindowEntry): number {
  // Longest sequence so far that ends with a rule: any, and one with the arrived event in it.
  const plain = new Int32Array(rules);
  const marked = new Int32Array(rules);
  let best = 0;
  for (let at = from; at < to; ) {
    const { id, time } = entries[at] as WindowEntry;
    const group: [number, number, number][] = [];
    for (; at < to; at += 1) {
      const entry = entries[at] as WindowEntry;
      if (entry.id !== id || entry.time !== time) break;
      let before = 0;
      let beforeMarked = 0;
      for (let rule = 0; rule < entry.rule; rule += 1) {
        before = Math.max(before, plain[rule] as number);
        beforeMarked = Math.max(beforeMarked, marked[rule] as number);
      }
      const mine = id === arrived.id && time === arrived.time;
      group.push([entry.rule, before + 1, mine ? before + 1 : beforeMarked === 0 ? 0 : beforeMarked + 1]);
    }
    for (const [rule, length, markedLength] of group) {
      plain[rule] = Math.max(plain[rule] as number, length);
      marked[rule] = Math.max(marked[rule] as number, markedLength);
      best = Math.max(best, markedLength);
    }
  }
  return best;
}
