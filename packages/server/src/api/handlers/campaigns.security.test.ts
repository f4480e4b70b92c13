import * as contract from '@menshen/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compileCampaign } from '../../guard/campaign.ts';
import { approved, setUpThree, stepUpAgain, type TestAdministrator, TestClock } from '../../testing/administrators.ts';
import { ConsoleBrowser } from '../../testing/console.ts';
import type { Deployment } from '../../testing/deployment.ts';
import { describeEachEngine } from '../../testing/engines.ts';

const tea = { app: 'portal', campaign: 'tea' };
const reason = 'a reason for the test';

describeEachEngine('campaigns at the control plane', (start) => {
  const clock = new TestClock();
  let deployment: Deployment;
  let three: Record<contract.AdministratorPower, TestAdministrator>;
  let headers: Record<string, string>;
  let codes: readonly string[];
  beforeAll(async () => {
    deployment = await start({
      clock: clock.read,
      change: (config) => ({ ...config, console: { ...config.console, secondFactor: 'required' } }),
    });
    three = await setUpThree(deployment, clock);
    headers = await tokenFor(['guard:portal/tea']);
    await stepUpAgain(three.security, clock);
    const issued = await three.security.browser.call(contract.issueCodes, {
      params: tea,
      body: { count: 20, label: 'spring', place: 'SH001' },
    });
    expect(issued.status).toBe(201);
    codes = issued.body.codes;
  });
  afterAll(() => deployment.close());

  const tokenFor = async (grants: string[], scopes: contract.TokenScope[] = ['guard']): Promise<Record<string, string>> => {
    const parts = { body: { name: 'functions', scopes, grants, expiresInDays: 1 } };
    const approval = await approved(contract.createApiToken, parts, three.security, three.system, clock);
    await stepUpAgain(three.security, clock);
    const made = await three.security.browser.call(contract.createApiToken, { ...parts, headers: approval });
    return { authorization: `Bearer ${made.body.token}` };
  };
  const machine = <E extends contract.Endpoint>(endpoint: E, body: Record<string, unknown>, given = headers) =>
    new ConsoleBrowser(deployment.platform.api.url).call(endpoint, { body: { ...tea, ...body }, headers: given });
  const reserve = (body: Record<string, unknown>, given = headers) =>
    machine(contract.guardReserve, { uid: 'zhang', amountCents: 800, ...body }, given);

  it('lets a machine act only in the campaigns that its token names, and says nothing of others', async () => {
    const other = await tokenFor(['guard:portal/other', 'guard:coupon/*']);
    expect((await reserve({ code: codes[0] }, other)).body.code).toBe('token_scope');
    expect((await reserve({ code: codes[0], campaign: 'nothing' })).body.code).toBe('token_scope');
    const none = await tokenFor([]);
    expect((await reserve({ code: codes[0] }, none)).body.code).toBe('token_scope');
    const all = await tokenFor(['guard:portal/*']);
    expect((await reserve({ campaign: 'nothing' }, all)).body.code).toBe('not_found');
  });

  it('grants by the API under the same rules as at the gateway', async () => {
    expect((await reserve({ code: codes[0], amountCents: 80_000 })).body.code).toBe('guard_amount_out_of_bounds');
    expect((await reserve({ code: 'A'.repeat(32) })).body.code).toBe('guard_code_invalid');
    expect((await reserve({ code: codes[0], place: 'SH002' })).body.code).toBe('guard_place_mismatch');
    const made = await reserve({ code: codes[0], key: 'k1' });
    expect(made.body).toMatchObject({ amountCents: 800, place: 'SH001' });
    expect((await reserve({ code: codes[0], key: 'k1' })).body).toEqual(made.body);
    expect((await reserve({ code: codes[1], key: 'k1' })).body.code).toBe('guard_key_reused');
    expect((await reserve({ code: codes[0] })).body.code).toBe('guard_code_used');
    const { reservation } = made.body;
    const commit = (body: Record<string, unknown>) => machine(contract.guardCommit, { reservation, coupon: 'A1', ...body });
    expect((await commit({ amountCents: 2_000 })).body.code).toBe('guard_amount_out_of_bounds');
    expect((await commit({ amountCents: 800 })).status).toBe(200);
    // Whose answer was lost may ask again, and gets no second coupon by it.
    expect((await commit({ amountCents: 800 })).status).toBe(200);
    for (const other of [{ coupon: 'A9' }, { amountCents: 700 }])
      expect((await commit({ amountCents: 800, ...other })).body.code).toBe('guard_reservation_unknown');
    expect((await machine(contract.guardRelease, { reservation })).body.code).toBe('guard_reservation_unknown');
    const redeem = (body: Record<string, unknown>) => machine(contract.guardRedeem, { uid: 'zhang', ...body });
    expect((await redeem({ coupon: 'A2' })).body.code).toBe('guard_not_granted');
    expect((await redeem({ coupon: 'A1', amountCents: 80_000 })).body.code).toBe('guard_amount_mismatch');
    expect((await redeem({ coupon: 'A1', uid: 'li' })).body.code).toBe('guard_not_owner');
    expect((await redeem({ coupon: 'A1' })).body).toEqual({ amountCents: 800 });
    expect((await redeem({ coupon: 'A1' })).body.code).toBe('guard_already_redeemed');
  });

  it('releases what a machine reserved and then lost', async () => {
    const made = await reserve({ code: codes[2], holdSeconds: 5 });
    expect(made.status).toBe(200);
    const { reservation } = made.body;
    await deployment.platform.guard.transactions.run((db) =>
      deployment.platform.guard.ledger.clearOverdue(db, clock.now + 5_000),
    );
    const late = await machine(contract.guardCommit, { reservation, coupon: 'A9', amountCents: 800 });
    expect(late.body.code).toBe('guard_reservation_unknown');
    expect((await reserve({ code: codes[2] })).status).toBe(200);
  });

  it('gives who comes again under a key a reservation that can be granted, not one that was given back or has run out', async () => {
    const again = () => reserve({ uid: 'wang', code: codes[7], key: 'again', holdSeconds: 5 });
    const first = (await again()).body.reservation;
    expect((await again()).body.reservation).toBe(first);
    expect((await machine(contract.guardRelease, { reservation: first })).status).toBe(200);
    const second = (await again()).body.reservation;
    expect(second).not.toBe(first);
    clock.now += 6_000;
    const third = (await again()).body;
    expect([first, second]).not.toContain(third.reservation);
    expect(third.expires).toBeGreaterThan(clock.now);
    // What was granted is told again, and never granted twice.
    const commit = { reservation: third.reservation, coupon: 'W1', amountCents: 800 };
    expect((await machine(contract.guardCommit, commit)).status).toBe(200);
    clock.now += 6_000;
    expect((await again()).body.reservation).toBe(third.reservation);
    expect((await reserve({ uid: 'wang', code: codes[7] })).body.code).toBe('guard_code_used');
  });

  it('refuses every code of a batch that was revoked, and shows who did it', async () => {
    const { browser } = three.security;
    const revoked = await browser.call(contract.revokeCodes, { params: { ...tea, batch: '1' }, body: { reason } });
    expect(revoked.status).toBe(200);
    expect((await reserve({ code: codes[5] })).body.code).toBe('guard_code_expired');
    const listed = await browser.call(contract.listCodeBatches, { params: tea });
    expect(listed.body.batches).toMatchObject([{ batch: 1, state: 'revoked', used: 3, count: 20, revokeReason: reason }]);
    expect((await browser.call(contract.revokeCodes, { params: { ...tea, batch: '1' }, body: { reason } })).body.code).toBe(
      'conflict',
    );
  });

  it('stops and resumes by the security power alone, the latter with a fresh factor, and tells Today', async () => {
    for (const power of ['system', 'audit'] as const)
      expect((await three[power].browser.call(contract.stopCampaign, { params: tea, body: { reason } })).body.code).toBe(
        'power_not_held',
      );
    const { browser } = three.security;
    expect((await browser.call(contract.stopCampaign, { params: tea, body: { reason } })).status).toBe(200);
    expect((await reserve({ code: codes[6] })).body.code).toMatch(/^guard_(code_expired|campaign_stopped)$/);
    const today = await browser.call(contract.getToday);
    expect(today.body.attention.find(({ id }) => id === 'campaign-stopped-portal-tea')).toMatchObject({
      action: { to: '/campaigns/portal/tea' },
      detail: { en: expect.stringContaining(reason) },
    });
    clock.now += 301_000;
    expect((await browser.call(contract.resumeCampaign, { params: tea, body: { reason } })).body.code).toBe('step_up_required');
    await stepUpAgain(three.security, clock);
    expect((await browser.call(contract.resumeCampaign, { params: tea, body: { reason } })).status).toBe(200);
    const one = await browser.call(contract.getCampaign, { params: tea });
    expect(one.body.campaign).toMatchObject({ state: 'open', stop: null });
    expect(one.body.violations.map(({ code }) => code)).toContain('guard_amount_out_of_bounds');
  });

  it('searches the ledger, makes void and resolves, each on record', async () => {
    const { browser } = three.security;
    const { guard } = deployment.platform;
    const rows = await browser.call(contract.listGrants, { params: tea, query: { q: 'A1' } });
    expect(rows.body.rows).toMatchObject([{ coupon: 'A1', state: 'redeemed', cents: 800, person: 'zhang', place: 'SH001' }]);
    const grant = rows.body.rows[0]?.id ?? '';
    await stepUpAgain(three.security, clock);
    expect((await browser.call(contract.voidGrant, { params: { ...tea, grant }, body: { reason } })).body.code).toBe('conflict');
    expect(
      (await browser.call(contract.resolveGrant, { params: { ...tea, grant }, body: { happened: true, reason } })).body.code,
    ).toBe('conflict');
    const actor = { person: 'li', device: null, address: null, request: 'r1' };
    const [app] = contract.configSchema.parse(deployment.config).apps;
    const [config] = app?.campaigns ?? [];
    if (app === undefined || config === undefined) throw new Error('no campaign');
    const campaign = compileCampaign(app, config);
    const made = await guard.claim(campaign, { cents: 900, place: null, code: null, day: '2026-01-01', key: null }, actor);
    if (made.kind !== 'reserved') throw new Error(made.kind);
    await guard.grant(campaign, made.id, { coupon: 'A7', cents: 900, key: null }, actor);
    expect((await browser.call(contract.voidGrant, { params: { ...tea, grant: made.id }, body: { reason } })).status).toBe(200);
    const pages: string[] = [];
    let cursor: string | undefined;
    do {
      const query = { limit: '1', ...(cursor === undefined ? {} : { cursor }) };
      const page: Awaited<ReturnType<typeof browser.call<typeof contract.listGrants>>> = await browser.call(contract.listGrants, {
        params: tea,
        query,
      });
      pages.push(...page.body.rows.map(({ id }) => id));
      cursor = page.body.next ?? undefined;
    } while (cursor !== undefined);
    expect(new Set(pages).size).toBe(pages.length);
    expect(pages.length).toBeGreaterThanOrEqual(4);
    expect((await browser.call(contract.listGrants, { params: tea, query: { cursor: "1' or 1=1" } })).body.code).toBe(
      'validation_failed',
    );
  });
});
