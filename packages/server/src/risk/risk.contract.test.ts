import { randomBytes } from 'node:crypto';
import type { MenshenError } from '@menshen/contract';
import { expect, it } from 'vitest';
import { metaMigrations } from '../store/meta-tables.ts';
import { describeEachStore, type TestStore } from '../store/testing.ts';
import { riskEvidence } from './evidence.ts';
import { createRiskOwnerHolding } from './personal-data.ts';
import type { Seen } from './seen.ts';
import { createRiskService, type RiskService } from './service.ts';
import { createRiskStore } from './store.ts';
import { riskAssessmentMigrations } from './tables.ts';
import { seenOf } from './testing-seen.ts';

const migrations = [...metaMigrations, ...riskAssessmentMigrations];
const day = 86_400_000;
const start = 1_800_000_000_000;
const routes = [
  { match: 'GET /export/orders', action: 'o.export' },
  { match: 'POST /orders', action: 'o.create' },
];
const shop = [{ id: 'shop', basePath: '/shop', audience: ['customer' as const], upstream: 'http://10.0.0.8:8080', routes }];

interface World {
  readonly risks: RiskService;
  readonly acts: { by: string; entity: string }[];
  now: number;
  seen: Seen;
}

function worldOf(store: TestStore): World {
  const used = new Set<string>();
  const world: World = {
    ...{ acts: [], now: start, seen: seenOf(shop) },
    risks: createRiskService({
      store: createRiskStore(store),
      look: async (at) => ({ ...world.seen, at }),
      settle: async (facts) => facts,
      method: () => 'root-product',
      audit: {
        act: async (by, { entity }, perform) => {
          world.acts.push({ by, entity });
          return await perform();
        },
        record: async () => 0,
      },
      metrics: { gauge: () => undefined },
      once: async (key) => !used.has(key) && used.add(key).has(key),
      changed: () => undefined,
      clock: () => world.now,
      monotonic: () => 0,
      random: (size) => randomBytes(size),
    }),
  };
  return world;
}

const finding: Seen['findings'][number] = {
  ...{ id: 'f1', app: 'shop', project: 'backend', tool: 'menshen', rule: 'MP-SQL-001', severity: 'critical' as const },
  ...{ title: { zh: '注入', en: 'injection' }, confidence: 'high', cwe: [89], file: null, line: null, owner: null },
  ...{ route: 'POST /orders', confirmed: true, due: null, overdue: false, firstSeen: 1 },
};

