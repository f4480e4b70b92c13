import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../main.ts';

const rules = `
title: Failed sign-in
id: 5c7f1c0e-5f0e-4d0e-8f52-3f0f8a1f6a01
name: failed
logsource: {category: application}
detection: {s: {action: login, ok: false}, condition: s}
---
title: Burst
id: 5c7f1c0e-5f0e-4d0e-8f52-3f0f8a1f6a02
correlation: {type: event_count, rules: [failed], group-by: [user], timespan: 1m, condition: {gte: 2}}
---
title: Scanner
name: scanner
logsource: {category: webserver}
detection: {s: {c-useragent|contains: sqlmap}, condition: s}
`;

let folder = '';
const file = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'menshen-sigma-'));
  mkdirSync(file('rules/web'), { recursive: true });
  writeFileSync(file('rules/sign_in.yml'), rules);
  writeFileSync(file('rules/web/empty.yaml'), '# nothing yet\n');
  writeFileSync(file('rules/readme.txt'), 'no rule');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(...args: string[]): Promise<{ code: number; out: unknown[]; err: string[] }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main([...args, '--lang', 'en'], { out: (text) => out.push(text), err: (text) => err.push(text), ask: null });
  return { code, out: out.map((line) => JSON.parse(line) as unknown), err };
}

