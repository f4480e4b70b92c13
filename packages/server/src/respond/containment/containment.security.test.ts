import {
  adminSession,
  applyMeasure,
  type ConfigInput,
  createApiToken,
  decideApproval,
  getApproval,
  getMeasure,
  liftMeasure,
  liftMeasures,
  listKeys,
  listMeasures,
  listNotices,
  type Measured,
  type MeasureKindId,
  previewMeasure,
  requestApproval,
  stepUp,
} from '@menshen/contract';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { approved, freshCode, setUpThree, stepUpAgain, TestClock } from '../../testing/administrators.ts';
import { approvalOf, ConsoleBrowser } from '../../testing/console.ts';
import { type Deployment, startDeployment } from '../../testing/deployment.ts';
import type { Measure, Request } from './model.ts';

const hourMs = 3_600_000;
const office = '198.51.100.10';
const attacker = '203.0.113.66';
const referer = (version: string): string => `https://servicewechat.com/wxtestportal000001/${version}/page-frame.html`;
const security = { id: 'playbook:test', username: 'playbook:test', power: 'security' } as const;

/** What a phone asks for, and what it is told. */
interface Ask {
  readonly method?: 'GET' | 'POST';
  readonly path?: string;
  readonly token?: string;
  readonly from?: string;
  readonly version?: string;
  readonly language?: string;
  readonly body?: unknown;
}

/** Two apps in front of one backend, behind a proxy that names its clients. */
const change = (config: ConfigInput): ConfigInput => ({
  ...config,
  console: { listen: '127.0.0.1:0' },
  gateway: { ...config.gateway, trustedProxies: ['127.0.0.1/32', '::1/128'] },
  apps: (config.apps ?? []).flatMap((app) => [
    { ...app, sealedFields: [{ table: 'people', column: 'phone', purposes: ['support'] }] },
    { ...app, id: 'desk', basePath: '/desk', campaigns: [], routes: [{ match: 'GET /public', auth: 'none' as const }] },
  ]),
});

