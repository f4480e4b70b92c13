import { describe, expect, test } from 'vitest';
import { SigmaEngine } from './engine.ts';
import { parseSigma } from './parse/document.ts';

const base = `
title: failed
name: failed
detection: {s: {action: login, ok: false}, condition: s}
---
title: ok
name: ok
id: 11111111-1111-4111-8111-111111111111
detection: {s: {action: login, ok: true}, condition: s}
---
title: read
name: read
detection: {s: {action: read}, condition: s}
---
title: out
name: out
detection: {s: {action: export}, condition: s}
`;
const correlation = (body: string): string =>
  `${base}---\ntitle: c\nid: c\ncorrelation:\n  ${body.trim().replaceAll('\n', '\n  ')}\n`;

/** Events as `time action user [more]`; F failed, O succeeded, R read, X export. Gives `rule@time group=value …` for each match. */
function run(file: string, lines: readonly string[], toleranceMs = 0): string[] {
  const parsed = parseSigma(file);
  expect(parsed.flatMap(({ problem }) => problem ?? [])).toEqual([]);
  const engine = new SigmaEngine(
    parsed.flatMap(({ document }) => document ?? []),
    { toleranceMs },
  );
  expect([...engine.problems.values()]).toEqual([]);
  return lines.flatMap((line) => {
    const [time = '', kind = '', user, ...more] = line.split(' ');
    const event: Record<string, unknown> = {
      action: { F: 'login', O: 'login', R: 'read', X: 'export', B: 'both' }[kind] ?? kind,
    };
    if (kind === 'F' || kind === 'O') event['ok'] = kind === 'O';
    if (user !== undefined && user !== '-') event['user'] = user;
    for (const pair of more) {
      const [name = '', value = ''] = pair.split('=');
      event[name] = /^\d+$/.test(value) ? Number(value) : value;
    }
    return engine
      .process(event, { id: line, time: Number(time) * 1_000 })
      .map(
        ({ document, group }) =>
          `${document.id ?? document.name}@${time}${group === undefined ? '' : ` ${Object.values(group).join('/')}`}`,
      );
  });
}

