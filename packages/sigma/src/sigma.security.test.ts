import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SigmaEngine } from './engine.ts';
import { RuleMatcher } from './match/matcher.ts';
import type { SigmaRule } from './model.ts';
import { parseSigma } from './parse/document.ts';
import { LinearRegExp } from './regexp/linear.ts';
import { UnsupportedPattern } from './regexp/syntax.ts';
import { naiveMatcher } from './testing/naive-matcher.ts';

/** Processor time of this thread that no hostile file or event may take, in ms: what they take without bounds is minutes. */
const bound = 20_000;

function spent(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}

const laughs = Array.from({ length: 20 }, (_, at) => {
  const [name, before] = [`n${at + 1}`, `n${at}`];
  return `${name}: &${name} [${Array.from({ length: 10 }, () => (at === 0 ? 'x' : `*${before}`)).join(', ')}]`;
}).join('\n');

describe('a hostile rule file costs bounded time and is refused or read', () => {
  test.each([
    ['brackets without end', '['.repeat(400_000)],
    ['brackets as many as are taken', '['.repeat(1_900)],
    ['nested lists in one line', '- '.repeat(200_000)],
    ['nested maps', Array.from({ length: 900 }, (_, at) => `${' '.repeat(at)}a:`).join('\n')],
    ['a billion laughs', laughs],
    ['an anchor in itself', 'a: &a [*a]'],
    ['many documents', '---\na: 1\n'.repeat(10_500)],
    ['many keys', Array.from({ length: 6_000 }, (_, at) => `k${at}: v`).join('\n')],
    ['one key many times', 'k: v\n'.repeat(8_000)],
    ['remarks', '#\n'.repeat(100_000)],
    ['a file without end', 'a'.repeat(20_000_000)],
    ['nested conditions', `title: t\ndetection: {s: {a: 1}, condition: '${'('.repeat(4_000)}s${')'.repeat(4_000)}'}`],
    ['negations', `title: t\ndetection: {s: {a: 1}, condition: '${'not '.repeat(2_000)}s'}`],
    ['alternatives that multiply', `title: t\ndetection: {s: {a|expand|expand: '${'%p%'.repeat(20)}'}, condition: s}`],
    ['dashes that multiply', `title: t\ndetection: {s: {a|windash: '${' -a'.repeat(2_000)}'}, condition: s}`],
  ])('%s', (_, text) => {
    const placeholders = new Map([['p', ['a', 'b', 'c']]]);
    expect(
      spent(() => new SigmaEngine(parseSigma(text, { placeholders }).flatMap(({ document }) => document ?? []))),
    ).toBeLessThan(bound);
  });

  test('correlations that build on one another without end', () => {
    const chain = Array.from(
      { length: 3_000 },
      (_, at) => `title: c\nname: c${at}\ncorrelation: {type: temporal, rules: [c${at + 1}], timespan: 1m}`,
    );
    const documents = parseSigma(chain.join('\n---\n')).flatMap(({ document }) => document ?? []);
    expect(new SigmaEngine(documents).problems.size).toBe(3_000);
  });
});

const rule = (detection: string): SigmaRule => {
  const [parsed] = parseSigma(`title: t\ndetection: {s: ${detection}, condition: s}`);
  if (parsed?.document?.kind !== 'rule') throw new Error(JSON.stringify(parsed?.problem));
  return parsed.document;
};

