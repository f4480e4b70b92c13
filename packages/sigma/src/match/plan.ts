import type { Condition, Detection, DetectionItem, DetectionSection, Matcher, SigmaFilter, SigmaRule } from '../model.ts';
import { namesOf } from '../parse/condition.ts';
import { refuse } from '../problem.ts';
import { UnsupportedPattern } from '../regexp/syntax.ts';
import { any, joined as joinedParts } from '../values/pattern.ts';
import type { ClockOffset } from '../values/time-part.ts';
import { fold } from './fold.ts';
import { type Glob, globOf } from './glob.ts';
import { Literals, type Place } from './literals.ts';
import { requiredLiteral } from './required.ts';
import { cidrKey, type FieldView, holdsOf, placeTests, type TestedMatcher } from './value-tests.ts';

/**
 * A condition over marks and tests. A mark is set while the fields of an event are looked up in the tables; a test is made when a rule asks for it, once
 * for an event.
 */
export type PlanNode =
  | { readonly kind: 'mark'; readonly mark: number }
  | { readonly kind: 'test'; readonly test: number }
  | { readonly kind: 'and'; readonly of: readonly PlanNode[] }
  | { readonly kind: 'or'; readonly of: readonly PlanNode[] }
  | { readonly kind: 'least'; readonly least: number; readonly of: readonly PlanNode[] }
  | { readonly kind: 'not'; readonly of: PlanNode };

export interface PlanField {
  readonly index: number;
  /** Null for the whole event. */
  readonly name: string | null;
  /** Folded values that are looked for as a whole → marks. */
  readonly whole: Map<string, number[]>;
  /** Whether some literal is looked for inside the field's values. */
  scanned: boolean;
  /** Whether some test looks at the field's texts, which no table can answer. */
  tested: boolean;
  /** Marks of the field's presence. */
  readonly present: number[];
}

export interface PlanTest {
  readonly field: PlanField;
  /** A second field, for references. */
  readonly other: PlanField | null;
  readonly holds: (view: FieldView, other: FieldView) => boolean;
  /** A mark that is set whenever the test may hold; null when it may hold without its field. */
  readonly trigger: number | null;
}

/** What rules share: fields, tables, marks and tests. */
export class Plan {
  readonly fields: PlanField[] = [];
  readonly tests: PlanTest[] = [];
  /** Literals of all fields: a text that stands in several of them is read once. */
  readonly literals = new Literals();
  /** Literal's number → the field that it belongs to and the mark that it sets. */
  readonly literalFields: number[] = [];
  readonly literalMarks: number[] = [];
  /** Guessed cost of a mark: how often it will be set, in no unit. */
  readonly costs: number[] = [];
  readonly #fields = new Map<string | null, PlanField>();
  readonly #marks = new Map<string, number>();
  readonly #tests = new Map<string, number>();
  readonly #offset: ClockOffset;

  constructor(offset: ClockOffset) {
    this.#offset = offset;
  }

  /** The condition of a rule with its filters. Throws a SigmaError. */
  rule(rule: SigmaRule, filters: readonly SigmaFilter[]): PlanNode {
    const nodes = [this.#section(rule.section, 'detection')];
    for (const { section } of filters) {
      const node = this.#section(section, 'filter');
      nodes.push(section.conditions.some((condition) => holdsOfNothing(condition, section)) ? node : { kind: 'not', of: node });
    }
    return nodes.length === 1 && nodes[0] !== undefined ? nodes[0] : { kind: 'and', of: nodes };
  }

  #section({ detections, conditions }: DetectionSection, path: string): PlanNode {
    const built = new Map<string, PlanNode>();
    const detection = (name: string): PlanNode => {
      let node = built.get(name);
      if (node === undefined) {
        const found = detections.get(name);
        if (found === undefined)
          return refuse(
            'selection_unknown',
            `${path}.condition`,
            '条件引用了不存在的查询。',
            'The condition names a search that does not exist.',
          );
        node = this.#detection(found);
        built.set(name, node);
      }
      return node;
    };
    const condition = (of: Condition): PlanNode | null => {
      switch (of.kind) {
        case 'name':
          return detection(of.name);
        case 'not': {
          const inner = condition(of.of);
          return inner === null ? null : { kind: 'not', of: inner };
        }
        case 'some': {
          const nodes = namesOf(of.pattern, detections.keys()).map(detection);
          // A pattern that means nothing says nothing.
          if (nodes.length === 0) return null;
          if (of.least === null) return joined('and', nodes);
          return of.least === 1 ? joined('or', nodes) : { kind: 'least', least: of.least, of: nodes };
        }
        default: {
          const nodes = of.of.map(condition).filter((node) => node !== null);
          return nodes.length === 0 ? null : joined(of.kind, nodes);
        }
      }
    };
    const nodes = conditions.map(condition).filter((node) => node !== null);
    if (nodes.length === 0)
      return refuse(
        'selection_unknown',
        `${path}.condition`,
        '条件没有引用任何查询。',
        'The condition names no search that exists.',
      );
    return joined('or', nodes);
  }

