import {
  type Comparison,
  type Condition,
  type CorrelationCondition,
  type CorrelationType,
  correlationTypes,
  type SigmaCorrelation,
} from '../model.ts';
import { refuse } from '../problem.ts';
import { asMap, type YamlMap, YamlNumber, type YamlValue } from '../yaml.ts';
import { parseCondition } from './condition.ts';
import { parseMetadata, textOf, textsOf } from './metadata.ts';

const maxRules = 200;
const maxGroupFields = 16;
const comparisons: readonly Comparison[] = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'];
const second = 1_000;
/** `w`, `M` and `y` are pySigma's; the specification has the first four. */
const units: ReadonlyMap<string, number> = new Map([
  ['s', second],
  ['m', 60 * second],
  ['h', 3_600 * second],
  ['d', 86_400 * second],
  ['w', 7 * 86_400 * second],
  ['M', 2_629_746 * second],
  ['y', 31_556_952 * second],
]);
const maxTimespan = 366 * 86_400 * second;

const temporal = (type: CorrelationType): boolean => type === 'temporal' || type === 'temporal_ordered';

/** Parses a correlation rule (Sigma correlation rules 2.1). */
export function parseCorrelation(map: YamlMap, strict: boolean): SigmaCorrelation {
  const section = asMap(map.get('correlation'));
  if (section === null) return refuse('attribute_invalid', 'correlation', '必须是映射。', 'It must be a map.');
  const type = correlationTypes.find((name) => name === textOf(section, 'type', 'correlation.type'));
  if (type === undefined)
    return refuse('attribute_invalid', 'correlation.type', '没有这种关联类型。', 'There is no such type of correlation.');
  const written = section.get('condition');
  const expression = typeof written === 'string' ? parseCondition(written, 'correlation.condition') : null;
  if (expression !== null && !temporal(type))
    refuse(
      'attribute_invalid',
      'correlation.condition',
      '只有时间关联可以用规则名作条件。',
      'Only temporal correlations have conditions over rule names.',
    );
  const listed = textsOf(section, 'rules', 'correlation.rules');
  const rules = [...new Set(listed.length === 0 && expression !== null ? namesIn(expression) : listed)];
  if (rules.length === 0) refuse('attribute_missing', 'correlation.rules', '没有引用任何规则。', 'It refers to no rule.');
  if (rules.length > maxRules) refuse('limit_exceeded', 'correlation.rules', '引用的规则过多。', 'It refers to too many rules.');
  if (expression !== null)
    for (const name of namesIn(expression))
      if (!rules.includes(name))
        refuse(
          'rule_unknown',
          'correlation.condition',
          '条件中的规则不在 rules 里。',
          'The condition names a rule that is not in rules.',
        );
  const groupBy = textsOf(section, 'group-by', 'correlation.group-by');
  if (groupBy.length > maxGroupFields)
    refuse('limit_exceeded', 'correlation.group-by', '分组字段过多。', 'There are too many fields to group by.');
  return {
    kind: 'correlation',
    ...parseMetadata(map, strict),
    type,
    rules,
    groupBy,
    timespan: timespanOf(textOf(section, 'timespan', 'correlation.timespan')),
    condition: conditionOf(written, type, rules.length),
    expression,
    aliases: aliasesOf(section.get('aliases')),
    generate: booleanOf(section.get('generate') ?? map.get('generate')),
  };
}

function namesIn(condition: Condition): string[] {
  switch (condition.kind) {
    case 'name':
      return [condition.name];
    case 'not':
      return namesIn(condition.of);
    case 'some':
      return [];
    default:
      return condition.of.flatMap(namesIn);
  }
}

function timespanOf(text: string | null): number {
  if (text === null) return refuse('attribute_missing', 'correlation.timespan', '缺少时间范围。', 'The timespan is missing.');
  const match = /^\s*(\d{1,8})\s*([smhdwMy])\s*$/.exec(text);
  const milliseconds = Number(match?.[1]) * (units.get(match?.[2] ?? '') ?? 0);
  if (match === null || !(milliseconds > 0) || milliseconds > maxTimespan)
    return refuse(
      'attribute_invalid',
      'correlation.timespan',
      '时间范围应形如 30s、5m、1h、7d，且不超过一年。',
      'A timespan looks like 30s, 5m, 1h or 7d, and is at most a year.',
    );
  return milliseconds;
}

function conditionOf(written: YamlValue | undefined, type: CorrelationType, rules: number): CorrelationCondition {
  const path = 'correlation.condition';
  const everyRule: CorrelationCondition = { bounds: [{ comparison: 'gte', value: rules }], fields: [], percentile: null };
  if (typeof written === 'string') return everyRule;
  if (written === undefined || written === null) {
    if (temporal(type)) return everyRule;
    return refuse('attribute_missing', path, '缺少条件。', 'The condition is missing.');
  }
  const map = asMap(written);
  if (map === null) return refuse('attribute_invalid', path, '必须是映射。', 'It must be a map.');
  for (const key of map.keys())
    if (key !== 'field' && key !== 'percentile' && !comparisons.some((name) => name === key))
      refuse('attribute_invalid', `${path}.${key}`, '没有这个条件。', 'There is no such condition.');
  const bounds = comparisons.flatMap((comparison) =>
    map.has(comparison) ? [{ comparison, value: numberOf(map.get(comparison), `${path}.${comparison}`) }] : [],
  );
  if (bounds.length === 0) refuse('attribute_missing', path, '条件没有比较。', 'The condition compares nothing.');
  const fields = textsOf(map, 'field', `${path}.field`);
  if (!temporal(type) && type !== 'event_count' && fields.length === 0)
    refuse('attribute_missing', `${path}.field`, '缺少取值的字段。', 'The field whose values count is missing.');
  if (type !== 'value_count' && fields.length > 1)
    refuse('attribute_invalid', `${path}.field`, '只能有一个字段。', 'There can only be one field.');
  const percentile = map.has('percentile')
    ? numberOf(map.get('percentile'), `${path}.percentile`)
    : type === 'value_median'
      ? 50
      : null;
  if (percentile !== null && !(percentile >= 0 && percentile <= 100))
    refuse('attribute_invalid', `${path}.percentile`, '百分位应在 0 与 100 之间。', 'A percentile is between 0 and 100.');
  return { bounds, fields, percentile };
}

function numberOf(value: YamlValue | undefined, path: string): number {
  const number =
    value instanceof YamlNumber ? value.value : typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  if (!Number.isFinite(number)) refuse('attribute_invalid', path, '必须是数字。', 'It must be a number.');
  return number;
}

function booleanOf(value: YamlValue | undefined): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean')
    return refuse('attribute_invalid', 'correlation.generate', '必须是 true 或 false。', 'It must be true or false.');
  return value;
}

function aliasesOf(value: YamlValue | undefined): SigmaCorrelation['aliases'] {
  const aliases = new Map<string, ReadonlyMap<string, string>>();
  if (value === undefined || value === null) return aliases;
  const map = asMap(value);
  if (map === null) return refuse('attribute_invalid', 'correlation.aliases', '必须是映射。', 'It must be a map.');
  for (const [alias, mapping] of map) {
    const path = `correlation.aliases.${alias}`;
    const rules = asMap(mapping);
    if (rules === null) return refuse('attribute_invalid', path, '必须是映射。', 'It must be a map.');
    aliases.set(alias, new Map([...rules.keys()].map((rule) => [rule, textOf(rules, rule, `${path}.${rule}`) ?? ''])));
  }
  return aliases;
}