const cases: readonly (readonly [string, string, readonly string[], readonly string[]])[] = [
  [
    'event_count: from the threshold on, at every event that keeps it',
    'type: event_count\nrules: [failed]\ngroup-by: [user]\ntimespan: 10s\ncondition: {gte: 3}',
    ['0 F a', '1 F a', '2 F b', '3 F a', '4 F a', '5 O a'],
    ['c@3 a', 'c@4 a'],
  ],
  [
    'event_count: a window that slides, with both ends in it',
    'type: event_count\nrules: failed\ngroup-by: user\ntimespan: 10s\ncondition: {gte: 2}',
    ['0 F a', '10 F a', '21 F a'],
    ['c@10 a'],
  ],
  [
    'event_count: gt, and a window across the hour',
    'type: event_count\nrules: [failed]\ngroup-by: [user]\ntimespan: 1h\ncondition: {gt: 2}',
    ['3590 F a', '3595 F a', '3605 F a'],
    ['c@3605 a'],
  ],
  [
    'event_count: eq',
    'type: event_count\nrules: [failed]\ngroup-by: [user]\ntimespan: 9s\ncondition: {eq: 2}',
    ['0 F a', '1 F a', '2 F a', '11 F a'],
    ['c@1 a', 'c@11 a'],
  ],
  [
    'event_count: neq',
    'type: event_count\nrules: [failed]\ngroup-by: [user]\ntimespan: 1m\ncondition: {neq: 1}',
    ['0 F a', '1 F a'],
    ['c@1 a'],
  ],
  [
    'event_count: lt',
    'type: event_count\nrules: [failed]\ngroup-by: [user]\ntimespan: 1m\ncondition: {lt: 2}',
    ['0 F a', '1 F a'],
    ['c@0 a'],
  ],
  [
    'event_count: a range',
    'type: event_count\nrules: [failed]\ngroup-by: [user]\ntimespan: 1m\ncondition: {gt: 1, lte: 3}',
    ['0 F a', '1 F a', '2 F a', '3 F a'],
    ['c@1 a', 'c@2 a'],
  ],
  [
    'event_count: of two rules together',
    'type: event_count\nrules: [failed, read]\ngroup-by: [user]\ntimespan: 1m\ncondition: {gte: 2}',
    ['0 F a', '1 R a', '2 R b'],
    ['c@1 a'],
  ],
  [
    'event_count: without groups',
    'type: event_count\nrules: [failed]\ntimespan: 1m\ncondition: {gte: 2}',
    ['0 F a', '1 F b'],
    ['c@1 '],
  ],
  [
    'event_count: by two fields',
    'type: event_count\nrules: [failed]\ngroup-by: [user, ip]\ntimespan: 1m\ncondition: {gte: 2}',
    ['0 F a ip=x', '1 F a ip=y', '2 F a ip=x'],
    ['c@2 a/x'],
  ],
  [
    'event_count: events without the field belong to no group',
    'type: event_count\nrules: [failed]\ngroup-by: [user]\ntimespan: 1m\ncondition: {gte: 2}',
    ['0 F -', '1 F -', '2 F a', '3 F a'],
    ['c@3 a'],
  ],
  [
    'value_count',
    'type: value_count\nrules: [failed]\ngroup-by: [ip]\ntimespan: 1m\ncondition: {field: user, gte: 2}',
    ['0 F a ip=x', '1 F a ip=x', '2 F b ip=x', '3 F c ip=y'],
    ['c@2 x'],
  ],
  [
    'value_count: a value leaves with its event',
    'type: value_count\nrules: [failed]\ngroup-by: [ip]\ntimespan: 5s\ncondition: {field: user, gte: 2}',
    ['0 F a ip=x', '6 F b ip=x', '7 F a ip=x'],
    ['c@7 x'],
  ],
  [
    'value_count: of several fields',
    'type: value_count\nrules: [failed]\ngroup-by: [ip]\ntimespan: 1m\ncondition: {field: [user, app], gte: 3}',
    ['0 F a ip=x app=1', '1 F a ip=x app=2', '2 F b ip=x app=2', '3 F b ip=x'],
    ['c@2 x'],
  ],
  [
    'temporal: in any order',
    'type: temporal\nrules: [failed, read]\ngroup-by: [user]\ntimespan: 10s',
    ['0 R a', '1 F b', '2 F a', '20 R a', '21 F a'],
    ['c@2 a', 'c@21 a'],
  ],
  [
    'temporal: not beyond the span',
    'type: temporal\nrules: [failed, read]\ngroup-by: [user]\ntimespan: 10s',
    ['0 R a', '11 F a'],
    [],
  ],
  [
    'temporal: a number of different rules',
    'type: temporal\nrules: [failed, read, out]\ngroup-by: [user]\ntimespan: 1m\ncondition: {gte: 2}',
    ['0 R a', '1 R a', '2 X a'],
    ['c@2 a'],
  ],
  [
    'temporal: all three',
    'type: temporal\nrules: [failed, read, out]\ngroup-by: [user]\ntimespan: 1m',
    ['0 R a', '1 X a', '2 F a'],
    ['c@2 a'],
  ],
  [
    'temporal: condition over names',
    'type: temporal\nrules: [failed, read, out]\ngroup-by: [user]\ntimespan: 10s\ncondition: failed and (read or out)',
    ['0 R a', '1 F a', '20 X b', '21 F b', '40 F c'],
    ['c@1 a', 'c@21 b'],
  ],
  [
    'temporal: what must not occur',
    'type: temporal\nrules: [failed, read, out]\ngroup-by: [user]\ntimespan: 10s\ncondition: failed and read and not out',
    ['0 R a', '1 F a', '20 X b', '21 R b', '22 F b'],
    ['c@1 a'],
  ],
  [
    'temporal: names only in the condition',
    'type: temporal\ngroup-by: [user]\ntimespan: 10s\ncondition: failed and read',
    ['0 R a', '1 F a'],
    ['c@1 a'],
  ],
  [
    'temporal_ordered: only in the order of the list',
    'type: temporal_ordered\nrules: [failed, read, out]\ngroup-by: [user]\ntimespan: 1m',
    ['0 X a', '1 R a', '2 F a', '3 R a', '4 X a'],
    ['c@4 a'],
  ],
  [
    'temporal_ordered: completed by the last rule only',
    'type: temporal_ordered\nrules: [failed, ok]\ngroup-by: [user]\ntimespan: 1m',
    ['0 F a', '1 O a', '2 F a', '3 O a'],
    ['c@1 a', 'c@3 a'],
  ],
  [
    'temporal_ordered: with others between',
    'type: temporal_ordered\nrules: [failed, ok]\ngroup-by: [user]\ntimespan: 1m',
    ['0 F a', '1 R a', '2 F b', '3 O a'],
    ['c@3 a'],
  ],
  [
    'temporal_ordered: at the same time, in the order of arrival',
    'type: temporal_ordered\nrules: [failed, ok]\ngroup-by: [user]\ntimespan: 1m',
    ['0 O a', '0 F a', '5 F b', '5 O b'],
    ['c@5 b'],
  ],
  [
    'value_sum',
    'type: value_sum\nrules: [read]\ngroup-by: [user]\ntimespan: 10s\ncondition: {field: rows, gt: 100}',
    ['0 R a rows=60', '5 R a rows=40', '6 R a rows=1', '16 R a rows=99'],
    ['c@6 a'],
  ],
  [
    'value_avg',
    'type: value_avg\nrules: [read]\ngroup-by: [user]\ntimespan: 1m\ncondition: {field: rows, gte: 50}',
    ['0 R a rows=40', '1 R a rows=60', '2 R a rows=10', '3 R a'],
    ['c@1 a'],
  ],
  [
    'value_percentile: with the percentile',
    'type: value_percentile\nrules: [read]\ngroup-by: [user]\ntimespan: 1m\ncondition: {field: rows, percentile: 50, gte: 20}',
    ['0 R a rows=10', '1 R a rows=20', '2 R a rows=30'],
    ['c@2 a'],
  ],
  [
    'value_percentile: linear between values',
    'type: value_percentile\nrules: [read]\ngroup-by: [user]\ntimespan: 1m\ncondition: {field: rows, percentile: 75, eq: 25}',
    ['0 R a rows=10', '1 R a rows=30'],
    ['c@1 a'],
  ],
  [
    'value_percentile: how common a text is',
    'type: value_percentile\nrules: [read]\ngroup-by: [host]\ntimespan: 1m\ncondition: {field: user, lte: 25}',
    ['0 R a host=h', '1 R a host=h', '2 R a host=h', '3 R b host=h'],
    ['c@3 h'],
  ],
  [
    'value_median',
    'type: value_median\nrules: [read]\ngroup-by: [user]\ntimespan: 1m\ncondition: {field: rows, gt: 15}',
    ['0 R a rows=10', '1 R a rows=20', '2 R a rows=30'],
    ['c@2 a'],
  ],
  [
    'aliases',
    'type: temporal\nrules: [failed, read]\ngroup-by: [who]\ntimespan: 1m\naliases:\n  who:\n    failed: user\n    read: reader',
    ['0 F a', '1 R - reader=b', '2 R - reader=a'],
    ['c@2 a'],
  ],
  [
    'references by id',
    'type: event_count\nrules: [11111111-1111-4111-8111-111111111111]\ngroup-by: [user]\ntimespan: 1m\ncondition: {gte: 2}',
    ['0 O a', '1 O a'],
    ['c@1 a'],
  ],
  [
    'generate: the rules are reported too',
    'type: event_count\nrules: [failed]\ngroup-by: [user]\ntimespan: 1m\ngenerate: true\ncondition: {gte: 2}',
    ['0 F a', '1 F a'],
    ['failed@0', 'failed@1', 'c@1 a'],
  ],
];