// The embedded engine alone: a clock that jumps would have shared engines distrust what they hear.
describe('measures of containment', () => {
  const clock = new TestClock();
  let deployment: Deployment;
  let three: Awaited<ReturnType<typeof setUpThree>>;
  let used = 0;
  beforeAll(async () => {
    deployment = await startDeployment({ clock: clock.read, change });
    three = await setUpThree(deployment, clock);
  });
  afterAll(() => deployment.close());
  afterEach(async () => {
    // What a test leaves in force would fail all that come after it.
    const { containment } = deployment.platform;
    for (const measure of await containment.list({ show: 'active', limit: 50 }))
      await containment.lift(measure.id, 'end of the test', 'test');
  });

  const ask = async ({ method = 'GET', path = '/portal/me', token, from = office, version, language = 'zh', body }: Ask) => {
    const answer = await deployment.call(method, path, {
      ...(token === undefined ? {} : { token }),
      ...(body === undefined ? {} : { body }),
      headers: {
        'x-forwarded-for': from,
        'accept-language': language,
        ...(version === undefined ? {} : { referer: referer(version) }),
      },
    });
    return { ...answer, said: answer.status < 300 ? 'in' : answer.body['code'] };
  };
  const said = async (given: Ask) => (await ask(given)).said;
  const login = async (person: string, given: Pick<Ask, 'version' | 'from'> & { readonly build?: string } = {}) => {
    const body = {
      app: 'portal',
      channel: 'wecom',
      code: await deployment.code('wecom', person),
      device: { model: `phone of ${person}`, ...(given.build === undefined ? {} : { build: given.build }) },
    };
    const answer = await ask({ ...given, method: 'POST', path: '/_menshen/v1/login', body });
    return answer.status === 200 ? String(answer.body['token']) : String(answer.said);
  };
  /** Takes a measure as one person may, whatever its class. */
  const take = async (measured: Measured, forMs = hourMs): Promise<Measure> => {
    used += 1;
    const request = { ...measured, until: clock.now + forMs, reason: 'a test of it', idempotencyKey: `test-${used}` };
    return await deployment.platform.containment.carryOut(request, 'test', { approval: null, approvedBy: null, forced: false });
  };
  const lift = (measure: Measure) => deployment.platform.containment.lift(measure.id, 'a test of it', 'test');

  it.each<{ readonly measured: Measured; readonly attack: Ask; readonly honest: Ask; readonly code: string }>([
    {
      measured: { kind: 'block_addresses', target: { addresses: ['203.0.113.0/24'] } },
      attack: { path: '/portal/public', from: attacker },
      honest: { path: '/portal/public' },
      code: 'address_refused',
    },
    {
      measured: { kind: 'block_addresses', target: { addresses: [attacker], app: 'portal' } },
      attack: { path: '/portal/public', from: attacker },
      honest: { path: '/desk/public', from: attacker },
      code: 'address_refused',
    },
    {
      measured: { kind: 'stop_route', target: { app: 'portal', route: 'GET /public' } },
      attack: { path: '/portal/%70ublic' },
      honest: { path: '/desk/public' },
      code: 'route_stopped',
    },
    {
      measured: { kind: 'stop_version', target: { app: 'portal', versions: ['41', '42'] } },
      attack: { path: '/portal/public', version: '42' },
      honest: { path: '/portal/public', version: '43' },
      code: 'app_version_refused',
    },
    {
      measured: { kind: 'stop_app', target: { app: 'portal' } },
      attack: { path: '/portal/public' },
      honest: { path: '/desk/public' },
      code: 'app_stopped',
    },
    {
      measured: { kind: 'isolate_backend', target: { app: 'portal', persons: [], addresses: [office] } },
      // Another app in front of the same backend is no way round.
      attack: { path: '/desk/public', from: attacker },
      honest: { path: '/portal/public' },
      code: 'backend_isolated',
    },
  ])(
    'stops with $measured.kind the attack and not the honest, until it is lifted',
    async ({ measured, attack, honest, code }) => {
      expect([await said(attack), await said(honest)]).toEqual(['in', 'in']);
      const forwarded = deployment.backend.seen.length;
      const measure = await take(measured);
      const refused = await ask(attack);
      expect(refused.said).toBe(code);
      expect(refused.text).not.toContain(measure.id);
      expect(deployment.backend.seen.length).toBe(forwarded);
      expect(await said(honest)).toBe('in');
      await lift(measure);
      expect([await said(attack), await said(honest)]).toEqual(['in', 'in']);
    },
  );

  it('lets people look and not submit in read-only mode, and says when to come again', async () => {
    const token = await login('zhang');
    const write: Ask = { method: 'POST', path: '/portal/notes', token, body: { text: 'a' } };
    expect(await said(write)).toBe('in');
    const notice = { zh: '盘点中，只能查看', en: 'Stock-taking: look, but do not submit' };
    const measure = await take({ kind: 'read_only', target: { app: 'portal', notice } });
    const refused = await ask({ ...write, language: 'en' });
    expect([refused.status, refused.said, refused.body['message']]).toEqual([503, 'app_read_only', notice.en]);
    expect(refused.headers.get('retry-after')).toBe('300');
    expect(await said({ token })).toBe('in');
    await lift(measure);
    expect(await said(write)).toBe('in');
  });

  it('says in the words of the company why an app is stopped, also at the login, which it refuses', async () => {
    const notice = { zh: '系统维护至 18 点', en: 'Maintenance until 6 pm' };
    const token = await login('zhang');
    const measure = await take({ kind: 'stop_app', target: { app: 'portal', notice } }, 120_000);
    const refused = await ask({ token });
    expect(refused.body).toMatchObject({ code: 'app_stopped', message: notice.zh, retryAfter: 120 });
    expect(await login('li')).toBe('app_stopped');
    expect((await ask({ token, path: '/_menshen/v1/session' })).body).toMatchObject({ code: 'app_stopped', message: notice.zh });
    await lift(measure);
    expect(await said({ token })).toBe('in');
  });

  it('lets only the named persons reach an isolated backend', async () => {
    const [boss, zhang] = [await login('boss'), await login('zhang')];
    const measure = await take({ kind: 'isolate_backend', target: { app: 'portal', persons: ['boss'], addresses: [] } });
    expect(await said({ token: boss })).toBe('in');
    expect(await said({ token: zhang })).toBe('backend_isolated');
    // Neither nobody, nor who says to be somebody, on a route for everybody.
    expect(await said({ path: '/portal/public' })).toBe('backend_isolated');
    expect(await said({ path: '/portal/public', token: `${boss.slice(0, -4)}AAAA` })).toBe('backend_isolated');
    await lift(measure);
    expect(await said({ token: zhang })).toBe('in');
  });

  it('holds in monitor mode, where rules only watch', async () => {
    const token = await login('zhang');
    await deployment.platform.switches.setMode('monitor', 'test', 'a test of it');
    const measure = await take({ kind: 'isolate_backend', target: { app: 'portal', persons: ['boss'], addresses: [] } });
    expect(await said({ token })).toBe('backend_isolated');
    expect(await said({})).toBe('backend_isolated');
    await lift(measure);
    await deployment.platform.switches.setMode('enforce', 'test', 'a test of it');
  });

  it('stops a campaign at the gateway and for backends, and leaves it stopped by whom it was stopped else', async () => {
    const token = await login('zhang');
    const claim: Ask = { method: 'POST', path: '/portal/claims', token, body: { amountCents: 500, code: 'x' } };
    const open = await said(claim);
    expect(open).not.toBe('guard_campaign_stopped');
    const measure = await take({ kind: 'stop_campaign', target: { app: 'portal', campaign: 'tea' } });
    expect(await said(claim)).toBe('guard_campaign_stopped');
    const campaign = [...(deployment.config.apps ?? [])][0]?.campaigns?.[0];
    expect(campaign?.id).toBe('tea');
    // Its page does not call it open meanwhile.
    const { containment } = deployment.platform;
    expect([containment.campaignHeldUntil('portal', 'tea'), containment.campaignHeldUntil('portal', 'other')]).toEqual([
      measure.until,
      null,
    ]);
    await lift(measure);
    expect(containment.campaignHeldUntil('portal', 'tea')).toBeNull();
    expect(await said(claim)).toBe(open);
    const all = await take({ kind: 'stop_app', target: { app: 'portal' } });
    expect(containment.campaignHeldUntil('portal', 'tea')).toBe(all.until);
    await lift(all);
  });

  it.each<[string, Extract<Measured, { kind: 'end_sessions' }>['target'], readonly string[], readonly string[]]>([
    ['a person', { scope: 'person', person: 'zhang' }, ['zhang'], ['boss', 'li']],
    ['a department and those below it', { scope: 'department', department: '2' }, ['zhang', 'boss'], ['li']],
    ['a device', { scope: 'device', device: 'phone of li' }, ['li'], ['boss', 'zhang']],
    ['an app', { scope: 'app', app: 'portal' }, ['boss', 'li', 'zhang'], []],
    ['everyone', { scope: 'everyone' }, ['boss', 'li', 'zhang'], []],
  ])('ends the sessions of %s, and lets them sign in again at once', async (_whom, target, out, stay) => {
    const tokens = new Map<string, string>();
    for (const person of ['boss', 'li', 'zhang']) tokens.set(person, await login(person));
    clock.advance(1);
    const measure = await take({ kind: 'end_sessions', target });
    expect(measure.done).toBeGreaterThanOrEqual(out.length);
    for (const person of out)
      expect([person, await said({ token: tokens.get(person) ?? '' })]).toEqual([person, 'session_revoked']);
    for (const person of stay) expect([person, await said({ token: tokens.get(person) ?? '' })]).toEqual([person, 'in']);
    clock.advance(1);
    for (const person of out) expect([person, await said({ token: await login(person) })]).toEqual([person, 'in']);
    // What is looked for again later are those of before, not those that have come since.
    clock.advance(120_000);
    const fresh = await login(out[0] ?? '');
    await deployment.platform.containment.maintain();
    expect(await said({ token: fresh })).toBe('in');
    await lift(measure);
    expect(await said({ token: tokens.get(out[0] ?? '') ?? '' })).toBe('session_revoked');
  });

  it('ends the sessions of a version where it shows: by the Referer, or by what the app said at its login', async () => {
    const [old, fresh, build] = [await login('zhang'), await login('boss'), await login('li', { build: '1.4.2' })];
    clock.advance(1);
    const byReferer = await take({ kind: 'end_sessions', target: { scope: 'version', app: 'portal', version: '41' } });
    expect(await said({ token: old, version: '41' })).toBe('session_revoked');
    expect(await said({ token: fresh, version: '42' })).toBe('in');
    const byBuild = await take({ kind: 'end_sessions', target: { scope: 'version', app: 'portal', version: '1.4.2' } });
    // A forged Referer does not help whose login has said what it is.
    expect(await said({ token: build, version: '99' })).toBe('session_revoked');
    const stopped = await take({ kind: 'stop_version', target: { app: 'portal', versions: ['1.4.2'] } });
    expect(await login('li', { build: '1.4.2' })).toBe('app_version_refused');
    expect(await said({ token: await login('li', { build: '1.4.3' }) })).toBe('in');
    for (const measure of [byReferer, byBuild, stopped]) await lift(measure);
  });

  it('locks accounts: what is open ends, and no way of signing in opens anything', async () => {
    const token = await login('zhang');
    const measure = await take({ kind: 'lock_accounts', target: { persons: ['zhang'] } });
    expect(await said({ token })).not.toBe('in');
    expect(await login('zhang')).toBe('account_locked');
    expect(await said({ token: await login('boss') })).toBe('in');
    await lift(measure);
    expect(await said({ token: await login('zhang') })).toBe('in');
  });

  it('demands a second factor that was shown since, of those it means', async () => {
    const [zhang, li] = [await login('zhang'), await login('li')];
    const measure = await take({ kind: 'force_step_up', target: { scope: 'department', department: '2' } });
    const refused = await ask({ token: zhang });
    expect(refused.body).toMatchObject({ code: 'mfa_required', form: 'freshness' });
    // They must be able to show it.
    expect((await ask({ token: zhang, path: '/_menshen/v1/mfa' })).status).toBe(200);
    expect(await said({ token: zhang, path: '/portal/public' })).toBe('in');
    expect(await said({ token: li })).toBe('in');
    await lift(measure);
    expect(await said({ token: zhang })).toBe('in');
  });

  it('revokes the tokens of machines that were issued before, and rotates data keys, by the services that own them', async () => {
    const issue = async (name: string): Promise<string> => {
      const { browser } = three.security;
      const body = { name, scopes: ['audit:read'], grants: [], expiresInDays: 1 };
      // Each code takes half a minute: nobody's session may idle out meanwhile.
      for (const one of Object.values(three)) await one.browser.call(adminSession);
      const headers = await approved(createApiToken, { body }, three.security, three.audit, clock);
      await stepUpAgain(three.security, clock);
      return String((await browser.call(createApiToken, { body, headers })).body.token);
    };
    const machine = async (token: string) => {
      const browser = new ConsoleBrowser(deployment.platform.api.url);
      return (await browser.call(listMeasures, { headers: { authorization: `Bearer ${token}` } })).status;
    };
    const leaked = await issue('leaked');
    expect(await machine(leaked)).toBe(200);
    const revoked = await take({ kind: 'revoke_tokens', target: {} });
    expect(revoked).toMatchObject({ state: 'done', done: 1 });
    clock.advance(1);
    expect([await machine(leaked), await machine(await issue('fresh'))]).toEqual([401, 200]);
    const before = (await three.security.browser.call(listKeys)).body.keys.length;
    expect(await take({ kind: 'rotate_keys', target: { app: 'portal' } })).toMatchObject({ state: 'done', done: 1 });
    expect((await three.security.browser.call(listKeys)).body.keys.length).toBe(before + 1);
    await expect(take({ kind: 'rotate_keys', target: { app: 'desk' } })).rejects.toMatchObject({
      details: { problem: 'no_sealed_fields' },
    });
  });

  it('lifts exactly: what another measure holds stays held', async () => {
    const attack: Ask = { path: '/portal/public', from: attacker };
    const wide = await take({ kind: 'block_addresses', target: { addresses: ['203.0.113.0/24'] } });
    const narrow = await take({ kind: 'block_addresses', target: { addresses: [attacker] } });
    const twice = await take({ kind: 'block_addresses', target: { addresses: [attacker] } });
    for (const measure of [wide, twice]) {
      await lift(measure);
      expect(await said(attack)).toBe('address_refused');
    }
    await lift(narrow);
    expect(await said(attack)).toBe('in');
    await expect(lift(narrow)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('ends by the clock of the node, before anybody writes it down', async () => {
    const measure = await take({ kind: 'stop_app', target: { app: 'portal' } }, 60_000);
    clock.advance(59_999);
    expect(await said({ path: '/portal/public' })).toBe('app_stopped');
    clock.advance(1);
    expect(await said({ path: '/portal/public' })).toBe('in');
    await deployment.platform.containment.maintain();
    expect(await deployment.platform.containment.find(measure.id)).toMatchObject({
      state: 'expired',
      stopped: 1,
      endedBy: 'clock',
    });
  });

  it.each<[string, Measured | { kind: MeasureKindId; target: unknown }, string]>([
    ['an app that there is not', { kind: 'stop_app', target: { app: 'nothing' } }, 'app_unknown'],
    ['a route that there is not', { kind: 'stop_route', target: { app: 'portal', route: 'GET /x' } }, 'route_unknown'],
    ['this machine itself', { kind: 'block_addresses', target: { addresses: ['203.0.113.7', '127.0.0.1'] } }, 'own_address'],
    ['a network around this machine', { kind: 'block_addresses', target: { addresses: ['::/20'] } }, 'too_wide'],
    ['half of the world', { kind: 'block_addresses', target: { addresses: ['0.0.0.0/1'] } }, 'too_wide'],
    [
      'a department that there is not',
      { kind: 'force_step_up', target: { scope: 'department', department: '99' } },
      'department_unknown',
    ],
  ])('takes no measure on %s', async (_what, measured, problem) => {
    await expect(take(measured as Measured)).rejects.toMatchObject({ code: 'validation_failed', details: { problem } });
  });

  it('does once what is asked for twice under one key, and nothing else under it', async () => {
    const { containment } = deployment.platform;
    const request: Request = {
      kind: 'block_addresses',
      target: { addresses: [attacker] },
      ...{ until: clock.now + hourMs, reason: 'a test of it', idempotencyKey: 'incident-7:block' },
    };
    const [first, second] = await Promise.all([containment.apply(request, security), containment.apply(request, security)]);
    expect(second).toEqual(first);
    const later = await containment.apply({ ...request, until: clock.now + 2 * hourMs }, security);
    expect(later).toEqual(first);
    await expect(containment.apply({ ...request, target: { addresses: [office] } }, security)).rejects.toMatchObject({
      code: 'conflict',
    });
    if ('measure' in first) await lift(first.measure);
  });

  describe('of a high class', () => {
    const body = () => ({
      kind: 'stop_app' as const,
      target: { app: 'portal' },
      ...{ until: clock.now + hourMs, reason: 'coupon code was changed', idempotencyKey: `high-${clock.now}` },
    });
    const fresh = async (who: 'security' | 'system') => {
      const { browser, secret } = three[who];
      await browser.call(stepUp, { body: { proof: { method: 'totp', code: freshCode(secret, clock) } } });
      return browser;
    };

    it('take two persons, and are carried out when the second approves', async () => {
      const wish = { body: body() };
      const asker = await fresh('security');
      const alone = await asker.call(applyMeasure, wish);
      expect([alone.status, alone.body.code]).toEqual([403, 'approval_required']);
      const filed = await asker.call(requestApproval, { body: approvalOf(applyMeasure, wish) });
      expect(await said({ path: '/portal/public' })).toBe('in');
      // Somebody has to hear of it: what it is, and where to decide.
      const told = async () => (await asker.call(listNotices)).body.notices.find(({ kind }) => kind === 'approval');
      await expect.poll(told).toMatchObject({
        ...{ severity: 'critical', path: '/approvals' },
        title: { zh: '待批准：整体停服：应用 portal', en: 'Waits for approval: Stop a whole app: app portal' },
      });
      // Nobody approves their own wish, and no other wish goes through with it.
      const own = await asker.call(decideApproval, {
        params: { id: filed.body.id },
        body: { decision: 'approve', digest: filed.body.digest },
      });
      expect(own.body.code).toBe('own_account');
      const approver = await fresh('system');
      await approver.call(decideApproval, {
        params: { id: filed.body.id },
        body: { decision: 'approve', digest: filed.body.digest },
      });
      expect(await said({ path: '/portal/public' })).toBe('app_stopped');
      const { measures, fourEyes } = (await asker.call(listMeasures, { query: { show: 'active' } })).body;
      expect(fourEyes).toEqual(['high']);
      expect(measures).toMatchObject([
        { kind: 'stop_app', approvedBy: 'xitong', forced: false, riskClass: 'high', state: 'active' },
      ]);
      const again = await asker.call(applyMeasure, { ...wish, headers: { 'x-menshen-approval': filed.body.id } });
      expect(again.body.code).toBe('approval_invalid');
      const lifted = await asker.call(liftMeasure, { params: { id: measures[0]?.id ?? '' }, body: { reason: 'all is well' } });
      expect(lifted.body).toMatchObject({ state: 'lifted', endReason: 'all is well' });
      expect(await said({ path: '/portal/public' })).toBe('in');
    });

    it('are lifted together, each with a record of its own; what has ended keeps no other from it', async () => {
      const browser = await fresh('security');
      const taken: Measure[] = [];
      for (const last of [31, 32, 33])
        taken.push(await take({ kind: 'block_addresses', target: { addresses: [`198.51.100.${last}`] } }));
      const [first, second, third] = taken as [Measure, Measure, Measure];
      const from = '198.51.100.32';
      expect(await said({ path: '/portal/public', from })).toBe('address_refused');
      const before = (await browser.call(listMeasures, { query: { show: 'active', limit: '1' } })).body;
      expect([before.measures.length, before.inForce]).toEqual([1, 3]);
      await lift(first);
      const body = { measures: [first.id, second.id, third.id, second.id, `m_${'0'.repeat(16)}`], reason: 'the rule was wrong' };
      const { body: done } = await browser.call(liftMeasures, { body });
      expect(done).toEqual({
        lifted: 2,
        left: [
          { id: first.id, code: 'conflict' },
          { id: `m_${'0'.repeat(16)}`, code: 'not_found' },
        ],
      });
      expect(await said({ path: '/portal/public', from })).toBe('in');
      const ended = (await browser.call(listMeasures, { query: { show: 'ended' } })).body.measures;
      for (const { id } of [second, third])
        expect(ended.find((one) => one.id === id)).toMatchObject({ endReason: 'the rule was wrong', endedBy: 'anquan' });
      expect((await (await fresh('system')).call(liftMeasures, { body })).body.code).toBe('power_not_held');
    });

    it('can be forced by one, which is marked and to be reviewed', async () => {
      const wish = { body: body() };
      const asker = await fresh('security');
      const filed = await asker.call(requestApproval, { body: { ...approvalOf(applyMeasure, wish), breakGlass: true } });
      const done = await asker.call(applyMeasure, { ...wish, headers: { 'x-menshen-approval': filed.body.id } });
      expect(done.body).toMatchObject({ forced: true, approvedBy: null, state: 'active' });
      expect(filed.body.review?.state).toBe('open');
      await asker.call(liftMeasure, { params: { id: done.body.id }, body: { reason: 'all is well' } });
    });

    it('are filed by a playbook under its own name, and refused for good when a person refuses', async () => {
      const { containment } = deployment.platform;
      const first = await containment.apply(body(), security);
      if (!('approvalId' in first)) return expect.fail('no approval was asked for');
      const { approvalId } = first;
      expect(await containment.pending(approvalId)).toEqual({ state: 'pending' });
      const approver = await fresh('system');
      const { digest } = (await approver.call(getApproval, { params: { id: approvalId } })).body;
      await approver.call(decideApproval, { params: { id: approvalId }, body: { decision: 'refuse', digest } });
      expect(await containment.pending(approvalId)).toEqual({ state: 'refused' });
      expect(await said({ path: '/portal/public' })).toBe('in');
    });

    it('are never taken by an administrator of another power, nor by nobody', async () => {
      const system = await fresh('system');
      expect((await system.call(applyMeasure, { body: body() })).body.code).toBe('power_not_held');
      expect(
        (await three.audit.browser.call(liftMeasure, { params: { id: 'm_AAAAAAAAAAAAAAAA' }, body: { reason: 'none' } })).body
          .code,
      ).toBe('power_not_held');
      expect((await three.audit.browser.call(getMeasure, { params: { id: 'm_AAAAAAAAAAAAAAAA' } })).body.code).toBe('not_found');
    });
  });

  it('counts before it stops anybody: honest and attacked apart', async () => {
    const thief = '203.0.113.99';
    const token = await login('li');
    await ask({ token });
    await ask({
      method: 'POST',
      path: '/portal/notes',
      token: await login('zhang', { from: thief }),
      from: thief,
      body: { text: 'ok' },
    });
    const attack = await ask({
      method: 'POST',
      path: '/portal/notes',
      token: await login('zhang', { from: thief }),
      from: thief,
      body: { text: '<script>alert(document.cookie)</script>' },
    });
    expect(attack.said).toBe('request_blocked');
    await deployment.indexed();
    const counted = await three.security.browser.call(previewMeasure, {
      body: { kind: 'block_addresses', target: { addresses: [thief] } },
    });
    expect(counted.body).toMatchObject({
      honest: { requests: 0, persons: 0 },
      riskClass: 'low',
      fourEyes: false,
      sampled: false,
    });
    expect(counted.body.attacked.requests).toBeGreaterThan(0);
    const whole = await three.security.browser.call(previewMeasure, { body: { kind: 'stop_app', target: { app: 'portal' } } });
    expect(whole.body.honest.persons).toBeGreaterThan(0);
    expect(whole.body).toMatchObject({ riskClass: 'high', fourEyes: true, sessions: null });
    const sessions = await three.security.browser.call(previewMeasure, {
      body: { kind: 'end_sessions', target: { scope: 'person', person: 'li' } },
    });
    expect(sessions.body.sessions).toBeGreaterThan(0);
  });

  it('is in force again after a restart, and stands in the log with who and why', async () => {
    const measure = await take({ kind: 'block_addresses', target: { addresses: ['203.0.113.0/24'] } });
    const token = await login('li');
    clock.advance(1);
    const ended = await take({ kind: 'end_sessions', target: { scope: 'everyone' } });
    await deployment.close({ keep: true });
    deployment = await startDeployment({ clock: clock.read, place: deployment.place, change });
    expect(await said({ path: '/portal/public', from: attacker })).toBe('address_refused');
    expect(await said({ token })).not.toBe('in');
    await lift(measure);
    await lift(ended);
    expect(await said({ path: '/portal/public', from: attacker })).toBe('in');
    await deployment.indexed();
    const { rows } = await deployment.platform.queries.list({ kind: 'security', q: 'containment measure' }, 10, null);
    expect(rows.length).toBeGreaterThan(0);
  });
});
