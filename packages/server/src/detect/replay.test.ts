import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { afterEach, describe, expect, it } from 'vitest';
import { createDetectEngine } from './engine.ts';
import { type Alert, emptyDirectory } from './model.ts';
import { createActivityReader, readTime } from './read-activity.ts';
import { OutOfOrderError, replayActivity } from './replay.ts';
import { linesInOrder } from './sort-lines.ts';
import { type DetectState, newState } from './state.ts';
import { outcomeOf } from './vocabulary.ts';

const start = Date.UTC(2026, 10, 2, 1);
const guess = (at: number, user = 'zhang'): string =>
  JSON.stringify({ id: `g${at}`, ts: start + at * 2_000, user, ip: '203.0.113.9', action: 'login', result: 'failure' });
const options = { directory: emptyDirectory, learnUntil: null, rules: null, from: null, to: null, sorted: false };
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe('a file of activity', () => {
  const lines = Array.from({ length: 40 }, (_, at) => guess(at));

  it('is read past lines that are no events, which are counted', async () => {
    const broken = ['{', 'null', '[]', '{"ts":1}', '{"ts":"soon","action":"x"}', '', '{"__proto__":{"ts":1}}'];
    const { alerts, events, unusable } = await replayActivity([[...lines, ...broken, null]], options);
    expect(events).toBe(40);
    expect(unusable).toBe(7);
    expect(alerts.map(({ rule }) => rule)).toContain('brute_force');
  });

  it('may lie a little out of order, and is sorted where it lies far out of order', async () => {
    const [first] = (await replayActivity([lines], options)).alerts;
    const swapped = lines.map((_, at) => lines[at ^ 1] ?? '');
    expect((await replayActivity([swapped], options)).alerts[0]).toMatchObject({ rule: first?.rule, ts: first?.ts });
    const far = [guess(100_000), ...lines];
    await expect(replayActivity([far], options)).rejects.toThrow(OutOfOrderError);
    const folder = mkdtempSync(join(tmpdir(), 'menshen-replay-'));
    folders.push(folder);
    const file = join(folder, 'events.jsonl');
    writeFileSync(file, `${far.toReversed().join('\n')}\nno event\n`);
    const sorted = await replayActivity(linesInOrder(file, 10_000), { ...options, sorted: true });
    expect(sorted).toMatchObject({ events: 41, unusable: 1 });
    expect(sorted.alerts[0]).toMatchObject({ rule: first?.rule, ts: first?.ts });
  });
});

it('goes on from a snapshot as if it had never stopped', () => {
  const read = createActivityReader();
  const activities = Array.from({ length: 60 }, (_, at) => read(JSON.parse(guess(at)), '')).filter((one) => one !== null);
  const run = (state: DetectState, from: number, to: number): Alert[] => {
    const alerts: Alert[] = [];
    const engine = createDetectEngine({
      directory: emptyDirectory,
      learnUntil: null,
      locate: () => null,
      state,
      alerted: (alert, opened) => void (opened && alerts.push(alert)),
    });
    for (const activity of activities.slice(from, to)) engine.take(activity);
    return alerts;
  };
  const whole = run(newState(), 0, 60);
  const state = newState();
  const before = run(state, 0, 5);
  const after = run(deserialize(serialize(state)) as DetectState, 5, 60);
  expect(whole.length).toBeGreaterThan(0);
  expect([...before, ...after].map(({ rule, ts }) => `${rule} ${ts}`)).toEqual(whole.map(({ rule, ts }) => `${rule} ${ts}`));
});

describe('what is read', () => {
  it('tells times in ms, seconds and ISO 8601', () => {
    for (const time of [1_794_153_600_000, 1_794_153_600, '1794153600000', '2026-11-08T16:00:00Z', '2026-11-09T00:00:00+08:00'])
      expect(readTime(time)).toBe(1_794_153_600_000);
    for (const none of [null, {}, 'x', '', Number.NaN, -1]) expect(readTime(none)).toBeNull();
  });

  it.each([
    ['success', 200, 'ok'],
    ['ok', null, 'ok'],
    [null, 200, 'ok'],
    [null, null, 'ok'],
    ['failure', 401, 'failed'],
    ['denied', 403, 'denied'],
    ['failed', null, 'failed'],
    [null, 403, 'denied'],
    [null, 404, 'missing'],
    ['not_found', null, 'missing'],
    ['success', 504, 'transient'],
    ['timeout', null, 'transient'],
  ] as const)('takes result %s with status %s as %s', (result, status, outcome) => {
    expect(outcomeOf(result, status, null)).toBe(outcome);
  });

  it('knows acts by their words, whoever named them', () => {
    const read = createActivityReader();
    const kind = (action: string, method: string | null = null) => read({ id: '1', ts: start, action, method }, '')?.kind;
    for (const action of ['login', 'userLogin', 'auth.login', 'verifyOtp', 'mfa.verify']) expect(kind(action)?.login).toBe(true);
    for (const action of ['logout', 'order.read', 'sign.out.signout']) expect(kind(action)?.login).toBe(false);
    for (const action of ['order.read', 'getOrder', 'customer_view']) expect(kind(action)?.read).toBe(true);
    for (const action of ['customer.export', 'downloadReport']) expect(kind(action)?.export).toBe(true);
    for (const action of ['admin.role.grant', 'updateUser']) expect(kind(action, 'POST')?.admin).toBe(true);
    expect(kind('coupon.claim')?.claim).toBe(true);
  });
});