describeEachStore((open) => {
  const fresh = async () => {
    const store = await open({ migrations });
    return { store, world: worldOf(store) };
  };
  const sql = async ({ risks }: World) => {
    const { assessment } = await risks.current();
    const found = assessment.risks.find(
      ({ asset, threat }) => asset.id === 'route:shop:POST /orders' && threat.id === 'sql_injection',
    );
    if (found === undefined) throw new Error('no such risk');
    return found;
  };

  it('shows a patched finding within a minute, and says which version it came with', async () => {
    const { world } = await fresh();
    world.seen = { ...world.seen, findings: [finding] };
    const before = await sql(world);
    expect(before.weakness?.id).toBe('finding:f1');
    await world.risks.maintain();
    world.seen = { ...world.seen, findings: [] };
    world.now += 30_000;
    const after = await sql(world);
    expect(after.score).toBeLessThan(before.score);
    // The level has changed: a version is stored by itself, once the last one is ten minutes old.
    world.now += 600_000;
    await world.risks.maintain();
    const { versions } = await world.risks.versions(10, null);
    expect(versions.map(({ number, reason }) => [number, reason])).toEqual([
      [2, 'levels changed'],
      [1, 'daily'],
    ]);
    await world.risks.maintain();
    expect((await world.risks.versions(10, null)).versions).toHaveLength(2);
  });

  it('stores versions that can be computed again, and refuses one that somebody changed', async () => {
    const { store, world } = await fresh();
    const saved = await world.risks.save('before the audit', 'li');
    const { content, replayed } = await world.risks.open(saved.id);
    expect(replayed).toEqual({ same: saved.risks, of: saved.risks });
    expect(content.risks.length).toBeGreaterThan(30);
    expect(world.acts).toEqual([{ by: 'li', entity: 'risk assessment' }]);
    // The same facts make the same bytes.
    const again = await world.risks.save('once more', 'li');
    const stored = createRiskStore(store);
    const [one, two] = await Promise.all([stored.content(saved.id), stored.content(again.id)]);
    expect(Buffer.from(one?.bytes ?? []).equals(Buffer.from(two?.bytes ?? []))).toBe(true);
    await store.db
      .updateTable('risk_versions')
      .set({ sha256: '0'.repeat(64) })
      .where('id', '=', saved.id)
      .execute();
    // What was read before is remembered; a process that reads it anew notices.
    await expect(worldOf(store).risks.open(saved.id)).rejects.toThrow('changed');
  });

  it('weighs a business as people say, and forgets it again', async () => {
    const { world } = await fresh();
    const usual = await sql(world);
    await world.risks.putBusiness('trade', { name: '交易', importance: 5, owner: 'wang', apps: ['shop'], tiedTo: [] }, 'li');
    expect((await sql(world)).score).toBeGreaterThan(usual.score);
    const { assessment } = await world.risks.current();
    expect(assessment.businesses.map(({ id, importance }) => [id, importance])).toEqual([['trade', 5]]);
    await world.risks.removeBusiness('trade', 'li');
    expect((await sql(world)).score).toBe(usual.score);
    await expect(world.risks.removeBusiness('trade', 'li')).rejects.toMatchObject({
      code: 'not_found',
    } satisfies Partial<MenshenError>);
  });

  it('accepts a risk for a time and no higher than it was', async () => {
    const { world } = await fresh();
    const { id, score } = await sql(world);
    const given = { risk: id, score, reason: 'replaced next month', until: start + 30 * day };
    const accepted = await world.risks.treatments.accept(given, 'li', 'zhao');
    expect(accepted).toMatchObject({ state: 'valid', acceptedBy: 'li', approver: 'zhao' });
    const stateNow = async (): Promise<string | undefined> => {
      const { assessment } = await world.risks.current();
      const scores = new Map(assessment.risks.map((risk) => [risk.id, risk.score]));
      return (await world.risks.treatments.acceptances(scores))[0]?.state;
    };
    expect(await stateNow()).toBe('valid');
    // The risk rises: what two people took is less than what it is now.
    world.seen = { ...world.seen, findings: [finding], counts: [{ id: 'attack:sqli', app: 'shop', count: 500, last: null }] };
    world.now += 60_000;
    expect(await stateNow()).toBe('exceeded');
    world.seen = { ...world.seen, findings: [], counts: [] };
    world.now = start + 30 * day;
    expect(await stateNow()).toBe('expired');
    await expect(
      world.risks.treatments.accept({ ...given, score: 1, until: world.now + day }, 'li', 'zhao'),
    ).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(world.risks.treatments.accept({ ...given, until: world.now + 400 * day }, 'li', 'zhao')).rejects.toMatchObject({
      code: 'validation_failed',
    });
    await expect(
      world.risks.treatments.accept({ ...given, risk: 'rk_none', until: world.now + day }, 'li', 'zhao'),
    ).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('tells compliance what is known, decided and proved', async () => {
    const { world } = await fresh();
    world.seen = { ...world.seen, findings: [finding], counts: [{ id: 'attack:sqli', app: 'shop', count: 500, last: null }] };
    await world.risks.putBusiness('trade', { name: '交易', importance: 5, owner: 'wang', apps: ['shop'], tiedTo: [] }, 'li');
    const before = await riskEvidence(world.risks);
    expect(before).toMatchObject({ storedAt: null, overdueTreatments: 0, lapsedAcceptances: 0 });
    expect(before.high).toBeGreaterThan(0);
    expect(before.undecided).toBe(before.high);
    expect(before.controls.get('audit_log')).toMatchObject([{ state: 'effective', scope: '*' }]);
    const { id } = (await world.risks.current()).assessment.risks[0] ?? { id: '' };
    const fields = { option: 'reduce' as const, plan: 'mend it', owner: 'wang', cost: null, due: null, residual: null };
    await world.risks.treatments.add(id, fields, 'li');
    await world.risks.save('for the test', 'li');
    expect(await riskEvidence(world.risks)).toMatchObject({ storedAt: world.now, undecided: before.high - 1 });
  });

  it('keeps plans, says which are late, and leaves their owner out when that person is erased', async () => {
    const { store, world } = await fresh();
    const { id } = await sql(world);
    const fields = {
      option: 'reduce' as const,
      plan: 'parameterise queries',
      owner: 'wang',
      cost: 20_000,
      due: start + day,
      residual: 6,
    };
    const plan = await world.risks.treatments.add(id, fields, 'li');
    expect(plan).toMatchObject({ state: 'planned', overdue: false, scoreThen: (await sql(world)).score });
    world.now += 2 * day;
    expect(await world.risks.treatments.list()).toMatchObject([{ id: plan.id, overdue: true }]);
    await world.risks.treatments.change(plan.id, { ...fields, state: 'done' }, 'li');
    expect(await world.risks.treatments.list()).toMatchObject([{ state: 'done', overdue: false }]);
    const holding = createRiskOwnerHolding(store);
    expect(await holding.count('wang', 'person')).toBe(1);
    expect(await holding.read('wang', 10)).toEqual([expect.objectContaining({ kind: 'plan in their care', plan: fields.plan })]);
    expect(await holding.erase('wang', 'person', 'gone-1')).toBe(1);
    expect(await holding.count('wang', 'person')).toBe(0);
    expect(await world.risks.treatments.list()).toMatchObject([{ owner: 'gone-1' }]);
  });

  it('brings advisories in, and puts a newer file in the place of the one before', async () => {
    const { store, world } = await fresh();
    const head = 'cve,epss,percentile\n';
    const kev = JSON.stringify({ vulnerabilities: [{ cveID: 'CVE-2021-44228' }] });
    expect(await world.risks.importAdvisories('epss', `${head}CVE-2021-44228,0.2,0.9\nCVE-2020-0001,0.1,0.5\n`, 'li')).toEqual({
      rows: 2,
      refused: 0,
    });
    await world.risks.importAdvisories('kev', kev, 'li');
    await world.risks.importAdvisories('epss', `${head}CVE-2021-44228,0.9,0.99\n`, 'li');
    const rows = await createRiskStore(store).advisories(['CVE-2021-44228', 'CVE-2020-0001']);
    expect(rows.sort((a, b) => (a.cve < b.cve ? -1 : 1))).toEqual([
      { cve: 'CVE-2020-0001', epss: null, percentile: null, exploited: false, vector: null },
      { cve: 'CVE-2021-44228', epss: 0.9, percentile: 0.99, exploited: true, vector: null },
    ]);
    expect(await world.risks.imports()).toMatchObject([
      { kind: 'epss', rows: 1 },
      { kind: 'kev', rows: 1 },
    ]);
    await expect(world.risks.importAdvisories('epss', 'no file', 'li')).rejects.toMatchObject({ code: 'validation_failed' });
  });
});
