import type { WindowEntry } from './correlate/entry.ts';
import { evaluate } from './correlate/evaluate.ts';
import { MemoryCorrelationState } from './correlate/memory.ts';
import type { Arrival, CorrelationState, SharedCorrelationState, WindowSlice } from './correlate/state.ts';
import { type LinkedCorrelation, linkDocuments } from './link.ts';
import { numberIn } from './match/compare.ts';
import { fieldValue, type SigmaEvent, scalarsOf } from './match/event.ts';
import { RuleMatcher } from './match/matcher.ts';
import type { SigmaCorrelation, SigmaDocument, SigmaFilter, SigmaRule } from './model.ts';
import type { SigmaProblem } from './problem.ts';
import type { ClockOffset } from './values/time-part.ts';

export interface EngineOptions {
  /** Where the windows of correlations are kept; in memory by default. */
  readonly state?: CorrelationState | SharedCorrelationState;
  /** Events that arrive this much behind their group's newest still count, in ms. A minute by default. */
  readonly toleranceMs?: number;
  /** Entries that a window keeps at most. 10,000 by default; a threshold beyond it is refused. */
  readonly maxWindowEntries?: number;
  /** See {@link RuleMatcher}. */
  readonly offset?: ClockOffset;
}

/** What an engine has to know of an event besides its fields. */
export interface EventStamp {
  /** Names the event in matches, and tells it from others in a window. */
  readonly id: string;
  /** Epoch ms; null when the event has no time: correlations leave it out. */
  readonly time: number | null;
}

export interface SigmaMatch {
  readonly document: SigmaRule | SigmaCorrelation;
  /** Number of the document in the list that the engine was made of. */
  readonly index: number;
  /** The event that matched, or that completed the correlation. */
  readonly event: string;
  /** Values of the fields that a correlation groups by. */
  readonly group?: Readonly<Record<string, string | number | boolean>>;
  /** The figure that a correlation's condition compared. */
  readonly value?: number;
  /** Newest events in a correlation's window, at most 100, oldest first. */
  readonly events?: readonly string[];
}

type Group = Record<string, string | number | boolean>;

/** Something that matched the event: what correlations build on. */
interface Hit {
  readonly index: number;
  readonly group: Group | null;
  readonly value: number | null;
  readonly events: readonly string[] | null;
}

/** What an event adds to one window. */
interface Arriving {
  readonly group: Group;
  readonly arrival: Arrival;
}

const maxEventsOfMatch = 100;
const maxValueLength = 512;
const maxGroupValues = 64;

/**
 * Rules, correlations and filters over a stream of events. A rule that a correlation without `generate` refers to is not reported by itself. A
 * correlation is reported at every event that completes it: its window slides, it is not emptied by a match.
 */
export class SigmaEngine {
  /** Documents that cannot be used, by their number in the list. */
  readonly problems: ReadonlyMap<number, SigmaProblem>;
  readonly #documents: readonly SigmaDocument[];
  readonly #matcher: RuleMatcher;
  /** Matcher's number of a rule → number of its document. */
  readonly #ruleIndexes: readonly number[];
  readonly #correlations: readonly LinkedCorrelation[];
  /** Number of a document → numbers of the correlations that build on it. */
  readonly #dependents: readonly (readonly number[] | undefined)[];
  /** Correlation's number → how many correlations stand between it and rules. */
  readonly #levels: readonly number[];
  readonly #silent: ReadonlySet<number>;
  readonly #state: CorrelationState | SharedCorrelationState;
  readonly #toleranceMs: number;
  readonly #keep: number;

