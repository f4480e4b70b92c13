import type { SigmaFilter, SigmaRule } from '../model.ts';
import { SigmaError, type SigmaProblem } from '../problem.ts';
import type { ClockOffset } from '../values/time-part.ts';
import { allScalars, fieldValue, rootsOf, type SigmaEvent, scalarsOf } from './event.ts';
import { fold } from './fold.ts';
import type { Literals } from './literals.ts';
import { Plan, type PlanField, type PlanNode } from './plan.ts';
import { TriggerChooser } from './triggers.ts';
import type { FieldView } from './value-tests.ts';

export interface MatcherOptions {
  /** By whose clock a rule reads the hour or day of a number of time. UTC by default. */
  readonly offset?: ClockOffset;
}

export interface RuleWithFilters {
  readonly rule: SigmaRule;
  readonly filters?: readonly SigmaFilter[];
}

interface View extends FieldView {
  present: boolean;
  raw: unknown;
  scalars: (string | number | boolean)[];
  texts: string[];
  folded: string[];
}

/** A text that was read: its folded form and the literals that stand in it. */
interface ReadText {
  text: string;
  folded: string;
  scanned: boolean;
  readonly found: Int32Array[];
}

/** Places for texts that are not read again when another field or a later event holds them too; a power of two. */
const places = 1_024;
/** Longer texts are read each time, so that what is kept stays small. */
const maxKept = 512;

/** Runs of one matcher before its stamps start again. */
const maxRuns = 2 ** 30;

/**
 * Many rules over one event at a time. The literals of all rules stand in tables by field, so that an event finds the few rules that it may match by a
 * lookup and one pass over each of its values; only these are evaluated. Gives the same answers as evaluating every rule.
 */
export class RuleMatcher {
  /** Rules that cannot be used, by their number in the list. */
  readonly problems: ReadonlyMap<number, SigmaProblem>;
  /** Names of the fields that rules and filters ask for; null among them for the whole event. */
  readonly fields: readonly (string | null)[];
  readonly #literals: Literals;
  readonly #literalFields: Int32Array;
  readonly #literalMarks: Int32Array;
  /** Texts that were read last, each at the place of its sum: methods, routes and clients are few, and come with every event. */
  readonly #texts: (ReadText | undefined)[] = new Array(places).fill(undefined);
  readonly #long: ReadText = { text: '', folded: '', scanned: false, found: [] };
  readonly #roots = new Map<string, PlanField[]>();
  readonly #wholeEvent: PlanField | null;
  readonly #views: readonly View[];
  readonly #absent: View = emptyView();
  readonly #marks: Uint32Array;
  readonly #tested: Uint32Array;
  /** Mark → rules that it makes candidates. */
  readonly #triggers: (number[] | undefined)[];
  /** Rules that are candidates for every event. */
  readonly #always: number[] = [];
  readonly #seen: Uint32Array;
  readonly #conditions: ((() => boolean) | undefined)[];
  readonly #resolved: Uint32Array;
  #candidates: number[] = [];
  #run = 0;

  constructor(rules: readonly RuleWithFilters[], { offset = 0 }: MatcherOptions = {}) {
    const plan = new Plan(offset);
    const problems = new Map<number, SigmaProblem>();
    const nodes = rules.map(({ rule, filters = [] }, index) => {
      try {
        return plan.rule(rule, filters);
      } catch (error) {
        if (!(error instanceof SigmaError)) throw error;
        problems.set(index, error.problem);
        return undefined;
      }
    });
    this.problems = problems;
    this.fields = plan.fields.map(({ name }) => name);
    this.#literals = plan.literals;
    this.#literals.build();
    this.#literalFields = Int32Array.from(plan.literalFields);
    this.#literalMarks = Int32Array.from(plan.literalMarks);
    this.#wholeEvent = plan.fields.find(({ name }) => name === null) ?? null;
    for (const field of plan.fields) {
      if (field.name === null) continue;
      for (const root of rootsOf(field.name)) this.#roots.set(root, [...(this.#roots.get(root) ?? []), field]);
    }
    this.#views = plan.fields.map(emptyView);
    this.#marks = new Uint32Array(plan.costs.length);
    this.#tested = new Uint32Array(plan.tests.length);
    this.#resolved = new Uint32Array(plan.fields.length);
    this.#seen = new Uint32Array(rules.length);
    this.#triggers = new Array(plan.costs.length);
    const chooser = new TriggerChooser(plan, nodes);
    nodes.forEach((node, rule) => {
      if (node === undefined) return;
      const triggers = chooser.choose(node);
      if (triggers === null) this.#always.push(rule);
      else
        for (const mark of new Set(triggers.marks)) {
          const waiting = this.#triggers[mark];
          if (waiting === undefined) this.#triggers[mark] = [rule];
          else waiting.push(rule);
        }
    });
    this.#conditions = nodes.map((node) => (node === undefined ? undefined : this.#compile(node, plan)));
  }

