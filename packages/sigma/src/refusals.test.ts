import { describe, expect, test } from 'vitest';
import { SigmaEngine } from './engine.ts';
import { parseSigma } from './parse/document.ts';

const detection = (body: string): string =>
  `title: t\nlogsource: {category: c}\ndetection:\n  ${body.replaceAll('\n', '\n  ')}\n`;
const correlation = (body: string): string =>
  `title: r\nname: r\nlogsource: {category: c}\ndetection: {s: {a: 1}, condition: s}\n---\ntitle: t\ncorrelation: ${body}\n`;

/** Code and path of everything that is wrong with a file. */
function problems(text: string): string[] {
  const parsed = parseSigma(text, { strict: true });
  const engine = new SigmaEngine(parsed.flatMap(({ document }) => document ?? []));
  return [...parsed.flatMap(({ problem }) => problem ?? []), ...engine.problems.values()].map(({ code, path, zh, en }) => {
    expect([zh, en]).not.toContain('');
    return `${code} ${path}`.trim();
  });
}

const cases: readonly (readonly [string, string, string])[] = [
  ['no map', '- a', 'document_invalid'],
  ['neither rule nor correlation', 'title: t', 'document_invalid'],
  ['broken YAML', 'title: [a', 'yaml_invalid'],
  ['a key twice', 'title: a\ntitle: b', 'yaml_invalid title'],
  ['no title', 'logsource: {category: c}\ndetection: {s: {a: 1}, condition: s}', 'attribute_missing title'],
  ['no log source', 'title: t\ndetection: {s: {a: 1}, condition: s}', 'attribute_missing logsource'],
  [
    'an empty log source',
    'title: t\nlogsource: {definition: x}\ndetection: {s: {a: 1}, condition: s}',
    'attribute_missing logsource',
  ],
  ['a level that does not exist', `${detection('s: {a: 1}\ncondition: s')}level: severe`, 'attribute_invalid level'],
  ['no condition', detection('s: {a: 1}'), 'attribute_missing detection.condition'],
  ['an empty list of conditions', detection('s: {a: 1}\ncondition: []'), 'attribute_missing detection.condition'],
  ['a condition that is no text', detection('s: {a: 1}\ncondition: {x: y}'), 'attribute_invalid detection.condition'],
  ['no search', detection('condition: s'), 'attribute_missing detection'],
  ['an empty search', detection('s: {}\ncondition: s'), 'value_invalid detection.s'],
  ['an empty list', detection('s: []\ncondition: s'), 'value_invalid detection.s'],
  ['null without a field', detection('s: [null]\ncondition: s'), 'modifier_misused detection.s'],
  ['a map as a value', detection('s: {a: {b: 1}}\ncondition: s'), 'value_invalid detection.s.a'],
  ['a list in a list', detection('s: {a: [[1]]}\ncondition: s'), 'value_invalid detection.s.a'],
  ['a search that does not exist', detection('s: {a: 1}\ncondition: s and t'), 'selection_unknown detection.condition'],
  ['a pattern that means nothing', detection('s: {a: 1}\ncondition: 1 of t*'), 'selection_unknown detection.condition'],
  ['an aggregation', detection('s: {a: 1}\ncondition: s | count() > 5'), 'condition_invalid detection.condition'],
  ...['', 's and', 'and s', 's s', 'not', '(s', 's)', '()', '1 of', 'of them', '0 of them', 's*', 's or or s'].map(
    (condition) =>
      [
        `the condition "${condition}"`,
        detection(`s: {a: 1}\ncondition: '${condition}'`),
        'condition_invalid detection.condition',
      ] as const,
  ),
  ['a modifier that does not exist', detection('s: {a|contain: x}\ncondition: s'), 'modifier_unknown detection.s.a|contain'],
  ['flags without re', detection('s: {a|i: x}\ncondition: s'), 'modifier_misused detection.s.a|i'],
  ['re with cidr', detection('s: {a|re|cidr: x}\ncondition: s'), 'modifier_misused detection.s.a|re|cidr'],
  ['numbers with contains', detection('s: {a|gt|contains: 1}\ncondition: s'), 'modifier_misused detection.s.a|gt|contains'],
  ['contains of null', detection('s: {a|contains: null}\ncondition: s'), 'modifier_misused detection.s.a|contains'],
  ['gt of a text', detection('s: {a|gt: x}\ncondition: s'), 'value_invalid detection.s.a|gt'],
  ['exists of a text', detection('s: {a|exists: maybe}\ncondition: s'), 'value_invalid detection.s.a|exists'],
  ['exists without a field', detection("s: {'|exists': true}\ncondition: s"), 'modifier_misused detection.s.|exists'],
  ['base64 of a wildcard', detection("s: {a|base64: 'x*'}\ncondition: s"), 'modifier_misused detection.s.a|base64'],
  ['a network that is none', detection('s: {a|cidr: 10.0.0.0/33}\ncondition: s'), 'value_invalid detection.s.a|cidr'],
  ['a network of words', detection('s: {a|cidr: ten}\ncondition: s'), 'value_invalid detection.s.a|cidr'],
  ['a reference with a wildcard', detection("s: {a|fieldref: 'b*'}\ncondition: s"), 'value_invalid detection.s.a|fieldref'],
  ['a regular expression that is none', detection("s: {a|re: '(a'}\ncondition: s"), 'regexp_unsupported detection.s.a|re'],
  ['look-ahead', detection("s: {a|re: 'a(?=b)'}\ncondition: s"), 'regexp_unsupported detection.s.a|re'],
  ['a reference back', detection("s: {a|re: '(a)\\1'}\ncondition: s"), 'regexp_unsupported detection.s.a|re'],
  ['a placeholder', detection("s: {a|expand: '%x%'}\ncondition: s"), 'placeholder_unresolved detection.s.a|expand'],
  [
    'a type of correlation that does not exist',
    correlation('{type: count, rules: [r], timespan: 1m, condition: {gte: 1}}'),
    'attribute_invalid correlation.type',
  ],
  ['no rules', correlation('{type: event_count, timespan: 1m, condition: {gte: 1}}'), 'attribute_missing correlation.rules'],
  [
    'a rule that does not exist',
    correlation('{type: event_count, rules: [x], timespan: 1m, condition: {gte: 1}}'),
    'rule_unknown correlation.rules',
  ],
  ['no timespan', correlation('{type: event_count, rules: [r], condition: {gte: 1}}'), 'attribute_missing correlation.timespan'],
  [
    'a timespan without a unit',
    correlation('{type: event_count, rules: [r], timespan: 10, condition: {gte: 1}}'),
    'attribute_invalid correlation.timespan',
  ],
  [
    'no condition of a count',
    correlation('{type: event_count, rules: [r], timespan: 1m}'),
    'attribute_missing correlation.condition',
  ],
  [
    'an operator that does not exist',
    correlation('{type: event_count, rules: [r], timespan: 1m, condition: {ge: 1}}'),
    'attribute_invalid correlation.condition.ge',
  ],
  [
    'no operator',
    correlation('{type: value_count, rules: [r], timespan: 1m, condition: {field: a}}'),
    'attribute_missing correlation.condition',
  ],
  [
    'no field',
    correlation('{type: value_count, rules: [r], timespan: 1m, condition: {gte: 1}}'),
    'attribute_missing correlation.condition.field',
  ],
  [
    'a threshold that no window can hold',
    correlation('{type: event_count, rules: [r], timespan: 1m, condition: {gte: 20000}}'),
    'limit_exceeded correlation.condition',
  ],
  [
    'a name in the condition that is not in rules',
    correlation('{type: temporal, rules: [r], timespan: 1m, condition: r and x}'),
    'rule_unknown correlation.condition',
  ],
  [
    'a filter without rules',
    'title: f\nlogsource: {category: c}\nfilter: {s: {a: 1}, condition: s}',
    'attribute_missing filter.rules',
  ],
  [
    'a filter without a condition',
    'title: f\nlogsource: {category: c}\nfilter: {rules: any, s: {a: 1}}',
    'attribute_missing filter.condition',
  ],
];