describe('correlations', () => {
  test.each(cases)('%s', (_, body, events, expected) => {
    // Rules that nothing refers to are reported by themselves: only the correlation and what it refers to are looked at.
    const referred = (line: string): boolean => line.startsWith('c@') || body.includes('generate');
    expect(run(correlation(body), events).filter(referred)).toEqual(expected);
  });

  test('a rule that a correlation refers to is not reported, others are', () => {
    const file = correlation('type: event_count\nrules: [failed]\ngroup-by: [user]\ntimespan: 1m\ncondition: {gte: 2}');
    expect(run(file, ['0 F a', '1 O a', '2 F a'])).toEqual(['11111111-1111-4111-8111-111111111111@1', 'c@2 a']);
  });

  test('a chain: many failures, then a success', () => {
    const file = `${correlation('type: temporal_ordered\nrules: [many, ok]\ngroup-by: [user]\ntimespan: 1m')}---
title: many
name: many
correlation: {type: event_count, rules: [failed], group-by: [user], timespan: 10s, condition: {gte: 3}}
`;
    expect(run(file, ['0 O a', '1 F a', '2 F a', '3 O a', '4 F a', '5 O b', '6 O a', '80 O a'])).toEqual(['c@6 a']);
  });

  test('a chain counts what a correlation reports, by a field of the event that completed it', () => {
    const file = `${correlation('type: value_count\nrules: [many]\ngroup-by: [ip]\ntimespan: 1m\ncondition: {field: user, gte: 2}')}---
title: many
name: many
correlation: {type: event_count, rules: [failed], group-by: [user], timespan: 10s, condition: {gte: 2}}
`;
    expect(run(file, ['0 F a ip=x', '1 F a ip=x', '2 F b ip=x', '3 F b ip=x'])).toEqual(['c@3 x']);
  });

  test('an event that arrives late completes what it belongs to', () => {
    const file = correlation('type: temporal_ordered\nrules: [failed, ok]\ngroup-by: [user]\ntimespan: 10s');
    expect(run(file, ['5 O a', '4 F a'], 3_000)).toEqual(['c@4 a']);
    expect(run(file, ['9 O a', '4 F a'], 3_000)).toEqual([]);
  });

  test('an event without a time matches rules and is left out of correlations', () => {
    const [document] = parseSigma(correlation('type: event_count\nrules: [failed]\ntimespan: 1m\ncondition: {gte: 1}')).map(
      (one) => one.document,
    );
    const engine = new SigmaEngine(document === undefined ? [] : [document]);
    expect(engine.process({ action: 'login', ok: false }, { id: 'x', time: null })).toHaveLength(1);
  });
});

