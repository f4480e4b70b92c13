import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { authenticationEvent } from '../../audit/events.ts';
import { createAudit } from '../../audit/service.ts';
import { openTestWriter, scratchLog, TEST_VKEY, testRoomOptions } from '../../audit/testing.ts';
import { main } from '../main.ts';

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

const failedRule = `title: A failed login
name: failed_login
logsource: { category: application, product: menshen }
detection:
  login: { action: login, result: failure }
  condition: login
level: low
menshen: { title_zh: 登录失败 }
---
title: Logins fail again and again
name: failing_again
correlation:
  type: event_count
  rules: [failed_login]
  group-by: [user]
  timespan: 1m
  condition: { gte: 10 }
  generate: true
level: high
---
title: A refund
name: refund
logsource: { category: application, product: menshen }
detection:
  refund: { action: order.refund }
  condition: refund
`;
/** Thirty guesses two seconds apart: from the tenth on each completes the correlation. */
const fired = [
  expect.objectContaining({
    rule: 'failed_login',
    title: 'A failed login',
    title_zh: '登录失败',
    severity: 'low',
    matches: 30,
    alerts: 1,
  }),
  expect.objectContaining({
    rule: 'failing_again',
    severity: 'high',
    matches: 21,
    alerts: 1,
    first: start + 18_000,
    last: start + 58_000,
  }),
  expect.objectContaining({ rule: 'refund', matches: 0, alerts: 0, first: null, last: null }),
];

function ruleFile(): string {
  const file = join(folder, 'rules.yml');
  writeFileSync(file, failedRule);
  return file;
}

it('runs Sigma rules, too, where they are named, and says of each how often it would have fired', async () => {
  const [events, out] = [join(folder, 'e.jsonl'), join(folder, 'a.jsonl')];
  writeFileSync(events, guesses.join('\n'));
  const named = await run('--events', events, '--rules', ruleFile(), '--out', out, '--json');
  expect(JSON.parse(named.out).rules).toEqual(fired);
  const alerts = readFileSync(out, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { rule: string; event_ids: string[] });
  expect(alerts.find(({ rule }) => rule === 'failing_again')).toMatchObject({
    user: 'zhang',
    event_ids: expect.arrayContaining(['g0', 'g29']),
  });
  const said = await run('--events', events, '--rules', ruleFile(), '--out', out);
  expect(said.out.split('\n')).toEqual([
    'failed_login (A failed login, low): 30 matches, 1 alert, 2026-11-09T02:00Z … 2026-11-09T02:00Z',
    'failing_again (Logins fail again and again, high): 21 matches, 1 alert, 2026-11-09T02:00Z … 2026-11-09T02:00Z',
    '1 of 3 rules never fired.',
  ]);
  const without = await run('--events', events, '--out', out, '--json');
  expect(JSON.parse(without.out).rules).toBeUndefined();
});

it('fills windows from what it only learns from, takes an interval, and begins anew where a file has to be sorted', async () => {
  const [events, out, rules] = [join(folder, 'e.jsonl'), join(folder, 'a.jsonl'), ruleFile()];
  const countsOf = async (...more: string[]) => {
    const { out: text } = await run('--events', events, '--rules', rules, '--out', out, '--json', ...more);
    const totals = JSON.parse(text) as { events: number; rules: { rule: string; matches: number }[] };
    return [totals.events, ...totals.rules.map(({ matches }) => matches)];
  };
  writeFileSync(events, guesses.join('\n'));
  expect(await countsOf('--learn-until', String(start + 30_000))).toEqual([30, 15, 15, 0]);
  expect(await countsOf('--from', String(start + 30_000))).toEqual([15, 15, 6, 0]);
  expect(await countsOf('--to', new Date(start + 30_000).toISOString())).toEqual([15, 15, 6, 0]);
  const far = { id: 'far', ts: start + 86_400_000, user: 'zhang', action: 'login', result: 'failure' };
  writeFileSync(events, [...guesses.slice(0, 20), JSON.stringify(far), ...guesses.slice(20)].join('\n'));
  expect(await countsOf('--to', String(start + 60_000))).toEqual([30, 30, 21, 0]);
});

it('replays the entries of an audit log, with the rules that ship unless others are named', async () => {
  const scratch = scratchLog();
  try {
    const { writer } = openTestWriter(testRoomOptions(scratch.directory));
    const log = createAudit({ writer, clock: () => start });
    for (let at = 0; at < 30; at += 1)
      await log.record(
        authenticationEvent({
          ...{
            time: start + at * 2_000,
            activity: 'logon',
            app: 'portal',
            channel: 'wecom',
            uid: 'zhang',
            address: '203.0.113.9',
          },
          ...{ userAgent: null, session: null, code: 'code_invalid', requestId: null },
        }),
      );
    await log.flush();
    await writer.close();
    const place = ['--log', scratch.directory, '--vkey', TEST_VKEY];
    const own = await run(...place, '--rules', ruleFile(), '--json');
    expect([own.code, JSON.parse(own.out)]).toEqual([1, expect.objectContaining({ events: 30, rules: fired })]);
    const half = await run(...place, '--rules', ruleFile(), '--from', String(start + 30_000), '--json');
    expect(JSON.parse(half.out)).toMatchObject({ events: 15, rules: [{ matches: 15 }, { matches: 6 }, { matches: 0 }] });
    const shipped = JSON.parse((await run(...place, '--json')).out) as { rules: { rule: string; matches: number }[] };
    expect(shipped.rules.find(({ rule }) => rule === 'menshen_login_failures_one_account')?.matches).toBeGreaterThan(0);
    expect(JSON.parse((await run(...place, '--rules', 'none', '--json')).out).rules).toBeUndefined();
  } finally {
    scratch.remove();
  }
});

it('says which rules it cannot use, and refuses a place without any', async () => {
  const [events, out, rules] = [join(folder, 'e.jsonl'), join(folder, 'a.jsonl'), join(folder, 'broken.yml')];
  writeFileSync(events, guesses.join('\n'));
  writeFileSync(rules, `${failedRule}---\ntitle: Broken\ndetection: 3\n`);
  const done = await run('--events', events, '--rules', rules, '--out', out, '--json');
  expect([JSON.parse(done.out).rules_refused, done.err]).toEqual([1, expect.stringContaining('sigma check')]);
  const nowhere = await run('--events', events, '--rules', join(folder, 'nowhere'), '--out', out);
  expect([nowhere.code, nowhere.err]).toEqual([2, expect.stringContaining('--rules')]);
});
