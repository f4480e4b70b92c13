import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore } from '../store/store.ts';
import { type Cluster, startCluster } from '../testing/cluster.ts';
import { describeShared } from '../testing/engines.ts';
import type { TestNode } from '../testing/node.ts';
import { expectBalanced, testCampaign } from './testing.ts';

const campaign = {
  id: 'tea',
  name: { zh: '茶礼', en: 'Tea' },
  window: { start: '2020-01-01T00:00:00+08:00', end: '2099-01-01T00:00:00+08:00' },
  amount: { minCents: 500, maxCents: 2_000, stepCents: 100 },
  budget: { cents: 30_500 },
  reservationSeconds: 5,
  stop: { answers: 4 },
  claim: {
    route: 'POST /claims',
    amount: 'body.amountCents',
    answer: { coupon: 'answer.id', amount: 'answer.amountCents' },
  },
};

const coded = {
  ...campaign,
  id: 'gifts',
  budget: { cents: 1_000_000 },
  quota: { person: { total: 7 } },
  codes: { generation: 1 },
  claim: { ...campaign.claim, route: 'POST /gifts', code: 'body.code' },
};

describeShared('two gateways of one campaign', () => {
  let cluster: Cluster;
  let a: TestNode;
  let b: TestNode;
  let zhang: string;
  let li: string;
  let serial = 0;
  let factor = 1;
  /** Claims that the backend was asked for and does not answer. */
  let silent = false;
  let asked = 0;

  beforeAll(async () => {
    cluster = await startCluster((config) => ({
      ...config,
      apps: (config.apps ?? []).map((app) => ({
        ...app,
        routes: [...(app.routes ?? []), { match: 'POST /gifts', action: 'note.write' }],
        campaigns: [campaign, coded],
      })),
    }));
    cluster.backend.answer = (_request, response, text) => {
      asked += 1;
      if (silent) return;
      serial += 1;
      const { amountCents } = JSON.parse(text) as { amountCents: number };
      response.writeHead(201, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ id: `C${serial}`, amountCents: amountCents * factor }));
    };
    [a, b] = await Promise.all([cluster.start('a'), cluster.start('b')]);
    await a.ask('directory', 'sync', 'test');
    await b.ask('directory', 'fresh');
    zhang = await cluster.token(a, 'zhang');
    li = await cluster.token(b, 'li');
  });
  afterAll(() => cluster.close());

  const claim = (node: TestNode, token: string, amountCents = 1_000, key?: string) =>
    node.call('POST', '/portal/claims', {
      token,
      body: { amountCents },
      ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }),
    });
  const inStore = async <T>(look: (store: Awaited<ReturnType<typeof openStore>>) => Promise<T>): Promise<T> => {
    const store = await openStore({ url: cluster.storeUrl, clock: Date.now });
    try {
      return await look(store);
    } finally {
      await store.close();
    }
  };

  it('spend one budget together on 200 parallel claims, never a cent more', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, at) => claim(at % 2 === 0 ? a : b, at % 3 === 0 ? zhang : li)),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(30);
    expect(answers.filter(({ body }) => body['code'] === 'guard_budget_exhausted')).toHaveLength(170);
    expect(asked).toBe(30);
    await inStore(async (store) => {
      expect(await store.db.selectFrom('guard_campaigns').selectAll().execute()).toMatchObject([{ cents: 30_000, grants: 30 }]);
      await expectBalanced(store);
    });
  });

  it('give each code once and each person their quota on 200 parallel claims, and answer every one', async () => {
    const order = { count: 10, label: 'b', place: null, expires: Date.now() + 3_600_000 };
    const { codes } = await a.ask('codes', 'issue', { ...testCampaign(coded), app: 'portal' }, order, 'test');
    const before = asked;
    const gift = (node: TestNode, token: string, code: string) =>
      node.call('POST', '/portal/gifts', { token, body: { amountCents: 1_000, code } });
    // Each code twenty times: on both nodes, by both people.
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, at) => gift(at % 2 === 0 ? a : b, at % 4 < 2 ? zhang : li, codes[at % 10] ?? '')),
    );
    const told = new Set(answers.map(({ status, body }) => (status === 201 ? 201 : body['code'])));
    expect([...told].filter((one) => ![201, 'guard_code_used', 'guard_quota_person'].includes(one as never))).toEqual([]);
    const granted = answers.filter(({ status }) => status === 201).length;
    expect(asked).toBe(before + granted);
    await inStore(async (store) => {
      const rows = await store.db.selectFrom('guard_grants').selectAll().where('campaign', '=', 'gifts').execute();
      expect(rows).toHaveLength(granted);
      expect(new Set(rows.map(({ code }) => code)).size).toBe(granted);
      const of = (uid: string): number => rows.filter(({ person }) => person === uid).length;
      expect([of('zhang') <= 7, of('li') <= 7, granted]).toEqual([true, true, 10]);
      await expectBalanced(store);
    });
  });

  it('know one idempotency key', async () => {
    await inStore((store) => store.db.deleteFrom('guard_grants').execute());
    await inStore((store) => store.db.updateTable('guard_campaigns').set({ cents: 0, grants: 0 }).execute());
    const before = asked;
    const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => claim(at % 2 === 0 ? a : b, zhang, 900, 'once')));
    const good = answers.filter(({ status }) => status === 201);
    expect(new Set(good.map(({ text }) => text)).size).toBe(1);
    expect(answers.every(({ status, body }) => status === 201 || body['code'] === 'guard_in_flight')).toBe(true);
    expect((await claim(b, zhang, 900, 'once')).text).toBe(good[0]?.text);
    expect(asked).toBe(before + 1);
  });

  it('release what a node that was killed had reserved, when its time is over', async () => {
    silent = true;
    const before = asked;
    const lost = claim(a, zhang, 2_000, 'lost').catch(() => null);
    while (asked === before) await new Promise((resolve) => setTimeout(resolve, 10));
    await a.kill();
    await lost;
    silent = false;
    const reserved = () =>
      inStore((store) => store.db.selectFrom('guard_grants').selectAll().where('state', '=', 'reserved').execute());
    expect(await reserved()).toMatchObject([{ cents: 2_000 }]);
    expect((await claim(b, zhang, 2_000, 'lost')).body['code']).toBe('guard_in_flight');
    // Its time runs out in the store, instead of five seconds of waiting.
    await inStore((store) => store.db.updateTable('guard_grants').set({ expires: 0 }).where('state', '=', 'reserved').execute());
    await inStore((store) => store.db.updateTable('guard_keys').set({ held_until: 0 }).where('status', 'is', null).execute());
    expect((await claim(b, zhang, 2_000, 'lost')).status).toBe(201);
    expect(await reserved()).toEqual([]);
    await inStore((store) => expectBalanced(store));
  });

  it('stop together, and stay stopped after a restart', async () => {
    a = await cluster.start('a');
    factor = 100;
    for (const node of [a, b, a, b]) expect((await claim(node, li)).body['code']).toBe('guard_answer_mismatch');
    factor = 1;
    const seen = asked;
    for (const node of [a, b]) expect((await claim(node, li)).body['code']).toBe('guard_campaign_stopped');
    await b.kill();
    b = await cluster.start('b');
    expect((await claim(b, li)).body['code']).toBe('guard_campaign_stopped');
    expect(asked).toBe(seen);
  });
});
