import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { main } from './main.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'menshen-detect-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const start = Date.UTC(2026, 10, 9, 2);
const guesses = Array.from({ length: 30 }, (_, at) =>
  JSON.stringify({ id: `g${at}`, ts: start + at * 2_000, user: 'zhang', ip: '203.0.113.9', action: 'login', result: 'failure' }),
);

async function run(...args: string[]) {
  const said = { out: [] as string[], err: [] as string[] };
  const code = await main(['detect', 'replay', '--lang', 'en', ...args], {
    out: (text) => void said.out.push(text),
    err: (text) => void said.err.push(text),
    ask: null,
  });
  return { code, out: said.out.join('\n'), err: said.err.join('\n') };
}

it('writes alerts a line each, with the events and the facts that they rest on', async () => {
  const [events, out, directory] = [join(folder, 'e.jsonl'), join(folder, 'a.jsonl'), join(folder, 'd.json')];
  writeFileSync(events, `${guesses.join('\n')}\nno event\n`);
  writeFileSync(directory, JSON.stringify({ users: [{ uid: 'zhang', dept: 'sales' }], tz: 'Asia/Shanghai' }));
  const before = new Date(start - 1).toISOString();
  const done = await run('--events', events, '--directory', directory, '--learn-until', before, '--out', out, '--json');
  expect(done.code).toBe(1);
  expect(JSON.parse(done.out)).toMatchObject({ events: 30, unusable: 1 });
  const alerts = readFileSync(out, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(alerts).toContainEqual(
    expect.objectContaining({
      ...{ rule: 'brute_force', severity: expect.any(String), user: 'zhang', ip: '203.0.113.9' },
      event_ids: expect.arrayContaining(['g0', 'g5']),
      facts: expect.objectContaining({ failures: expect.any(Number), text_zh: expect.any(String), text_en: expect.any(String) }),
    }),
  );
  // Found within a minute of the first try.
  expect(Number(alerts[0]?.['ts']) - start).toBeLessThan(60_000);
});

it('is silent about what it only learns from, and exits with 0', async () => {
  const [events, out] = [join(folder, 'e.jsonl'), join(folder, 'a.jsonl')];
  writeFileSync(events, guesses.join('\n'));
  const done = await run('--events', events, '--learn-until', String(start + 3_600_000), '--out', out);
  expect([done.code, readFileSync(out, 'utf8')]).toEqual([0, '']);
});

it('says what is wrong with how it is called', async () => {
  const events = join(folder, 'e.jsonl');
  writeFileSync(events, 'nothing\n');
  const out = join(folder, 'a.jsonl');
  expect((await run('--events', events)).code).toBe(2);
  expect((await run('--events', events, '--out', out, '--learn-until', 'soon')).err).toContain('ISO 8601');
  writeFileSync(join(folder, 'd.json'), '{"users": 3}');
  expect((await run('--events', events, '--out', out, '--directory', join(folder, 'd.json'))).err).toContain('--directory');
  expect((await run('--events', events, '--out', out)).code).toBe(2);
  expect((await run('--events', join(folder, 'none'), '--out', out)).code).toBe(2);
});
