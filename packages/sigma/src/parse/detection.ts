import type { Detection, DetectionItem, DetectionSection } from '../model.ts';
import { refuse } from '../problem.ts';
import { type Modifiers, matcherOf, type Placeholders, readModifiers } from '../values/modifiers.ts';
import { asList, asMap, type YamlMap, type YamlValue } from '../yaml.ts';
import { parseCondition } from './condition.ts';

/** Values of one document. */
const maxValues = 20_000;
/** Keys of a detection section that name no search. */
const noSearch = new Set(['condition', 'timeframe']);
const plain: Modifiers = { names: [], all: false, negated: false, cased: false, anchored: false };

export interface ParseContext {
  readonly placeholders: Placeholders;
}

/** Parses the searches and the conditions of a rule's `detection` or of a filter; `skip` names keys that are neither. */
export function parseSection(
  section: YamlMap,
  path: string,
  context: ParseContext,
  skip: readonly string[] = [],
): DetectionSection {
  const reader = new Reader(context);
  const detections = new Map<string, Detection>();
  for (const [name, value] of section)
    if (!noSearch.has(name) && !skip.includes(name)) detections.set(name, reader.detection(value, `${path}.${name}`));
  if (detections.size === 0) refuse('attribute_missing', path, '没有任何查询。', 'There is no search.');
  const written = section.get('condition');
  if (written === undefined) refuse('attribute_missing', `${path}.condition`, '缺少条件。', 'The condition is missing.');
  const texts = asList(written) ?? [written];
  if (texts.length === 0) refuse('attribute_missing', `${path}.condition`, '缺少条件。', 'The condition is missing.');
  const conditions = texts.map((text, at) => {
    const place = texts.length === 1 ? `${path}.condition` : `${path}.condition[${at}]`;
    if (typeof text !== 'string') return refuse('attribute_invalid', place, '条件必须是文字。', 'A condition must be a text.');
    return parseCondition(text, place);
  });
  return { detections, conditions };
}

class Reader {
  readonly #context: ParseContext;
  #values = 0;

  constructor(context: ParseContext) {
    this.#context = context;
  }

  /** A map is all of its keys; a list any of its items; values without a field are searched for in the whole event. */
  detection(value: YamlValue, path: string): Detection {
    const map = asMap(value);
    if (map !== null) {
      if (map.size === 0) refuse('value_invalid', path, '查询是空的。', 'The search is empty.');
      const items = [...map].map(([key, inner]) => this.#item(key, inner, path));
      const [only] = items;
      return items.length === 1 && only !== undefined ? only : { kind: 'all', of: items };
    }
    const list = asList(value);
    if (list === null) return this.#keywords([value], path);
    if (list.length === 0) refuse('value_invalid', path, '查询是空的。', 'The search is empty.');
    if (list.every((item) => asMap(item) === null && asList(item) === null)) return this.#keywords(list, path);
    return { kind: 'any', of: list.map((item, at) => this.detection(item, `${path}[${at}]`)) };
  }

  #keywords(values: readonly YamlValue[], path: string): DetectionItem {
    return this.#finish(null, values, plain, path);
  }

  #item(key: string, value: YamlValue, parent: string): DetectionItem {
    const [name = '', ...modifierNames] = key.split('|');
    const path = `${parent}.${key}`;
    const modifiers = readModifiers(modifierNames, path);
    const list = asList(value);
    const values = list === null ? [value] : list.length === 0 ? [null] : list;
    return this.#finish(name === '' ? null : name, values, modifiers, path);
  }

  #finish(field: string | null, values: readonly YamlValue[], modifiers: Modifiers, path: string): DetectionItem {
    this.#values += values.length;
    if (this.#values > maxValues) refuse('limit_exceeded', path, '规则中的值过多。', 'The rule holds too many values.');
    const matchers = values.map((value) => matcherOf(value, modifiers, this.#context.placeholders, path));
    if (field === null)
      for (const { kind } of matchers)
        if (
          kind !== 'pattern' &&
          kind !== 'number' &&
          kind !== 'boolean' &&
          kind !== 'regexp' &&
          kind !== 'any' &&
          kind !== 'unresolved' &&
          kind !== 'cidr'
        )
          refuse('modifier_misused', path, '不针对字段的查询不能这样写。', 'A search without a field cannot be written so.');
    return { kind: 'item', field, matchers, all: modifiers.all, negated: modifiers.negated, anchored: modifiers.anchored, path };
  }
}