  constructor(documents: readonly SigmaDocument[], options: EngineOptions = {}) {
    const { state = new MemoryCorrelationState(), toleranceMs = 60_000, maxWindowEntries = 10_000, offset = 0 } = options;
    this.#documents = documents;
    this.#state = state;
    this.#toleranceMs = toleranceMs;
    this.#keep = maxWindowEntries;
    const ruleIndexes: number[] = [];
    const rules = documents.flatMap((document, index) => {
      if (document.kind !== 'rule') return [];
      ruleIndexes.push(index);
      return [
        {
          rule: document,
          filters: documents.filter((filter) => filter.kind === 'filter' && appliesTo(filter, document)) as SigmaFilter[],
        },
      ];
    });
    this.#ruleIndexes = ruleIndexes;
    this.#matcher = new RuleMatcher(rules, { offset });
    const problems = new Map<number, SigmaProblem>();
    for (const [rule, problem] of this.#matcher.problems) problems.set(ruleIndexes[rule] ?? 0, problem);
    const linked = linkDocuments(documents, problems, maxWindowEntries);
    this.problems = linked.problems;
    this.#correlations = linked.correlations;
    this.#silent = linked.silent;
    const dependents: (number[] | undefined)[] = new Array(documents.length).fill(undefined);
    const levels: number[] = [];
    const levelOf = new Map<number, number>();
    // Each stands after those that it builds on.
    for (const [at, { index, references }] of linked.correlations.entries()) {
      const level = Math.max(0, ...references.map((one) => (levelOf.get(one.index) ?? -1) + 1));
      levels.push(level);
      levelOf.set(index, level);
      for (const one of references) {
        const known = dependents[one.index] ?? [];
        if (!known.includes(at)) known.push(at);
        dependents[one.index] = known;
      }
    }
    this.#dependents = dependents;
    this.#levels = levels;
  }

  /** Documents that can match. */
  get usable(): number {
    return this.#documents.filter((document, index) => document.kind !== 'filter' && !this.problems.has(index)).length;
  }

  /**
   * Names of all fields that rules, filters and correlations ask for; null when one of them searches whole events. An event that has these has all that
   * counts.
   */
  get fields(): ReadonlySet<string> | null {
    const fields = new Set<string>();
    for (const name of this.#matcher.fields) {
      if (name === null) return null;
      fields.add(name);
    }
    for (const { correlation, references } of this.#correlations) {
      for (const field of [...correlation.groupBy, ...correlation.condition.fields]) fields.add(field);
      for (const { fields: aliased } of references) for (const field of aliased.values()) fields.add(field);
    }
    return fields;
  }

  /**
   * For each correlation, by the name that its windows have in the state: the numbers of the documents on which what they hold depends, its own, those
   * it builds on, and filters. Windows that were kept mean nothing once one of these has changed.
   */
  get windows(): ReadonlyMap<string, readonly number[]> {
    const filters = this.#documents.flatMap((document, index) => (document.kind === 'filter' ? [index] : []));
    const parts = new Map<number, ReadonlySet<number>>();
    const windows = new Map<string, readonly number[]>();
    // Each stands after those that it builds on.
    for (const { index, correlation, references } of this.#correlations) {
      const own = new Set([index, ...references.flatMap((one) => [one.index, ...(parts.get(one.index) ?? [])]), ...filters]);
      parts.set(index, own);
      windows.set(
        windowName(correlation, index),
        [...own].sort((a, b) => a - b),
      );
    }
    return windows;
  }

  /** What the event matches and completes. Only with a state in the process; else see {@link processAsync}. */
  process(event: SigmaEvent, stamp: EventStamp): SigmaMatch[] {
    const hits = this.#ruleHits(event);
    if (hits === null) return [];
    const state = this.#state as CorrelationState;
    const due = stamp.time === null ? [] : this.#builtOn(hits.keys());
    for (const at of due) {
      const linked = this.#correlations[at] as LinkedCorrelation;
      let hit: Hit | null = null;
      for (const arriving of this.#arrivals(linked, event, stamp, hits)) {
        const slice = state.add(arriving.arrival);
        hit ??= judge(linked, arriving, slice);
      }
      if (hit !== null) this.#completed(linked, hit, hits, due);
    }
    return this.#matchesOf(hits, stamp);
  }

  /**
   * Like {@link process}, for a state that has to be waited for. What builds on rules alone is added before it waits: of events that are given one after
   * the other, without waiting, each finds those before it in the windows.
   */
  async processAsync(event: SigmaEvent, stamp: EventStamp): Promise<SigmaMatch[]> {
    const hits = this.#ruleHits(event);
    if (hits === null) return [];
    let due = stamp.time === null ? [] : this.#builtOn(hits.keys());
    const found = new Map<number, Hit>();
    while (due.length > 0) {
      const level = Math.min(...due.map((at) => this.#levels[at] ?? 0));
      const together = due.filter((at) => this.#levels[at] === level);
      due = due.filter((at) => this.#levels[at] !== level);
      const answers = await Promise.all(
        together.map(async (at) => {
          const linked = this.#correlations[at] as LinkedCorrelation;
          const arriving = this.#arrivals(linked, event, stamp, hits);
          const judged = await Promise.all(arriving.map((one) => this.#ask(one, (slice) => judge(linked, one, slice))));
          return judged.find((hit) => hit !== null) ?? null;
        }),
      );
      for (const [nth, hit] of answers.entries()) {
        const at = together[nth] as number;
        if (hit === null) continue;
        found.set(at, hit);
        this.#completed(this.#correlations[at] as LinkedCorrelation, hit, hits, due);
      }
    }
    // In the order in which they would have been looked at without waiting.
    for (const [, hit] of [...found].sort(([a], [b]) => a - b)) {
      hits.delete(hit.index);
      hits.set(hit.index, hit);
    }
    return this.#matchesOf(hits, stamp);
  }

  #ruleHits(event: SigmaEvent): Map<number, Hit> | null {
    const matched = this.#matcher.match(event);
    if (matched.length === 0) return null;
    const hits = new Map<number, Hit>();
    for (const rule of matched) {
      const index = this.#ruleIndexes[rule] ?? 0;
      hits.set(index, { index, group: null, value: null, events: null });
    }
    return hits;
  }

  /** Numbers of the correlations that build on one of the documents, each once, in the order in which they are to be looked at. */
  #builtOn(documents: Iterable<number>): number[] {
    const due: number[] = [];
    for (const index of documents) for (const at of this.#dependents[index] ?? []) insert(due, at);
    return due;
  }

  /** What builds on a correlation stands after it: `due` grows only behind what was looked at. */
  #completed(linked: LinkedCorrelation, hit: Hit, hits: Map<number, Hit>, due: number[]): void {
    hits.set(linked.index, hit);
    for (const at of this.#dependents[linked.index] ?? []) insert(due, at);
  }

  #matchesOf(hits: ReadonlyMap<number, Hit>, { id }: EventStamp): SigmaMatch[] {
    const matches: SigmaMatch[] = [];
    for (const { index, group, value, events } of hits.values()) {
      if (this.#silent.has(index)) continue;
      const document = this.#documents[index] as SigmaRule | SigmaCorrelation;
      if (group === null) matches.push({ document, index, event: id });
      else matches.push({ document, index, event: id, group, value: value ?? 0, events: events ?? [] });
    }
    return matches;
  }

  async #ask(one: Arriving, look: (slice: WindowSlice | null) => Hit | null): Promise<Hit | null> {
    const state = this.#state;
    return 'ask' in state ? await state.ask(one.arrival, look) : look(state.add(one.arrival));
  }

  /** What the event adds to the windows of a correlation: usually to one. */
  #arrivals(
    { index, correlation, references }: LinkedCorrelation,
    event: SigmaEvent,
    { id, time }: EventStamp,
    hits: ReadonlyMap<number, Hit>,
  ): readonly Arriving[] {
    const temporal = correlation.type === 'temporal' || correlation.type === 'temporal_ordered';
    const arriving: (Arriving & { readonly entries: WindowEntry[] })[] = [];
    for (let rule = 0; rule < references.length; rule += 1) {
      const reference = references[rule] as LinkedCorrelation['references'][number];
      const hit = hits.get(reference.index);
      if (hit === undefined) continue;
      const read = (field: string): unknown => fieldValue(event, reference.fields.get(field) ?? field) ?? hit.group?.[field];
      const value = entryValue(correlation, read);
      if (value === undefined) continue;
      const group = groupOf(correlation.groupBy, read);
      if (group === null) continue;
      const name = JSON.stringify(Object.values(group).map(String));
      const there = arriving.length === 0 ? undefined : arriving.find(({ arrival }) => arrival.group === name);
      const entry = { time: time ?? 0, rule, id, value };
      // One event counts once, however many of the rules it matches; for the temporal ones it stands for each of them.
      if (there !== undefined) {
        if (temporal) there.entries.push(entry);
        continue;
      }
      const entries = [entry];
      const { timespan: span } = correlation;
      const arrival = { correlation: windowName(correlation, index), group: name, entries, span };
      arriving.push({ group, entries, arrival: { ...arrival, tolerance: this.#toleranceMs, keep: this.#keep } });
    }
    return arriving;
  }
}

/** Puts a number into an ascending list that does not hold it yet. */
function insert(list: number[], number: number): void {
  let at = list.length;
  while (at > 0 && (list[at - 1] as number) > number) at -= 1;
  if (list[at - 1] !== number) list.splice(at, 0, number);
}

/** Whether the correlation holds in one of its windows, now that the event is in it. */
function judge({ index, correlation }: LinkedCorrelation, { group, arrival }: Arriving, slice: WindowSlice | null): Hit | null {
  const [first] = arrival.entries;
  const verdict = slice === null || first === undefined ? null : evaluate(correlation, slice, first);
  if (slice === null || verdict === null) return null;
  const newest = slice.entries.slice(Math.max(verdict.from, verdict.to - maxEventsOfMatch), verdict.to);
  return { index, group, value: verdict.value, events: [...new Set(newest.map(({ id }) => id))] };
}

const windowName = ({ id, name }: SigmaCorrelation, index: number): string => id ?? name ?? `#${index}`;

/** Whether a filter is meant for a rule: it is listed, and its log source is the filter's or a part of it. */
function appliesTo(filter: SigmaFilter, rule: SigmaRule): boolean {
  const { logSource, rules } = filter;
  for (const part of ['category', 'product', 'service'] as const)
    if (logSource[part] !== null && logSource[part] !== rule.logSource[part]) return false;
  return rules === null || (rule.id !== null && rules.includes(rule.id)) || (rule.name !== null && rules.includes(rule.name));
}

/** The first single value of a field, short enough to keep. */
function scalar(value: unknown): string | number | boolean | undefined {
  if (typeof value === 'string') return value.length > maxValueLength ? value.slice(0, maxValueLength) : value;
  const scalars: (string | number | boolean)[] = [];
  scalarsOf(value, scalars);
  const [first] = scalars;
  return typeof first === 'string' && first.length > maxValueLength ? first.slice(0, maxValueLength) : first;
}

/** Null when a field has no value: events without it belong to no group. */
function groupOf(fields: readonly string[], read: (field: string) => unknown): Group | null {
  const group: Group = {};
  for (const field of fields.slice(0, maxGroupValues)) {
    const value = scalar(read(field));
    if (value === undefined) return null;
    group[field] = value;
  }
  return group;
}

/** Undefined when the event has no value that could count. */
function entryValue({ type, condition }: SigmaCorrelation, read: (field: string) => unknown): string | number | null | undefined {
  switch (type) {
    case 'event_count':
    case 'temporal':
    case 'temporal_ordered':
      return null;
    case 'value_count': {
      const values = condition.fields.map((field) => scalar(read(field)));
      if (values.some((value) => value === undefined)) return undefined;
      return values.length === 1 ? String(values[0]) : JSON.stringify(values.map(String));
    }
    default: {
      const value = scalar(read(condition.fields[0] ?? ''));
      if (value === undefined) return undefined;
      const number = numberIn(value);
      if (number !== null) return number;
      return type === 'value_percentile' && condition.percentile === null ? String(value) : undefined;
    }
  }
}
