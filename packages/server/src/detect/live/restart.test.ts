import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { activityReportEvent } from '../../audit/activity-report.ts';
import { encodeRecord, RECORD } from '../../audit/log/record.ts';
import { seededRandom } from '../../audit/log/testing-disk.ts';
import { openTestWriter, scratchLog, testRoomOptions } from '../../audit/testing.ts';
import type { NamedAlert } from './protocol.ts';
import { watchRules } from './sigma.ts';
import { createWatch, type Watch } from './watch.ts';

const shipped = resolve(import.meta.dirname, '../../../detections');
const start = Date.UTC(2026, 10, 9, 1);
const reporter = { app: 'portal', token: 't1', name: 'functions', address: '10.0.0.7', received: start };

/** Some hours of a few people who sign in, fail, read and export; some events reach the log a little late. */
function someWork(seed: number, count: number): string[] {
  const random = seededRandom(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  let now = start;
  return Array.from({ length: count }, (_, at) => {
    now += Math.floor(random() * 9_000);
    const action = pick(['login', 'login', 'order.read', 'order.list', 'customer.export', 'order.read']);
    const failed = action === 'login' && random() < 0.7;
    return activityReportEvent(
      {
        ...{ id: `e${at}`, ts: now - (random() < 0.1 ? Math.floor(random() * 40_000) : 0), user: `u${Math.floor(random() * 8)}` },
        ...{ ip: `203.0.113.${Math.floor(random() * 4)}`, device: `d${Math.floor(random() * 6)}`, action },
        ...(failed ? { result: 'failure', reason: 'bad_password' } : { result: 'success' }),
        ...(action === 'login' ? {} : { rows: Math.floor(random() * 900), object: `order:${Math.floor(random() * 500)}` }),
      },
      reporter,
    );
  });
}

let scratch: ReturnType<typeof scratchLog>[] = [];
const newScratch = (): string => {
  const made = scratchLog();
  scratch.push(made);
  return made.directory;
};
let rules = '';
beforeEach(() => {
  rules = join(newScratch(), 'rules');
  cpSync(shipped, rules, { recursive: true });
});
afterEach(() => {
  for (const one of scratch) one.remove();
  scratch = [];
});

type End = 'goes on' | 'stops' | 'crashes';

/** Follows a log that grows part by part; after each part detection goes on, stops, or dies without a snapshot. Returns the alerts as the store has them. */
async function follow(parts: readonly (readonly string[])[], ends: readonly End[], between?: (part: number) => void) {
  const directory = join(newScratch(), 'log');
  mkdirSync(directory);
  const snapshot = join(newScratch(), 'state.bin');
  const { room } = openTestWriter(testRoomOptions(directory));
  const stored = new Map<string, NamedAlert>();
  let told = 0;
  let again = 0;
  const open = (): Watch => {
    const watch: Watch = createWatch({
      ...{ directory, snapshot, locate: () => null, rules: watchRules(rules) },
      tell: ({ alerts, position }) => {
        for (const alert of alerts) {
          told += 1;
          if ((stored.get(alert.id)?.repeats ?? -1) >= alert.repeats) again += 1;
          stored.set(alert.id, alert);
        }
        queueMicrotask(() => watch.stored(position));
      },
    });
    return watch;
  };
  let watch = open();
  let published = 0;
  for (const [at, part] of parts.entries()) {
    const bytes = Buffer.concat(part.map((event) => encodeRecord(RECORD.entry, 0, Buffer.from(event))));
    await room.handle('append', { bytes });
    await room.handle('flush', null);
    published += part.length;
    while (watch.step(published));
    if (ends[at] === 'crashes') watch = open();
    if (ends[at] === 'stops') {
      watch.flush();
      await Promise.resolve();
      expect(watch.save()).toBe(true);
      between?.(at);
      watch = open();
    }
  }
  while (watch.step(published));
  watch.flush();
  await room.close();
  return { alerts: [...stored.values()].sort((a, b) => (a.id < b.id ? -1 : 1)), told, again };
}

const parted = <T>(list: readonly T[], cuts: readonly number[]): T[][] =>
  [0, ...cuts].map((from, at) => list.slice(from, cuts[at] ?? list.length));

describe('detection that ends and begins again', () => {
  it.each([1, 2, 3])('tells exactly what it would have told without a pause, wherever that was (%i)', async (seed) => {
    const random = seededRandom(seed * 7_919);
    const events = someWork(seed, 1_500);
    const cuts = [...new Set(Array.from({ length: 9 }, () => 1 + Math.floor(random() * 1_498)))].sort((a, b) => a - b);
    const parts = parted(events, cuts);
    const ends = parts.map((): End => (random() < 0.35 ? 'crashes' : 'stops'));
    const whole = await follow(
      parts,
      parts.map(() => 'goes on'),
    );
    const broken = await follow(parts, ends);
    expect(ends).toContain('stops');
    expect(broken.alerts).toEqual(whole.alerts);
    // Correlations of the shipped rules are among them, with windows that span several parts.
    const names = whole.alerts.map(({ rule }) => rule);
    expect(names.filter((rule) => rule.startsWith('menshen_')).length).toBeGreaterThan(3);
    const spans = whole.alerts.map(({ events: ids }) => new Set(ids.map((id) => cuts.findIndex((cut) => Number(id) < cut))).size);
    expect(Math.max(...spans)).toBeGreaterThan(1);
  });

  it('tells nothing twice after a stop', async () => {
    const parts = parted(someWork(11, 900), [200, 417, 650]);
    const { again } = await follow(parts, ['stops', 'stops', 'stops', 'goes on']);
    expect(again).toBe(0);
  });

  it('begins the windows of a rule anew that was changed meanwhile, and goes on with those of the others', async () => {
    rmSync(rules, { recursive: true });
    mkdirSync(rules);
    const rule = (name: string, least: number): string =>
      `title: ${name}\nname: ${name}_one\nlogsource: {product: menshen, category: application}\ndetection: {s: {action: login}, condition: s}\n---\ntitle: ${name}\nname: ${name}\ncorrelation: {type: event_count, rules: [${name}_one], group-by: [user], timespan: 1h, condition: {gte: ${least}}}\n`;
    for (const name of ['kept', 'changed']) writeFileSync(join(rules, `${name}.yml`), rule(name, 4));
    const login = (at: number): string =>
      activityReportEvent({ id: `l${at}`, ts: start + at * 60_000, user: 'u1', action: 'login', result: 'success' }, reporter);
    const parts = [[0, 1, 2].map(login), [3].map(login)];
    const { alerts } = await follow(parts, ['stops', 'goes on'], () =>
      writeFileSync(join(rules, 'changed.yml'), `${readFileSync(join(rules, 'changed.yml'), 'utf8')}\n# another version\n`),
    );
    expect(alerts.map(({ rule: name }) => name).filter((name) => name === 'kept' || name === 'changed')).toEqual(['kept']);
    expect(alerts.find(({ rule: name }) => name === 'kept')?.events).toEqual(['0', '1', '2', '3']);
  });
});
