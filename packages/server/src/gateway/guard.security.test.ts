import type { IncomingMessage, ServerResponse } from 'node:http';
import { type CampaignInput, type ConfigInput, configSchema } from '@menshen/contract';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseStage } from '../audit/gateway-event.ts';
import { compileCampaign } from '../guard/campaign.ts';
import { campaignInput, expectBalanced } from '../guard/testing.ts';
import type { Deployment } from '../testing/deployment.ts';
import { describeEachEngine } from '../testing/engines.ts';

type RouteInput = NonNullable<NonNullable<ConfigInput['apps']>[number]['routes']>[number];
interface Answered {
  readonly status: number;
  readonly type?: string;
  readonly text: string;
}

/** The portal with campaigns, for employees since the test company has only these. */
function withCampaigns(campaigns: readonly CampaignInput[], routes: readonly RouteInput[] = []) {
  return (config: ConfigInput): ConfigInput => ({
    ...config,
    apps: (config.apps ?? []).map((app) => ({
      ...app,
      routes: [...(app.routes ?? []), ...routes],
      campaigns: [...campaigns],
    })),
  });
}

const action = 'note.write';
const routes: readonly RouteInput[] = [
  { match: 'POST /redemptions', action },
  { match: 'POST /refunds', action },
  { match: 'GET /claims', action },
];
const turns: Partial<CampaignInput> = {
  redeem: {
    route: 'POST /redemptions',
    coupon: 'body.coupon',
    amount: 'body.amountCents',
    answer: { amount: 'answer.amountCents' },
  },
  refund: { route: 'POST /refunds', coupon: 'body.coupon' },
  shown: [{ route: 'GET /claims', items: 'answer.items', coupon: 'id', amount: 'amountCents' }],
};