describe('what is wrong is said with a code and a place', () => {
  test.each(cases)('%s', (_, text, expected) => {
    expect(problems(text)).toEqual([expected]);
  });

  test('correlations in a circle', () => {
    const ring = ['a', 'b'].map(
      (name, at) => `title: ${name}\nname: ${name}\ncorrelation: {type: temporal, rules: [${['b', 'a'][at]}], timespan: 1m}`,
    );
    expect(problems(ring.join('\n---\n')).sort()).toEqual([
      'correlation_cycle correlation.rules',
      'rule_unknown correlation.rules',
    ]);
  });

  test('a broken document does not take the others with it, and each is given with its line', () => {
    const parsed = parseSigma(
      `${detection('s: {a: 1}\ncondition: s')}---\ntitle: [\n---\n# remark\n\n${detection('t: {a: 1}\ncondition: t')}`,
    );
    expect(parsed.map(({ line, document, problem }) => [line, document?.kind ?? problem?.code])).toEqual([
      [1, 'rule'],
      [7, 'yaml_invalid'],
      [11, 'rule'],
    ]);
  });

  test('placeholders take their values, one or several, with wildcards', () => {
    const placeholders = new Map([['Servers', ['srv*', 'db1']]]);
    const documents = parseSigma(detection("s: {a|expand: 'x-%Servers%-\\%y%'}\ncondition: s"), { placeholders }).flatMap(
      ({ document }) => document ?? [],
    );
    const engine = new SigmaEngine(documents);
    const matches = (a: string): number => engine.process({ a }, { id: '', time: null }).length;
    expect(['x-srv7-%y%', 'X-DB1-%y%', 'x-web-%y%', 'x-%Servers%-%y%'].map(matches)).toEqual([1, 1, 0, 0]);
  });
});
