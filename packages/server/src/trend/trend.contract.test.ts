import { expect, it } from 'vitest';
import { frameworks } from '../compliance/frameworks/index.ts';
import { proofsFor, standingOf } from '../compliance/standing.ts';
import { complianceFactsOf } from '../compliance/testing.ts';
import { factsFrom } from '../risk/facts.ts';
import { assess } from '../risk/method/assess.ts';
import { methods } from '../risk/method/functions.ts';
import type { Seen } from '../risk/seen.ts';
import type { Picture } from '../risk/service.ts';
import { type Subject, subjectsOf } from '../risk/subjects.ts';
import { seenOf } from '../risk/testing-seen.ts';
import { threats } from '../risk/threats/catalogue.ts';
import { metaMigrations } from '../store/meta-tables.ts';
import { describeEachStore, type TestStore } from '../store/testing.ts';
import { dayOf } from './model.ts';
import { createTrendService } from './service.ts';
import { createTrendStore } from './store.ts';
import { trendMigrations } from './tables.ts';

const dayMs = 86_400_000;
const start = 1_800_000_000_000;
const app = (id: string) => ({
  ...{ id, basePath: `/${id}`, audience: ['customer' as const], upstream: 'http://10.0.0.8:8080' },
  routes: [
    { match: 'GET /orders', action: 'o.read' },
    { match: 'POST /orders', action: 'o.create' },
  ],
});
const finding: Seen['findings'][number] = {
  ...{ id: 'f1', app: 'shop', project: 'backend', tool: 'menshen', rule: 'MP-SQL-001', severity: 'critical' as const },
  ...{ title: { zh: '注入', en: 'injection' }, confidence: 'high', cwe: [89], file: null, line: null, owner: null },
  ...{ route: 'POST /orders', confirmed: true, due: null, overdue: false, firstSeen: 1 },
};

/** A node: its clock and what it sees can be set. */
function nodeOf(store: TestStore, used: Set<string>) {
  const node = { now: start, seen: seenOf([app('shop'), app('desk')]), at: null as number | null };
  const picture = async (): Promise<Picture> => {
    const seen = { ...node.seen, at: node.at ?? node.now };
    const facts = factsFrom(seen, { businesses: [], owners: new Map(), advisories: [] });
    return {
      ...{ seen, facts, assessment: assess(facts, threats, methods['root-product']), advisories: new Map(), businesses: [] },
      ...{ method: 'root-product', steps: async () => [], millis: 0 },
    };
  };
  const trends = createTrendService({
    store: createTrendStore(store),
    picture,
    async states(subject: Subject) {
      const facts = complianceFactsOf({ ...node.seen, at: node.now });
      const proof = proofsFor(facts, subject);
      const undecided = { attestedUntil: null, excludedUntil: null };
      const standings = frameworks.mlps.requirements.map((one) => standingOf(one, subject, proof, undecided));
      return { at: node.now, subject, facts, standings: new Map([['mlps' as const, standings]]) };
    },
    subjects: async () => subjectsOf((await picture()).facts.assets, []),
    keepDays: () => 400,
    once: async (key) => !used.has(key) && used.add(key).has(key),
    ...{ changed: () => undefined, clock: () => node.now, monotonic: () => 0 },
  });
  return { node, trends };
}