  /** Rules that are evaluated for every event, because nothing that they need can be looked up. */
  get unindexed(): number {
    return this.#always.length;
  }

  /** Numbers of the rules that the event matches, ascending. */
  match(event: SigmaEvent): number[] {
    this.#begin();
    for (const key of Object.keys(event)) {
      const fields = this.#roots.get(key);
      if (fields === undefined) continue;
      for (const field of fields)
        if (this.#resolved[field.index] !== this.#run)
          this.#resolve(field, field.name === key ? event[key] : fieldValue(event, field.name ?? ''));
    }
    if (this.#wholeEvent !== null) this.#resolveAll(event, this.#wholeEvent);
    const matches: number[] = [];
    for (const rule of this.#always) if (this.#conditions[rule]?.() === true) matches.push(rule);
    for (const rule of this.#candidates) if (this.#conditions[rule]?.() === true) matches.push(rule);
    return matches.length > 1 ? matches.sort((a, b) => a - b) : matches;
  }

  #begin(): void {
    this.#run += 1;
    if (this.#run >= maxRuns) {
      this.#run = 1;
      for (const stamps of [this.#marks, this.#tested, this.#resolved, this.#seen]) stamps.fill(0);
    }
    this.#candidates.length = 0;
  }

  #resolve(field: PlanField, raw: unknown): void {
    this.#resolved[field.index] = this.#run;
    const view = this.#views[field.index] as View;
    view.present = raw !== undefined;
    if (raw === undefined) {
      clear(view);
      return;
    }
    view.raw = raw;
    for (const mark of field.present) this.#mark(mark);
    view.scalars.length = 0;
    if (typeof raw === 'string') view.scalars.push(raw);
    else scalarsOf(raw, view.scalars);
    this.#look(field, view);
  }

  #resolveAll(event: SigmaEvent, field: PlanField): void {
    this.#resolved[field.index] = this.#run;
    const view = this.#views[field.index] as View;
    view.present = true;
    for (const mark of field.present) this.#mark(mark);
    view.scalars.length = 0;
    allScalars(event, view.scalars);
    this.#look(field, view);
  }

  #look(field: PlanField, view: View): void {
    const { scalars, texts, folded } = view;
    const { whole, scanned, tested } = field;
    texts.length = 0;
    folded.length = 0;
    // That the field is there was all that anybody asked.
    if (!tested && !scanned && whole.size === 0) return;
    for (let at = 0; at < scalars.length; at += 1) {
      const scalar = scalars[at] as string | number | boolean;
      const text = typeof scalar === 'string' ? scalar : String(scalar);
      const read = this.#readText(text);
      if (tested) {
        texts.push(text);
        folded.push(read.folded);
      }
      const found = whole.get(read.folded);
      if (found !== undefined) for (const mark of found) this.#mark(mark);
      if (scanned) this.#applyLiterals(field, read);
    }
  }

  #readText(text: string): ReadText {
    if (text.length > maxKept) return this.#long.text === text ? this.#long : readAnew(this.#long, text);
    const place = placeOf(text);
    const there = this.#texts[place];
    if (there === undefined) {
      const made = readAnew({ text, folded: '', scanned: false, found: [] }, text);
      this.#texts[place] = made;
      return made;
    }
    return there.text === text ? there : readAnew(there, text);
  }

  #applyLiterals(field: PlanField, read: ReadText): void {
    if (!read.scanned) {
      this.#literals.scan(read.folded, read.found);
      read.scanned = true;
    }
    for (const literals of read.found)
      for (let at = 0; at < literals.length; at += 1) {
        const literal = literals[at] as number;
        if (this.#literalFields[literal] === field.index) this.#mark(this.#literalMarks[literal] as number);
      }
  }

  #mark(mark: number): void {
    if (this.#marks[mark] === this.#run) return;
    this.#marks[mark] = this.#run;
    const rules = this.#triggers[mark];
    if (rules === undefined) return;
    for (const rule of rules) {
      if (this.#seen[rule] === this.#run) continue;
      this.#seen[rule] = this.#run;
      this.#candidates.push(rule);
    }
  }

  #view(field: PlanField): View {
    return this.#resolved[field.index] === this.#run ? (this.#views[field.index] as View) : this.#absent;
  }

  #compile(node: PlanNode, plan: Plan): () => boolean {
    switch (node.kind) {
      case 'mark': {
        const { mark } = node;
        return () => this.#marks[mark] === this.#run;
      }
      case 'test': {
        const { test } = node;
        const { field, other, holds } = plan.tests[test] as (typeof plan.tests)[number];
        return () => {
          const known = this.#tested[test] as number;
          if (known >>> 1 === this.#run) return (known & 1) === 1;
          const result = holds(this.#view(field), other === null ? this.#absent : this.#view(other));
          this.#tested[test] = this.#run * 2 + (result ? 1 : 0);
          return result;
        };
      }
      case 'not': {
        const of = this.#compile(node.of, plan);
        return () => !of();
      }
      case 'least': {
        const { least } = node;
        const of = node.of.map((inner) => this.#compile(inner, plan));
        return () => {
          let count = 0;
          for (const test of of) if (test()) count += 1;
          return count >= least;
        };
      }
      case 'and': {
        const of = cheapFirst(node.of).map((inner) => this.#compile(inner, plan));
        return () => {
          for (const test of of) if (!test()) return false;
          return true;
        };
      }
      case 'or': {
        const of = cheapFirst(node.of).map((inner) => this.#compile(inner, plan));
        return () => {
          for (const test of of) if (test()) return true;
          return false;
        };
      }
    }
  }
}

function readAnew(read: ReadText, text: string): ReadText {
  read.text = text;
  read.folded = fold(text);
  read.scanned = false;
  read.found.length = 0;
  return read;
}

/** A sum over a few places of the text. Texts that share one put each other out, which costs time and never an answer. */
function placeOf(text: string): number {
  const { length } = text;
  if (length === 0) return 0;
  let sum = Math.imul(length, 31) + text.charCodeAt(0);
  sum = Math.imul(sum, 31) + text.charCodeAt(length >> 2);
  sum = Math.imul(sum, 31) + text.charCodeAt(length >> 1);
  sum = Math.imul(sum, 31) + text.charCodeAt(length - (length >> 2) - 1);
  sum = Math.imul(sum, 31) + text.charCodeAt(length - 1);
  if (length > 1) sum = Math.imul(sum, 31) + text.charCodeAt(length - 2);
  return (sum ^ (sum >>> 10) ^ (sum >>> 20)) & (places - 1);
}

function emptyView(): View {
  return { present: false, raw: undefined, scalars: [], texts: [], folded: [] };
}

function clear(view: View): void {
  view.raw = undefined;
  view.scalars.length = 0;
  view.texts.length = 0;
  view.folded.length = 0;
}

const weight = (node: PlanNode): number =>
  node.kind === 'mark'
    ? 0
    : node.kind === 'test'
      ? 2
      : node.kind === 'not'
        ? weight(node.of) + 0.5
        : 1 + Math.max(0, ...node.of.map(weight));

const cheapFirst = (nodes: readonly PlanNode[]): PlanNode[] => [...nodes].sort((a, b) => weight(a) - weight(b));