  #detection(detection: Detection): PlanNode {
    if (detection.kind === 'item') return this.#item(detection);
    const nodes = detection.of.map((inner) => this.#detection(inner));
    return joined(detection.kind === 'all' ? 'and' : 'or', nodes);
  }

  #item(item: DetectionItem): PlanNode {
    const nodes = item.all ? item.matchers.map((matcher) => this.#anyOf([matcher], item)) : [this.#anyOf(item.matchers, item)];
    const node = joined('and', nodes);
    return item.negated ? { kind: 'not', of: node } : node;
  }

  /** Literals become marks, which rules share; those of a long list one mark together. The rest is tested. */
  #anyOf(matchers: readonly Matcher[], item: DetectionItem): PlanNode {
    const field = this.#field(item.field);
    const literals: { text: string; place: Place | 'whole' }[] = [];
    const nodes: PlanNode[] = [];
    for (const matcher of flat(matchers)) {
      switch (matcher.kind) {
        case 'unresolved':
          return refuse(
            'placeholder_unresolved',
            item.path,
            '占位符没有取值。',
            'A placeholder has no values: give them with the placeholders of the deployment.',
          );
        case 'number':
          for (const text of new Set([String(matcher.value), fold(matcher.source)]))
            literals.push({ text, place: field.name === null ? 'inside' : 'whole' });
          break;
        case 'boolean':
          literals.push({ text: String(matcher.value), place: field.name === null ? 'inside' : 'whole' });
          break;
        case 'pattern': {
          const glob = this.#glob(matcher, item);
          if (glob.kind === 'literal' && !matcher.cased) literals.push({ text: glob.text, place: glob.where });
          else nodes.push(this.#patternTest(field, glob, matcher.cased, JSON.stringify(matcher.pattern)));
          break;
        }
        default:
          nodes.push(this.#test(field, matcher));
      }
    }
    if (literals.length > longList) nodes.unshift({ kind: 'mark', mark: this.#literalMark(field, literals) });
    else nodes.unshift(...literals.map((literal): PlanNode => ({ kind: 'mark', mark: this.#literalMark(field, [literal]) })));
    return joined('or', nodes);
  }

  /** A search without a field looks for its values anywhere in the event's values, unless it says where. */
  #glob({ pattern, cased }: Extract<Matcher, { kind: 'pattern' }>, { field, anchored, path }: DetectionItem): Glob {
    try {
      return globOf(field === null && !anchored ? joinedParts([any, ...pattern, any]) : pattern, cased);
    } catch (error) {
      if (!(error instanceof UnsupportedPattern)) throw error;
      return refuse('pattern_too_long', path, '带 ? 的值过长。', 'A value with ? is too long.');
    }
  }

  #field(name: string | null): PlanField {
    let field = this.#fields.get(name);
    if (field === undefined) {
      field = { index: this.fields.length, name, whole: new Map(), scanned: false, tested: false, present: [] };
      this.#fields.set(name, field);
      this.fields.push(field);
    }
    return field;
  }

  #newMark(cost: number): number {
    this.costs.push(cost);
    return this.costs.length - 1;
  }

  #literalMark(field: PlanField, literals: readonly { readonly text: string; readonly place: Place | 'whole' }[]): number {
    const key = `${field.index} ${literals.map(({ text, place }) => `${place} ${text}`).join('\n')}`;
    const known = this.#marks.get(key);
    if (known !== undefined) return known;
    let cost = 0;
    for (const { text, place } of literals) cost = Math.max(cost, literalCost(text, place)) + 0.05;
    const mark = this.#newMark(cost);
    this.#marks.set(key, mark);
    for (const { text, place } of literals) {
      if (place !== 'whole') {
        field.scanned = true;
        this.literals.add(text, place, this.literalMarks.length);
        this.literalFields.push(field.index);
        this.literalMarks.push(mark);
      } else field.whole.set(text, [...(field.whole.get(text) ?? []), mark]);
    }
    return mark;
  }

  #presence(field: PlanField): number {
    const known = field.present[0];
    if (known !== undefined) return known;
    const mark = this.#newMark(200);
    field.present.push(mark);
    return mark;
  }

  #trigger(field: PlanField, literal: string): number {
    return literal.length < 2 ? this.#presence(field) : this.#literalMark(field, [{ text: literal, place: 'inside' }]);
  }

  #patternTest(field: PlanField, glob: Glob, cased: boolean, key: string): PlanNode {
    if (glob.kind === 'literal') {
      const { text, where } = glob;
      const holds = placeTests[where];
      return this.#add(field, `cased ${where} ${key}`, this.#trigger(field, fold(text)), ({ texts }) =>
        texts.some((value) => holds(value, text)),
      );
    }
    const { longest, test } = glob;
    return this.#add(field, `glob ${cased} ${key}`, this.#trigger(field, fold(longest)), ({ texts, folded }) =>
      (cased ? texts : folded).some(test),
    );
  }

  #test(field: PlanField, matcher: TestedMatcher): PlanNode {
    const holds = holdsOf(matcher, this.#offset);
    const key = matcher.kind === 'cidr' ? cidrKey(matcher.network) : JSON.stringify(matcher);
    switch (matcher.kind) {
      case 'null':
        return this.#add(field, key, null, holds, null, false);
      case 'exists': {
        const present: PlanNode = { kind: 'mark', mark: this.#presence(field) };
        return matcher.value ? present : { kind: 'not', of: present };
      }
      case 'regexp':
        return this.#add(field, key, this.#trigger(field, requiredLiteral(matcher.source, matcher)), holds);
      case 'fieldRef':
        return this.#add(field, key, this.#presence(field), holds, this.#field(matcher.field));
      case 'compare':
      case 'timePart':
        return this.#add(field, key, this.#presence(field), holds, null, false);
      default:
        return this.#add(field, key, this.#presence(field), holds);
    }
  }

  #add(
    field: PlanField,
    key: string,
    trigger: number | null,
    holds: PlanTest['holds'],
    other: PlanField | null = null,
    texts = true,
  ): PlanNode {
    const name = `${field.index} ${key}`;
    let test = this.#tests.get(name);
    if (test === undefined) {
      test = this.tests.length;
      this.tests.push({ field, other, holds, trigger });
      field.tested ||= texts;
      if (other !== null) other.tested = true;
      this.#tests.set(name, test);
    }
    return { kind: 'test', test };
  }
}

/** Literals in a list from which on they share one mark, so that asking for it does not take a look at each. */
const longList = 64;

function flat(matchers: readonly Matcher[]): Exclude<Matcher, { kind: 'any' }>[] {
  return matchers.flatMap((matcher) => (matcher.kind === 'any' ? flat(matcher.of) : [matcher]));
}

function joined(kind: 'and' | 'or', of: readonly PlanNode[]): PlanNode {
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { kind, of };
}

/** Whether a filter's condition holds of an event that none of its searches matches: such a condition says what stays, any other what goes. */
function holdsOfNothing(condition: Condition, section: DetectionSection): boolean {
  switch (condition.kind) {
    case 'name':
      return false;
    case 'some':
      return false;
    case 'not':
      return !holdsOfNothing(condition.of, section);
    case 'and':
      return condition.of.every((inner) => holdsOfNothing(inner, section));
    case 'or':
      return condition.of.some((inner) => holdsOfNothing(inner, section));
  }
}

function literalCost(text: string, place: Place | 'whole'): number {
  if (place === 'whole') return text.length <= 4 ? 30 : 4;
  if (text.length >= 6) return 2;
  return [1_000, 100, 60, 20, 6, 6][text.length] ?? 6;
}