const events = (...list: (Record<string, unknown> | string)[]): string => {
  writeFileSync(file('events.jsonl'), list.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\n'));
  return file('events.jsonl');
};

describe('sigma check', () => {
  it('counts files, documents that parse and documents that compile', async () => {
    expect(await run('sigma', 'check', file('rules'))).toEqual({
      code: 0,
      out: [{ files: 2, parsed: 3, compiled: 3, refused: [] }],
      err: [],
    });
  });

  it('names what is refused, with file, line, place and code', async () => {
    writeFileSync(
      file('broken.yml'),
      `${rules}---\ntitle: x\nlogsource: {category: c}\ndetection: {s: {a|expand: '%p%'}, condition: s}\n---\ntitle: [\n`,
    );
    const { code, out } = await run('sigma', 'check', file('broken.yml'));
    expect(code).toBe(1);
    expect(out).toEqual([
      {
        files: 1,
        parsed: 4,
        compiled: 3,
        refused: [
          { file: file('broken.yml'), reason: expect.stringMatching(/^document at line 21: .*\[yaml_invalid\]$/) },
          {
            file: file('broken.yml'),
            reason: expect.stringMatching(/^document at line 17, detection\.s\.a\|expand: .*\[placeholder_unresolved\]$/),
          },
        ],
      },
    ]);
  });

  it('takes values of placeholders', async () => {
    writeFileSync(
      file('placeholder.yml'),
      "title: x\nlogsource: {category: c}\ndetection: {s: {a|expand: '%p%'}, condition: s}\n",
    );
    writeFileSync(file('values.json'), '{"p": ["one", "two"]}');
    expect((await run('sigma', 'check', file('placeholder.yml'), '--placeholders', file('values.json'))).code).toBe(0);
    writeFileSync(file('values.json'), '{"p": {}}');
    expect((await run('sigma', 'check', file('placeholder.yml'), '--placeholders', file('values.json'))).code).toBe(2);
  });

  it('says when there is nothing to read', async () => {
    expect((await run('sigma', 'check')).code).toBe(2);
    expect((await run('sigma', 'check', file('none'))).code).toBe(2);
  });
});

describe('sigma test', () => {
  it('gives a line a match, in the order of time, with the group of a correlation', async () => {
    const file1 = events(
      { id: 'late', _time: 30_000, action: 'login', ok: false, user: 'a' },
      { time: 10_000, action: 'login', ok: false, user: 'a' },
      '',
      { id: 7, _time: 5_000, 'c-useragent': 'sqlmap/1.8' },
      { id: 'far', _time: 200_000, action: 'login', ok: false, user: 'a' },
    );
    expect(await run('sigma', 'test', '--rules', file('rules'), '--events', file1)).toEqual({
      code: 1,
      out: [
        { rule: 'scanner', event: 7 },
        { rule: '5c7f1c0e-5f0e-4d0e-8f52-3f0f8a1f6a02', event: 'late', group: { user: 'a' } },
      ],
      err: [],
    });
  });

  it('names an event without an id by its line, from 0', async () => {
    const { out } = await run(
      'sigma',
      'test',
      '--rules',
      file('rules'),
      '--events',
      events({ a: 1 }, '', { 'c-useragent': 'sqlmap' }),
    );
    expect(out).toEqual([{ rule: 'scanner', event: 2 }]);
  });

  it('maps our own events to the fields of Sigma, unless told not to', async () => {
    const given = events({ id: 'x', ts: 1, action: 'order.read', user_agent: 'sqlmap/1' });
    expect((await run('sigma', 'test', '--rules', file('rules'), '--events', given)).out).toEqual([
      { rule: 'scanner', event: 'x' },
    ]);
    expect((await run('sigma', 'test', '--rules', file('rules'), '--events', given, '--raw')).out).toEqual([]);
  });

  it('counts events of one id and time each by itself', async () => {
    const given = events(
      { id: 'same', _time: 1, action: 'login', ok: false, user: 'u' },
      { id: 'same', _time: 1, action: 'login', ok: false, user: 'u' },
    );
    const { out } = await run('sigma', 'test', '--rules', file('rules'), '--events', given);
    expect(out).toEqual([{ rule: '5c7f1c0e-5f0e-4d0e-8f52-3f0f8a1f6a02', event: 'same', group: { user: 'u' } }]);
  });

  it('tells more with --json', async () => {
    const given = events(
      { id: 'a', _time: 1, action: 'login', ok: false, user: 'u' },
      { id: 'b', _time: 2, action: 'login', ok: false, user: 'u' },
    );
    expect((await run('sigma', 'test', '--rules', file('rules'), '--events', given, '--json')).out).toEqual([
      {
        rule: '5c7f1c0e-5f0e-4d0e-8f52-3f0f8a1f6a02',
        event: 'b',
        group: { user: 'u' },
        title: 'Burst',
        level: null,
        value: 2,
        events: ['a', 'b'],
      },
    ]);
  });

  it('names a rule that is refused and goes on with the others; without any left it exits with 2', async () => {
    writeFileSync(
      file('half.yml'),
      `title: bad\nid: bad\ndetection: {s: {a|nope: 1}, condition: s}\n---\ntitle: good\ndetection: {s: {a: 1}, condition: s}\n`,
    );
    const given = events({ id: 'x', a: 1 });
    const half = await run('sigma', 'test', '--rules', file('half.yml'), '--events', given);
    expect([half.code, half.out]).toEqual([1, [{ rule: 'good', event: 'x' }]]);
    expect(half.err.join()).toContain('modifier_unknown');
    writeFileSync(file('half.yml'), 'title: bad\nid: bad\ndetection: {s: {a|nope: 1}, condition: s}\n');
    expect((await run('sigma', 'test', '--rules', file('half.yml'), '--events', given)).code).toBe(2);
  });

  it('reads hours of numeric times in the time zone that it is given', async () => {
    writeFileSync(file('night.yml'), 'title: night\ndetection: {s: {_time|hour: 2}, condition: s}\n');
    const given = events({ id: 'x', _time: Date.UTC(2026, 0, 1, 18) });
    expect((await run('sigma', 'test', '--rules', file('night.yml'), '--events', given)).out).toEqual([]);
    expect((await run('sigma', 'test', '--rules', file('night.yml'), '--events', given, '--offset', '480')).out).toHaveLength(1);
    expect((await run('sigma', 'test', '--rules', file('night.yml'), '--events', given, '--offset', 'x')).code).toBe(2);
  });

  it('leaves out lines that are no object, and says so', async () => {
    const { code, out, err } = await run(
      'sigma',
      'test',
      '--rules',
      file('rules'),
      '--events',
      events('{', '[]', { id: 'x', 'c-useragent': 'sqlmap' }),
    );
    expect([code, out]).toEqual([2, [{ rule: 'scanner', event: 'x' }]]);
    expect(err).toHaveLength(2);
  });
});
