import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LOAD_LIMITS, type LoadResult, loadPolicies } from './load-policies.ts';
import { scanPolicyText } from './scan-policy-text.ts';

const SCHEMA = `
  entity User { ok: Bool, level: Long, boss: User };
  action read appliesTo { principal: User, resource: User, context: { ok: Bool } };`;

function load(condition: string, schema: string | null = null): LoadResult {
  const text = `permit(principal, action, resource) when { ${condition} };`;
  return loadPolicies({
    files: [{ name: 'a.cedar', text }],
    schema: schema === null ? null : { name: 'a.cedarschema', text: schema },
  });
}

function codesOf(result: LoadResult): string[] {
  return result.ok ? [] : result.problems.map((problem) => problem.code);
}

function engineWorks(): boolean {
  return load('context.ok', SCHEMA).ok;
}

/** Overflowing the engine's stack breaks it for the life of the process, so nothing may get there that could. */
describe('nesting that would break the engine', () => {
  const depth = 5_000;
  test.each([
    ['brackets', '('.repeat(depth) + 'true' + ')'.repeat(depth)],
    ['sets', '['.repeat(depth) + '1' + ']'.repeat(depth)],
    ['records', '{a:'.repeat(depth) + '1' + '}'.repeat(depth)],
    ['brackets that are never closed', '('.repeat(depth)],
    ['conditionals', `${'if true then true else '.repeat(depth / 2)}true`],
    ['a chain of conjunctions', Array(depth).fill('context.ok').join(' && ')],
    ['a chain of sums', Array(depth).fill('1').join('+')],
    ['a chain of attributes', `context${'.a'.repeat(depth)}`],
    ['a chain of methods', `context${'.toDate()'.repeat(depth)}`],
    ['a chain of negations', `${'!'.repeat(depth)}true`],
    ['a chain of minuses', `${'-'.repeat(depth)}1 == 1`],
    ['a chain of indexes', `context${'["a"]'.repeat(depth)}`],
  ])('%s: refused before the engine sees it', (_, condition) => {
    expect(codesOf(load(condition))).toEqual(['too_large']);
    expect(engineWorks()).toBe(true);
  });

  test('in a schema too', () => {
    const record = `entity User { a: ${'{a: '.repeat(depth)}Long${'}'.repeat(depth)} };`;
    const set = `entity User { a: ${'Set<'.repeat(depth)}Long${'>'.repeat(depth)} };`;
    const json = `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    expect(codesOf(load('true', record))).toEqual(['too_large']);
    expect(codesOf(load('true', set))).toEqual(['too_large']);
    const file = { name: 'a.cedar', text: 'permit(principal, action, resource);' };
    expect(codesOf(loadPolicies({ files: [file], schema: { name: 's.json', text: json } }))).toEqual(['too_large']);
    expect(engineWorks()).toBe(true);
  });

  // The braces of the clause are one level.
  const levels = LOAD_LIMITS.nesting - 1;
  test.each([
    ['brackets', '('.repeat(levels) + 'context.ok' + ')'.repeat(levels)],
    ['conjunctions in brackets', '(context.ok && '.repeat(levels) + 'context.ok' + ')'.repeat(levels)],
    ['conditionals in brackets', '(if context.ok then context.ok else '.repeat(levels) + 'context.ok' + ')'.repeat(levels)],
    ['sets', `${'['.repeat(levels)}1${']'.repeat(levels)} == ${'['.repeat(levels)}1${']'.repeat(levels)}`],
    ['records', `${'{a:'.repeat(levels)}context.ok${'}'.repeat(levels)}${'.a'.repeat(levels)}`],
    ['calls', '[true].contains('.repeat(levels) + 'context.ok' + ')'.repeat(levels)],
    ['conditionals', `${'if context.ok then context.ok else '.repeat(LOAD_LIMITS.conditionals)}context.ok`],
    ['a chain of attributes', `principal${'.boss'.repeat(LOAD_LIMITS.operators - 1)}.ok`],
    ['a chain of sums', `${Array(LOAD_LIMITS.operators).fill('1').join('+')} > 0`],
    ['a chain in brackets', `${'('.repeat(levels)}${Array(199).fill('context.ok').join('||')}${')'.repeat(levels)}`],
  ])('%s up to the limit: the engine takes it', (_, condition) => {
    expect(codesOf(load(condition, SCHEMA))).toEqual([]);
  });
});

describe('size', () => {
  test('of a policy, a file and a schema', () => {
    expect(codesOf(load(`"${'x'.repeat(LOAD_LIMITS.policyLength)}" == ""`))).toEqual(['too_large']);
    expect(codesOf(loadPolicies({ files: [{ name: 'a', text: ' '.repeat(LOAD_LIMITS.fileLength + 1) }], schema: null }))).toEqual(
      ['too_large'],
    );
    expect(codesOf(load('true', ' '.repeat(2 ** 20 + 1)))).toEqual(['too_large']);
  });

  test('a file of one long string, comment or number is read in linear time', () => {
    for (const body of ['"', '//', '"\\', '1', 'a', '/']) {
      const text = (body + body.slice(-1).repeat(LOAD_LIMITS.fileLength)).slice(0, LOAD_LIMITS.fileLength);
      expect(loadPolicies({ files: [{ name: 'a', text }], schema: null }).ok).toBe(body === '//' || body === '/');
    }
  });
});

describe('integers that JSON cannot hold', () => {
  const marker = 'menshen-long:9223372036854775807';

  test('a string that looks like our notation for them stays a string', () => {
    const result = load(`"${marker}" == "${marker}"`);
    expect(result.ok).toBe(true);
  });

  test('and is refused beside one, also when it is written with escapes', () => {
    for (const text of [marker, marker.replace('m', '\\u{6d}'), 'menshen-long:1']) {
      expect(codesOf(load(`"${text}" == 9223372036854775807`))).toEqual(['unsupported_policy']);
    }
  });

  test('beyond 64 bits: the engine refuses them', () => {
    expect(codesOf(load('9223372036854775808 == 1'))).toEqual(['syntax_error']);
    expect(codesOf(load(`${'9'.repeat(5_000)} == 1`))).toEqual(['syntax_error']);
  });
});

describe('any text', () => {
  test('is split without losing a character that is not space or comment', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        ';',
        '"',
        '\\',
        '//',
        '\n',
        '\r',
        '\u2028',
        '{',
        '}',
        'permit(principal, action, resource)',
        '@id("x")',
        "'",
      ),
      fc.string({ unit: 'binary', maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join('');
        let end = 0;
        for (const source of scanPolicyText(text)) {
          expect(text.slice(end, source.offset)).toMatch(/^(?:\s|\/\/[^\n\r]*)*$/u);
          expect(text.slice(source.offset, source.offset + source.text.length)).toBe(source.text);
          end = source.offset + source.text.length;
        }
        expect(text.slice(end)).toMatch(/^(?:\s|\/\/[^\n\r]*)*$/u);
      }),
    );
  });

  test('never throws, and a forbid is never lost in what surrounds it', () => {
    const noise = fc.array(
      fc.constantFrom(
        '"',
        ';',
        '//',
        '\n',
        '\r',
        '/*',
        '*/',
        "'",
        '\u0085',
        '\u2028',
        '\\',
        '"a;b"',
        '@x("//")',
        '\ufeff',
        '\u00a0',
      ),
      { maxLength: 8 },
    );
    const request = {
      principal: { type: 'U', id: 'u' },
      action: { type: 'Action', id: 'a' },
      resource: { type: 'U', id: 'u' },
      context: {},
    };
    fc.assert(
      fc.property(noise, noise, (before, after) => {
        const text = `permit(principal, action, resource);${before.join('')}forbid(principal, action, resource);${after.join('')}`;
        const result = loadPolicies({ files: [{ name: 'a.cedar', text }], schema: null });
        if (!result.ok) return;
        const commented = /\/\/[^\n\r]*forbid/.test(text) && result.policies.policies.length === 1;
        expect(commented || !result.policies.decide(request, { get: () => undefined }).allow).toBe(true);
      }),
    );
  });
});