describeEachEngine('campaigns at the gateway', (start) => {
  let deployment: Deployment;
  let zhang: string;
  let li: string;
  let now: number;
  /** What the backend answers to a claim; by default what was asked for. */
  let answerTo: (path: string, body: Record<string, unknown>, request: IncomingMessage) => Answered | null;
  let serial = 0;

  const good = (_path: string, body: Record<string, unknown>): Answered => {
    serial += 1;
    return { status: 201, text: JSON.stringify({ id: `C${serial}`, amountCents: body['amountCents'] }) };
  };
  const begin = async (
    change: Partial<CampaignInput> = {},
    more: readonly RouteInput[] = [],
    behindProxy = false,
  ): Promise<void> => {
    const campaigns = withCampaigns([campaignInput({ ...turns, ...change })], [...routes, ...more]);
    const proxies = behindProxy ? { trustedProxies: ['127.0.0.1/32', '::1/128'] } : {};
    deployment = await start({
      clock: () => now,
      change: (config) => ({ ...campaigns(config), gateway: { ...config.gateway, ...proxies } }),
    });
    answerTo = good;
    deployment.backend.answer = (request: IncomingMessage, response: ServerResponse, text: string) => {
      const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
      const answer = answerTo(request.url ?? '', body, request);
      // Null: the backend never answers.
      if (answer === null) return;
      response.writeHead(answer.status, { 'content-type': answer.type ?? 'application/json' }).end(answer.text);
    };
    zhang = await deployment.token('zhang');
    li = await deployment.token('li');
  };
  beforeEach(() => {
    now = Date.parse('2026-06-01T12:00:00+08:00');
    serial = 0;
  });
  afterEach(() => deployment.close());

  const post = (path: string, body: unknown, token: string, headers: Record<string, string> = {}) =>
    deployment.call('POST', `/portal${path}`, { token, body, headers });
  const claim = (amountCents: unknown, token = zhang, headers: Record<string, string> = {}) =>
    post('/claims', { amountCents }, token, headers);
  const ledger = async () => {
    const services = deployment.platform.guard;
    return await services.transactions.run((db) => db.selectFrom('guard_grants').selectAll().orderBy('created').execute());
  };
  const campaignRow = () =>
    deployment.platform.guard.transactions.run((db) =>
      db.selectFrom('guard_campaigns').selectAll().where('campaign', '=', 'tea').executeTakeFirst(),
    );
  const violations = () =>
    deployment.platform.guard.transactions.run((db) => db.selectFrom('guard_violations').selectAll().orderBy('last').execute());
  const balanced = () => deployment.platform.guard.transactions.run((db) => expectBalanced({ db }));
  const claimsSeen = () => deployment.backend.seen.filter(({ url }) => url.includes('claims')).length;

  it('lets an honest claim through and writes it into the ledger', async () => {
    await begin();
    const answer = await claim(800);
    expect([answer.status, answer.body]).toEqual([201, { id: 'C1', amountCents: 800 }]);
    expect(await ledger()).toMatchObject([
      { state: 'granted', coupon: 'C1', cents: 800, person: 'zhang', counted: 1, day: '2026-06-01' },
    ]);
    expect(await campaignRow()).toMatchObject({ cents: 800, grants: 1 });
  });

  it("records of a refusal what was possible and what came, for who reads why, and nobody else's coupon", async () => {
    await begin({}, [
      {
        ...{ match: 'POST /transfers', action },
        guards: [{ kind: 'range', value: 'body.cents', min: 100, max: 500, step: 100 }],
      },
    ]);
    const whereOf = async (answer: { body: Record<string, unknown> }): Promise<string | null | undefined> => {
      await deployment.indexed();
      const found = await deployment.platform.queries.request(String(answer.body['requestId']));
      const stages = (found?.event['unmapped'] as { menshen: { stages: string[] } } | undefined)?.menshen.stages ?? [];
      return stages.map(parseStage).find((stage) => stage?.code === answer.body['code'])?.where;
    };
    expect(await whereOf(await claim(550))).toBe('campaign range:500|2000|100 cents:550');
    expect(await whereOf(await claim('5e2'))).toBe('campaign field body.amountCents');
    expect(await whereOf(await post('/claims', { amountCents: 800, AmountCents: 9 }, zhang))).toBe(
      'campaign field body.amountCents',
    );
    expect(await whereOf(await post('/transfers', { cents: 150 }, zhang))).toBe('rule range body.cents 100 500 100');
    const own = await claim(800);
    const taken = await post('/redemptions', { coupon: own.body['id'], amountCents: 800 }, li);
    expect(taken.body['code']).toBe('guard_not_owner');
    expect(await whereOf(taken)).toBe('campaign');
    answerTo = () => ({ status: 201, text: JSON.stringify({ id: 'X1', amountCents: 99_900 }) });
    expect(await whereOf(await claim(800))).toBe('answer asked:800 cents:99900');
  });

  it('counts a phone by what it says and where it comes from, and takes no two phones of a model for one', async () => {
    await begin({ quota: { device: { total: 1 } } }, [], true);
    const phone = { model: 'iPhone 15', system: 'iOS 18.1', client: 'WeChat 8.0.54' };
    const from = async (person: string, address: string) => {
      const code = await deployment.code('wecom', person);
      const headers = { 'x-forwarded-for': address };
      const body = { app: 'portal', channel: 'wecom', code, device: phone };
      const { token } = (await deployment.call('POST', '/_menshen/v1/login', { body, headers })).body;
      return await claim(800, String(token), headers);
    };
    expect((await from('zhang', '203.0.113.5')).status).toBe(201);
    expect((await from('li', '203.0.113.77')).status).toBe(201);
    expect((await from('boss', '203.0.113.77')).body['code']).toBe('guard_quota_exceeded');
    const names = (await ledger()).map(({ device }) => device);
    expect(new Set(names).size).toBe(2);
    expect(names.join(' ')).not.toMatch(/iPhone|203\.0/);
    // A phone that says nothing of itself cannot be counted.
    expect((await claim(800, li)).body['code']).toBe('guard_device_unknown');
  });

  it('refuses a claim of an impossible amount before the backend hears of it', async () => {
    await begin();
    const impossible: readonly [unknown, string][] = [
      [100_000, 'guard_amount_out_of_bounds'],
      [400, 'guard_amount_out_of_bounds'],
      // Between the steps.
      [850, 'guard_amount_out_of_bounds'],
      [0, 'guard_amount_out_of_bounds'],
      [-800, 'guard_value_missing'],
      [800.5, 'guard_value_missing'],
      ['8e2', 'guard_value_missing'],
      [[800], 'guard_value_missing'],
      [undefined, 'guard_value_missing'],
    ];
    for (const [amount, code] of impossible) {
      const answer = await claim(amount);
      expect([amount, answer.status, answer.body['code']]).toEqual([amount, 422, code]);
    }
    expect(claimsSeen()).toBe(0);
    expect(await ledger()).toEqual([]);
  });

  it('withholds an answer that breaks the bounds or can be read in two ways, says what differed, and grants nothing', async () => {
    await begin({ stop: { answers: 100 } });
    const tampered: readonly (Answered | Record<string, unknown>)[] = [
      { id: 'C1', amountCents: 80_000 },
      // Within the bounds, and not what was asked for.
      { id: 'C1', amountCents: 2_000 },
      { id: 'C1' },
      { id: 'C1', amountCents: { value: 800 } },
      { amountCents: 800 },
      { id: '<script>', amountCents: 800 },
      { status: 200, text: '{"id":"C1","amountCents":800,"amountCents":80000}' },
      { status: 200, text: '{"id":"C1","amountCents":800,"amount\\u0043ents":80000}' },
      { status: 200, type: 'text/html', text: '<p>800</p>' },
      { status: 200, text: '{"id":' },
      { status: 200, text: JSON.stringify({ id: 'C1', amountCents: 800, more: 'x'.repeat(70_000) }) },
    ];
    for (const one of tampered) {
      answerTo = () => ('text' in one ? (one as Answered) : { status: 201, text: JSON.stringify(one) });
      const answer = await claim(800);
      expect([one, answer.status, answer.body['code']]).toEqual([one, 502, 'guard_answer_mismatch']);
      expect(answer.text).not.toMatch(/80000|2000|"C1"|script/);
    }
    expect((await ledger()).every(({ state, counted, coupon }) => state === 'released' && counted === 0 && coupon === null)).toBe(
      true,
    );
    expect(await campaignRow()).toMatchObject({ cents: 0, grants: 0 });
    const noted = await violations();
    expect(noted).toHaveLength(tampered.length);
    expect(noted[0]).toMatchObject({
      ...{ side: 'answer', person: 'zhang', act: 'claim', count: 1 },
      ...{ expected: 'asked:800', seen: 'cents:80000' },
    });
    // The coupon that the tampered backend made is worth nothing.
    expect((await post('/redemptions', { coupon: 'C1', amountCents: 80_000 }, zhang)).body['code']).toBe('guard_not_granted');
    await balanced();
  });

  it('checks every place of the answer where the amount stands, and the currency', async () => {
    await begin({
      claim: {
        route: 'POST /claims',
        amount: 'body.amountCents',
        answer: {
          coupon: 'answer.id',
          amount: ['answer.amountCents', 'answer.face.cents'],
          currency: 'answer.face.currency',
        },
      },
    });
    const face = (cents: number, currency: string) => () => ({
      status: 201,
      text: JSON.stringify({ id: 'C1', amountCents: 800, face: { cents, currency } }),
    });
    answerTo = face(80_000, 'CNY');
    expect((await claim(800)).body['code']).toBe('guard_answer_mismatch');
    answerTo = face(800, 'USD');
    expect((await claim(800)).body['code']).toBe('guard_answer_mismatch');
    answerTo = face(800, 'CNY');
    expect((await claim(800)).status).toBe(201);
    expect((await violations()).map(({ seen }) => seen)).toEqual(['amounts:800|80000', 'other_currency']);
  });

  it('reads yuan without computing in fractions', async () => {
    await begin({ amount: { minCents: 1, maxCents: 2_000, unit: 'yuan' } });
    answerTo = (_path, body) => ({ status: 201, text: `{"id":"C${serial++}","amountCents":${String(body['amountCents'])}}` });
    for (const amount of [19.99, 0.07, 8]) expect((await claim(amount)).status).toBe(201);
    expect((await ledger()).map(({ cents }) => cents).sort((a, b) => a - b)).toEqual([7, 800, 1_999]);
    expect((await claim(0.001, li)).body['code']).toBe('guard_value_missing');
    expect((await claim(20.01, li)).body['code']).toBe('guard_amount_out_of_bounds');
  });

  it('never spends a cent over the budget on 200 parallel claims', async () => {
    await begin({ budget: { cents: 12_500 }, quota: {} });
    const answers = await Promise.all(Array.from({ length: 200 }, (_, at) => claim(1_000, at % 2 === 0 ? zhang : li)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(12);
    expect(answers.filter(({ body }) => body['code'] === 'guard_budget_exhausted')).toHaveLength(188);
    expect(claimsSeen()).toBe(12);
    expect(await campaignRow()).toMatchObject({ cents: 12_000, grants: 12 });
    await balanced();
  });

  it('counts claims of a person, also those under way', async () => {
    await begin();
    const answers = await Promise.all(Array.from({ length: 20 }, () => claim(500)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    expect(answers.filter(({ body }) => body['code'] === 'guard_quota_exceeded')).toHaveLength(17);
    expect((await claim(500, li)).status).toBe(201);
  });

  it('is closed outside its hours of the local day', async () => {
    await begin({
      window: { start: '2026-05-01T00:00:00+08:00', end: '2026-07-01T00:00:00+08:00', hours: { from: '09:00', to: '12:00' } },
    });
    expect((await claim(500)).body['code']).toBe('guard_campaign_closed');
    now -= 1_000;
    expect((await claim(500)).status).toBe(201);
  });

  it('releases what a backend that refuses, fails or does not answer has not granted', async () => {
    await begin({ quota: { person: { total: 1 } } });
    answerTo = () => ({ status: 409, text: '{"error":"sold out"}' });
    const refused = await claim(800);
    expect([refused.status, refused.body]).toEqual([409, { error: 'sold out' }]);
    answerTo = () => ({ status: 500, text: '{}' });
    expect((await claim(800)).status).toBe(500);
    answerTo = () => null;
    expect((await claim(800)).body['code']).toBe('backend_timeout');
    expect(await campaignRow()).toMatchObject({ cents: 0, grants: 0 });
    answerTo = good;
    expect((await claim(800)).status).toBe(201);
    await balanced();
  });

  it('redeems what was granted, for its amount, by its owner, once', async () => {
    await begin();
    await claim(800);
    const redeem = (coupon: string, amountCents: number, token = zhang) => post('/redemptions', { coupon, amountCents }, token);
    const before = deployment.backend.seen.length;
    expect((await redeem('C99', 800)).body['code']).toBe('guard_not_granted');
    expect((await redeem('C1', 80_000)).body['code']).toBe('guard_amount_mismatch');
    expect((await redeem('C1', 800, li)).body['code']).toBe('guard_not_owner');
    expect((await redeem('../C1', 800)).body['code']).toBe('guard_value_missing');
    expect(deployment.backend.seen.length).toBe(before);
    const answers = await Promise.all(Array.from({ length: 30 }, () => redeem('C1', 800)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(deployment.backend.seen.length).toBe(before + 1);
    expect((await redeem('C1', 800)).body['code']).toBe('guard_already_redeemed');
    expect((await post('/refunds', { coupon: 'C1' }, zhang)).status).toBe(201);
    expect((await post('/refunds', { coupon: 'C1' }, zhang)).body['code']).toBe('guard_coupon_void');
    expect((await redeem('C1', 800)).body['code']).toBe('guard_coupon_void');
  });

  it('keeps a coupon consumed when nobody knows whether the backend redeemed it, and gives it back after a no', async () => {
    await begin();
    await claim(800);
    const redeem = () => post('/redemptions', { coupon: 'C1', amountCents: 800 }, zhang);
    answerTo = () => ({ status: 403, text: '{}' });
    expect((await redeem()).status).toBe(403);
    answerTo = () => null;
    expect((await redeem()).body['code']).toBe('backend_timeout');
    answerTo = good;
    expect((await redeem()).body['code']).toBe('guard_already_redeemed');
    expect(await ledger()).toMatchObject([{ state: 'redeemed', uncertain: 1 }]);
  });

  it('withholds a redemption that pays out another amount', async () => {
    await begin();
    await claim(800);
    answerTo = () => ({ status: 200, text: '{"amountCents":80000}' });
    const answer = await post('/redemptions', { coupon: 'C1', amountCents: 800 }, zhang);
    expect([answer.status, answer.body['code']]).toEqual([502, 'guard_answer_mismatch']);
    expect((await violations())[0]).toMatchObject({ act: 'redeem', expected: 'granted:800', seen: 'cents:80000' });
  });

  it('shows no coupon that was not granted, nor with another amount, nor to another person', async () => {
    await begin();
    await claim(800);
    await claim(900, li);
    const items = [
      { id: 'C1', amountCents: 800, note: 'mine' },
      { id: 'C1x', amountCents: 100_000 },
      { id: 'C2', amountCents: 900 },
      { amountCents: 5 },
    ];
    answerTo = () => ({ status: 200, text: JSON.stringify({ items, total: 4 }) });
    const list = await deployment.call('GET', '/portal/claims', { token: zhang });
    expect(list.body).toEqual({ items: [items[0]], total: 4 });
    answerTo = () => ({ status: 200, text: JSON.stringify({ items: [{ id: 'C1', amountCents: 100_000 }] }) });
    expect((await deployment.call('GET', '/portal/claims', { token: zhang })).body).toEqual({ items: [] });
    expect((await violations()).every(({ side }) => side === 'shown')).toBe(true);
  });

  it('answers a repeated request under its key without asking the backend again', async () => {
    await begin();
    const key = { 'idempotency-key': 'order-1' };
    let asked: (() => void) | null = null;
    const reached = new Promise<void>((resolve) => {
      asked = resolve;
    });
    let release: (() => void) | null = null;
    deployment.backend.answer = (_request, response, text) => {
      asked?.();
      release = () => {
        const { amountCents } = JSON.parse(text) as { amountCents: number };
        response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ id: 'C7', amountCents }));
      };
    };
    const first = claim(800, zhang, key);
    await reached;
    const meanwhile = await claim(800, zhang, key);
    expect([meanwhile.status, meanwhile.body['code'], meanwhile.body['retryAfter']]).toEqual([409, 'guard_in_flight', 1]);
    (release as (() => void) | null)?.();
    const answer = await first;
    expect(answer.status).toBe(201);
    const again = await claim(800, zhang, key);
    expect([again.status, again.text, again.headers.get('idempotency-replayed')]).toEqual([201, answer.text, 'true']);
    expect((await claim(900, zhang, key)).body['code']).toBe('guard_key_reused');
    expect((await claim(800, zhang, { 'idempotency-key': 'a b' })).body['code']).toBe('guard_key_malformed');
    expect(claimsSeen()).toBe(1);
    expect(await ledger()).toHaveLength(1);
  });

  it('stops itself when the backend breaks its bounds too often, on a restart too, until an administrator lets it go on', async () => {
    await begin({ stop: { answers: 3 } });
    const news: string[] = [];
    deployment.platform.guard.onNews(({ kind }) => news.push(kind));
    answerTo = (_path, body) => ({
      status: 201,
      text: JSON.stringify({ id: 'C1', amountCents: Number(body['amountCents']) * 100 }),
    });
    for (let at = 0; at < 3; at += 1) expect((await claim(800)).body['code']).toBe('guard_answer_mismatch');
    const seen = claimsSeen();
    expect((await claim(800, li)).body['code']).toBe('guard_campaign_stopped');
    expect(claimsSeen()).toBe(seen);
    expect(news).toEqual(['violation', 'violation', 'violation', 'stopped']);
    expect(await campaignRow()).toMatchObject({ stopped_by: 'menshen', stop_reason: 'answers 3' });
    const { place } = deployment;
    await deployment.close({ keep: true });
    deployment = await start({
      place,
      clock: () => now,
      change: withCampaigns([campaignInput({ ...turns, stop: { answers: 3 } })], routes),
    });
    deployment.backend.answer = (_request, response, text) => {
      const { status, text: made } = good('', JSON.parse(text) as Record<string, unknown>);
      response.writeHead(status, { 'content-type': 'application/json' }).end(made);
    };
    zhang = await deployment.token('zhang');
    expect((await claim(800)).body['code']).toBe('guard_campaign_stopped');
    await deployment.platform.guard.resume(campaignOf(deployment), 'admin', 'the backend is repaired');
    now += 1;
    expect((await claim(800)).status).toBe(201);
  });

  it('is not stopped by one stranger with a script, but by many people', async () => {
    await begin({ stop: { people: 3 } });
    for (let at = 0; at < 30; at += 1) expect((await claim(99_900)).body['code']).toBe('guard_amount_out_of_bounds');
    expect((await claim(800)).status).toBe(201);
    // Kept once a minute, with how often.
    expect(await violations()).toMatchObject([
      { count: 30, person: 'zhang', expected: 'range:500|2000|100', seen: 'cents:99900' },
    ]);
    await claim(99_900, li);
    await claim(99_900, await deployment.token('boss'));
    expect((await claim(800, li)).body['code']).toBe('guard_campaign_stopped');
    expect(await campaignRow()).toMatchObject({ stop_reason: 'people 3' });
  });

  it('is enforced in monitor and bypass mode too: money has no rehearsal', async () => {
    await begin();
    for (const mode of ['monitor', 'bypass'] as const) {
      await deployment.platform.switches.setMode(mode, 'test', 'a test of the guard');
      expect((await claim(100_000)).body['code']).toBe('guard_amount_out_of_bounds');
      answerTo = () => ({ status: 201, text: '{"id":"C9","amountCents":80000}' });
      expect((await claim(800)).body['code']).toBe('guard_answer_mismatch');
      answerTo = good;
    }
  });

  it('wants a campaign that it knows, where several share a route', async () => {
    deployment = await start({
      change: withCampaigns(
        ['tea', 'new'].map((id) =>
          campaignInput({
            id,
            claim: {
              route: 'POST /claims',
              campaign: 'body.campaign',
              answer: { coupon: 'answer.id', amount: 'answer.amountCents' },
            },
          }),
        ),
        routes,
      ),
    });
    deployment.backend.answer = (_request, response) => {
      serial += 1;
      response.writeHead(201, { 'content-type': 'application/json' }).end(`{"id":"C${serial}","amountCents":1000}`);
    };
    zhang = await deployment.token('zhang');
    expect((await post('/claims', { campaign: 'old' }, zhang)).body['code']).toBe('guard_campaign_unknown');
    expect((await post('/claims', {}, zhang)).body['code']).toBe('guard_campaign_unknown');
    expect((await post('/claims', { campaign: 'tea' }, zhang)).status).toBe(201);
    expect((await post('/claims', { campaign: 'new' }, zhang)).status).toBe(201);
    expect((await ledger()).map(({ campaign }) => campaign).sort()).toEqual(['new', 'tea']);
  });
});

/** The campaign of a deployment, as its gateway has compiled it. */
function campaignOf(deployment: Deployment) {
  const [app] = configSchema.parse(deployment.config).apps;
  const [config] = app?.campaigns ?? [];
  if (app === undefined || config === undefined) throw new Error('no campaign');
  return compileCampaign(app, config);
}