describe('a hostile event costs bounded time, whatever the rule', () => {
  const long = 'a'.repeat(200_000);
  const deep = (depth: number): unknown => JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`);
  test.each<[string, string, Record<string, unknown>]>([
    ['nested repetition', "{f|re: '^(a+)+$'}", { f: `${long}!` }],
    ['overlapping alternatives', "{f|re: '(a|a|aa)*b'}", { f: long }],
    ['stars in a row', "{f|re: '.*.*.*.*=.*'}", { f: long }],
    ['a counter', "{f|re: 'a{200}b'}", { f: long }],
    ['wildcards in a row', `{f: '${'*a'.repeat(400)}b'}`, { f: long }],
    ['single wildcards', `{f: '*${'a?'.repeat(400)}b*'}`, { f: long }],
    ['a long needle in a hay of its kind', `{f: '*${'a'.repeat(4_000)}b*c*'}`, { f: long }],
    ['a literal in a list', `{f|contains: ['${'a'.repeat(4_000)}b', aab, ab]}`, { f: long }],
    [
      'a reference to a list',
      '{f|fieldref|contains: g}',
      { f: Array.from({ length: 20_000 }, () => 'aaa'), g: Array.from({ length: 20_000 }, () => 'b') },
    ],
    ['a list without end', '{f|contains: b}', { f: Array.from({ length: 200_000 }, () => 'a') }],
    ['a deep event for a search without a field', "['needle']", { x: deep(5_000) }],
    ['a deep event for a path', `{${'a.'.repeat(200)}a: 1}`, deep(5_000) as Record<string, unknown>],
    ['paths that branch', `{${'a.'.repeat(23)}a: 1}`, { a: { 'a.a': {}, a: { 'a.a.a': { a: {} } } }, 'a.a': { a: { a: {} } } }],
    ['a date without end', '{f|hour: 3}', { f: '1'.repeat(200_000) }],
    ['an address without end', "{f|cidr: '::/0'}", { f: ':'.repeat(200_000) }],
  ])('%s', (_, detection, event) => {
    const matcher = new RuleMatcher([{ rule: rule(detection) }]);
    expect(matcher.problems.size).toBe(0);
    expect(spent(() => expect(matcher.match(event)).toEqual([]))).toBeLessThan(bound);
  });

  test('members that every object has are no fields', () => {
    const matcher = new RuleMatcher([{ rule: rule('{constructor|exists: true}') }, { rule: rule('{a.__proto__|exists: true}') }]);
    expect(matcher.match({ a: { b: 1 } })).toEqual([]);
    expect(matcher.match(JSON.parse('{"a":{"__proto__":1}}'))).toEqual([1]);
  });
});

/** Parts of rules and events that often meet. */
const word = fc.constantFrom(
  'a',
  'b',
  'ab',
  'aB',
  'abc',
  '',
  '*',
  '?',
  'a*',
  '*b',
  'a*b',
  'a?',
  '\\*',
  'x\\',
  '-a',
  '/b',
  '中',
  'İ',
  'ς',
  '1',
  '10.0.0.1',
);
const value = fc.oneof(
  word.map((text) => JSON.stringify(text)),
  fc.constantFrom('1', '0x1', 'true', 'null', '1.5'),
);
const values = fc.oneof(
  value,
  fc.array(value, { minLength: 1, maxLength: 4 }).map((list) => `[${list.join(', ')}]`),
);
const key = fc
  .tuple(
    fc.constantFrom('f', 'g', 'o.p', ''),
    fc.constantFrom(
      '',
      '',
      '',
      '|contains',
      '|startswith',
      '|endswith',
      '|contains|all',
      '|cased',
      '|contains|cased',
      '|windash',
      '|neq',
      '|re',
      '|gt',
      '|exists',
      '|fieldref',
      '|cidr',
      '|base64offset|contains',
      '|wide',
      '|hour',
      '|all',
    ),
  )
  .map(([field, modifier]) => `${field}${modifier}`);
const map = fc
  .array(fc.tuple(key, values), { minLength: 1, maxLength: 3 })
  .map((pairs) => `{${[...new Map(pairs)].map(([name, list]) => `${JSON.stringify(name)}: ${list}`).join(', ')}}`);
const search = fc.oneof(
  map,
  map,
  fc.array(map, { minLength: 1, maxLength: 2 }).map((list) => `[${list.join(', ')}]`),
  values,
);
const condition = fc.constantFrom(
  's',
  's and t',
  's or t',
  'not s',
  's and not t',
  '1 of them',
  'all of s*',
  'not 1 of t*',
  '(s or t) and not (s and t)',
  '2 of them',
);
const ruleText = fc
  .tuple(search, search, condition)
  .map(([s, t, text]) => `title: t\ndetection:\n  s: ${s}\n  t: ${t}\n  condition: ${text}\n`);
const scalar = fc.constantFrom<unknown>(
  'a',
  'b',
  'AB',
  'ab',
  'abc',
  'xaby',
  '',
  null,
  1,
  1.5,
  true,
  '中',
  'i̇',
  'σ',
  '10.0.0.1',
  ['a', 'b'],
  [],
  { p: 'a' },
  'a*',
  '-a',
  '\u2013a',
  '2025-01-01T01:00:00Z',
);
const event = fc.record({ f: scalar, g: scalar, o: fc.oneof(scalar, fc.record({ p: scalar })) }, { requiredKeys: [] });

describe('any rule and any event', () => {
  test('many rules through one index answer like each by itself', () => {
    fc.assert(
      fc.property(
        fc.array(ruleText, { minLength: 1, maxLength: 8 }),
        fc.array(event, { minLength: 1, maxLength: 6 }),
        (texts, events) => {
          const rules = texts.flatMap((text) =>
            parseSigma(text).flatMap(({ document }) => (document?.kind === 'rule' ? [document] : [])),
          );
          const together = new RuleMatcher(rules.map((one) => ({ rule: one })));
          const usable = rules.filter((_, at) => !together.problems.has(at) && expressible(texts));
          const matcher = new RuleMatcher(usable.map((one) => ({ rule: one })));
          const naive = naiveMatcher(usable);
          for (const one of events) expect([one, matcher.match(one)]).toEqual([one, naive(one)]);
        },
      ),
      { numRuns: 400 },
    );
  });

  test('texts that share a place in what was read last are told apart, also when they come in turn', () => {
    const text = 'title: t\ndetection:\n  s: {f|contains: needle}\n  w: {f: "%s"}\n  condition: 1 of them\n';
    // Alike at the places that the sum looks at, and of one length.
    const [plain, with_, whole] = ['a'.repeat(40), `aaaa${'needle'}${'a'.repeat(30)}`, `${'a'.repeat(25)}bb${'a'.repeat(13)}`];
    const [document] = parseSigma(text.replace('%s', whole)).map(({ document }) => document);
    if (document?.kind !== 'rule') throw new Error('no rule');
    const matcher = new RuleMatcher([{ rule: document }]);
    for (let round = 0; round < 3; round += 1)
      for (const [value, expected] of [
        [plain, 0],
        [with_, 1],
        [whole, 1],
        ['x'.repeat(600), 0],
        [`${'x'.repeat(600)}needle`, 1],
      ] as const)
        expect([value, matcher.match({ f: [value], g: plain }).length]).toEqual([value, expected]);
  });

  /** The engine's own case folding differs from ours for these letters, which have cases of their own in the tests of conformance. */
  const expressible = (texts: readonly string[]): boolean => !texts.some((text) => /[İς]/.test(text));

  test('parsing and matching never throw', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 200 }),
          ruleText.map((text) => text.replace(/[{}[\]]/, '')),
        ),
        event,
        (text, one) => {
          const documents = parseSigma(text).flatMap(({ document }) => document ?? []);
          new SigmaEngine(documents).process(one, { id: 'x', time: 1 });
        },
      ),
      { numRuns: 400 },
    );
  });

  test('regular expressions answer like the native engine', () => {
    const piece = fc.constantFrom(
      'a',
      'b',
      '.',
      '\\d',
      '\\w',
      '\\s',
      '[ab]',
      '[^a]',
      '^',
      '$',
      '\\b',
      '(a|b)',
      '(?:ab)',
      'a*',
      'b+',
      'a?',
      'a{2}',
      'b{0,2}',
      '|',
      '\\n',
      '-',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')),
        fc.constantFrom('', 'i', 'm', 's', 'ims'),
        fc.array(fc.constantFrom('a', 'b', 'A', '1', ' ', '-', '\n', '_'), { maxLength: 8 }).map((chars) => chars.join('')),
        (source, flags, text) => {
          // `$` before a newline at the end is PCRE's, not ECMAScript's.
          fc.pre(!(source.includes('$') && text.endsWith('\n')));
          // ECMAScript's dot leaves out more line ends, which are not among the texts.
          let native: RegExp;
          try {
            native = new RegExp(source, `${flags}u`);
          } catch {
            return;
          }
          try {
            const linear = new LinearRegExp(source, {
              ignoreCase: flags.includes('i'),
              multiline: flags.includes('m'),
              dotAll: flags.includes('s'),
            });
            expect([source, flags, text, linear.test(text)]).toEqual([source, flags, text, native.test(text)]);
          } catch (error) {
            if (!(error instanceof UnsupportedPattern)) throw error;
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