describe('filters', () => {
  const filter = (body: string, source = 'category: t', rules = '[r1]') =>
    `title: r\nid: r1\nlogsource: {category: t, product: p}\ndetection: {s: {a: 1}, condition: s}\n---\ntitle: f\nlogsource: {${source}}\nfilter:\n  rules: ${rules}\n  ${body}\n`;
  const matches = (file: string, event: Record<string, unknown>): number =>
    new SigmaEngine(parseSigma(file).flatMap(({ document }) => document ?? [])).process(event, { id: '1', time: 1 }).length;

  test.each([
    ['what its condition holds of goes', 'selection: {user|startswith: adm_}\n  condition: selection', [1, 0]],
    ['a condition that is a negation says what stays', 'selection: {user|startswith: adm_}\n  condition: not selection', [1, 0]],
    ['several searches', 'sel_a: {user: x}\n  sel_b: {user|startswith: adm_}\n  condition: 1 of sel_*', [1, 0]],
    ['several searches, negated', 'sel_a: {user: x}\n  sel_b: {user|startswith: adm_}\n  condition: not 1 of sel_*', [1, 0]],
  ])('%s', (_, body, [other, admin]) => {
    expect(matches(filter(body), { a: 1, user: 'bob' })).toBe(other);
    expect(matches(filter(body), { a: 1, user: 'adm_root' })).toBe(admin);
    expect(matches(filter(body), { a: 2, user: 'bob' })).toBe(0);
  });

  const admin = 'selection: {user: adm}\n  condition: selection';
  test('only of the rules that are listed, by id or name, and of the log source', () => {
    const event = { a: 1, user: 'adm' };
    expect(matches(filter(admin), event)).toBe(0);
    expect(matches(filter(admin, 'category: t', '[other]'), event)).toBe(1);
    expect(matches(filter(admin, 'category: t', 'any'), event)).toBe(0);
    expect(matches(filter(admin, 'category: u'), event)).toBe(1);
    expect(matches(filter(admin, 'category: t, product: p'), event)).toBe(0);
    expect(matches(filter(admin, 'category: t, service: s'), event)).toBe(1);
  });
});