describeEachStore((open) => {
  const fresh = async () => {
    const store = await open({ migrations: [...metaMigrations, ...trendMigrations] });
    const used = new Set<string>();
    return { store, used, ...nodeOf(store, used) };
  };

  it('names a patched finding, what it took off, and whose it was', async () => {
    const { node, trends } = await fresh();
    node.seen = { ...node.seen, findings: [finding] };
    await trends.maintain();
    const before = await trends.trend('all', 30);
    expect(before.marks).toEqual([]);
    node.seen = { ...node.seen, findings: [] };
    node.now += 30_000;
    await trends.maintain();
    const { days, marks } = await trends.trend('all', 30);
    const mended = marks.find(({ kind }) => kind === 'mended');
    expect(mended).toMatchObject({ app: 'shop', count: 1, text: finding.title });
    const [was, is] = [before.days.at(-1)?.content.risk.total ?? 0, days.at(-1)?.content.risk.total ?? 0];
    expect(is).toBeLessThan(was);
    expect(mended?.effect).toBeCloseTo(is - was, 1);
    expect((await trends.trend('app:shop', 30)).marks).toHaveLength(1);
    expect((await trends.trend('app:desk', 30)).marks).toEqual([]);
  });

  it('names a control that began to work and one that turned stale by itself, and no other', async () => {
    const { node, trends } = await fresh();
    const drilled = [{ at: start - 89 * dayMs, ok: true, backupAt: start - 89 * dayMs, rpoSeconds: 60, rtoSeconds: 30 }];
    await trends.maintain();
    node.seen = { ...node.seen, drills: drilled };
    node.now += 30_000;
    await trends.maintain();
    expect((await trends.trend('all', 30)).marks.map(({ kind, ref }) => `${kind} ${ref}`)).toEqual([
      'control_on backup_drill',
      expect.stringMatching(/^mended backup-undrilled:/),
    ]);
    // Two days later nothing was touched: the drill alone has grown too old, and traffic with it is kept fresh.
    node.now += 2 * dayMs;
    await trends.maintain();
    const { marks } = await trends.trend('all', 30);
    expect(marks.map(({ kind, ref }) => `${kind} ${ref}`)).toContain('control_stale backup_drill');
    const stale = marks.find(({ ref, kind }) => ref === 'backup_drill' && kind === 'control_stale');
    expect(stale?.effect ?? 0).toBeGreaterThan(0);
    expect(stale?.day).toBe(dayOf(node.now));
  });

  it('folds what happens again on a day, and does not mistake a new app for findings of an old one', async () => {
    const { node, trends } = await fresh();
    await trends.maintain();
    for (const findings of [[finding], [], [finding], []]) {
      node.seen = { ...node.seen, findings };
      node.now += 30_000;
      await trends.maintain();
    }
    node.seen = seenOf([app('shop'), app('desk'), app('news')], { findings: [{ ...finding, app: 'news', id: 'f2' }] });
    node.now += 30_000;
    await trends.maintain();
    const { marks } = await trends.trend('all', 30);
    const told = marks
      .filter(({ kind }) => !kind.startsWith('threat'))
      .map(({ kind, app: of, count }) => `${kind} ${of} ${count}`);
    expect(told.filter((one) => !one.startsWith('asset_new'))).toEqual(['mended shop 2', 'found shop 2']);
    expect(told.filter((one) => one.startsWith('asset_new'))).toEqual([expect.stringMatching(/^asset_new news \d+$/)]);
  });

  it('is noted once by two nodes, and never by one that knows less than was noted', async () => {
    const { store, used, node, trends } = await fresh();
    const twin = nodeOf(store, used);
    node.seen = { ...node.seen, findings: [finding] };
    twin.node.seen = node.seen;
    await Promise.all([trends.maintain(), twin.trends.maintain()]);
    node.seen = { ...node.seen, findings: [] };
    node.now += 30_000;
    await trends.maintain();
    // The twin's picture is from before: to it the finding is still there.
    twin.node.now = node.now;
    twin.node.at = start + 10_000;
    await twin.trends.maintain();
    twin.node.at = null;
    twin.node.seen = node.seen;
    twin.node.now += 30_000;
    await twin.trends.maintain();
    const { marks } = await trends.trend('all', 30);
    expect(marks.map(({ kind, count }) => [kind, count])).toEqual([['mended', 1]]);
  });

  it('keeps every day for four months, a day a week before that, and nothing older than asked', async () => {
    const { store, node, trends } = await fresh();
    const days = createTrendStore(store);
    const content = (await trends.trend('all', 2)).days[0]?.content;
    if (content === undefined) throw new Error('no day');
    const today = dayOf(start);
    await days.putDays(Array.from({ length: 500 }, (_, ago) => ({ day: today - ago, at: start, subject: 'all', content })));
    node.now += 1_000;
    await trends.maintain();
    const kept = (await days.days('all', 0)).map(({ day }) => today - day);
    expect(Math.max(...kept)).toBeLessThanOrEqual(400);
    expect(kept.filter((ago) => ago <= 120)).toHaveLength(121);
    const weekly = kept.filter((ago) => ago > 120);
    expect(weekly).toHaveLength(40);
    expect(weekly.every((ago) => new Date((today - ago) * dayMs).getUTCDay() === 1)).toBe(true);
    // The last day is of now, and counts compliance beside risk.
    const { days: shown } = await trends.trend('app:desk', 30);
    expect(shown.at(-1)?.content.compliance['mlps']?.total).toBe(frameworks.mlps.requirements.length);
  });
});
