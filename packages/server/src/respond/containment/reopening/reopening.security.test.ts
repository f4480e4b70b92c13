import {
  type ConfigInput,
  listMeasures,
  listNotices,
  type Measured,
  moveReopening,
  type ReopeningPlan,
  reopeningPlan,
  reopenMeasure,
} from '@menshen/contract';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { setUpThree, TestClock } from '../../../testing/administrators.ts';
import { type Deployment, startDeployment } from '../../../testing/deployment.ts';
import type { Measure } from '../model.ts';

const hourMs = 3_600_000;
const reason = 'the fault is repaired';
const closed: Measured = { kind: 'stop_route', target: { app: 'portal', route: 'GET /public' } };
const nobody = { approval: null, approvedBy: null, forced: false } as const;
const people = ['zhang', 'li', 'boss'];

const change = (config: ConfigInput): ConfigInput => ({
  ...config,
  console: { listen: '127.0.0.1:0' },
  gateway: { ...config.gateway, trustedProxies: ['127.0.0.1/32', '::1/128'] },
});
const plan = (given: Parameters<typeof reopeningPlan.parse>[0] = {}): ReopeningPlan =>
  reopeningPlan.parse({
    steps: [
      { share: 40, seconds: 60 },
      { share: 100, seconds: 60 },
    ],
    watch: { minRequests: 10 },
    ...(given as object),
  });

describe('a measure that is taken back in steps', () => {
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
    deployment.backend.answer = (_, response) => response.end('{}');
    const { containment } = deployment.platform;
    for (const measure of await containment.list({ show: 'active', limit: 50 }))
      await containment.lift(measure.id, 'end of the test', 'test');
    await containment.maintain();
  });

  const take = async (measured: Measured, incident?: string): Promise<Measure> => {
    used += 1;
    const request = { ...measured, until: clock.now + hourMs, reason: 'a test', idempotencyKey: `reopen-${used}`, incident };
    return await deployment.platform.containment.carryOut(request, 'test', nobody);
  };
  const reopenings = () => deployment.platform.containment.reopenings;
  const viewOf = async ({ id }: Measure) => {
    const found = (await reopenings().of([id])).get(id);
    return found === undefined ? null : { ...found.reopening, seen: found.seen };
  };
  const ask = async (path: string, from: string, given: { readonly token?: string; readonly headers?: object } = {}) => {
    const answer = await deployment.call('GET', path, {
      ...(given.token === undefined ? {} : { token: given.token }),
      headers: { 'x-forwarded-for': from, ...given.headers },
    });
    return answer.status < 300 ? 'in' : String(answer.body['code']);
  };
  const network = (at: number): string => `100.64.${at}.7`;
  const networks = Array.from({ length: 200 }, (_, at) => network(at));
  const insiders = async (from = networks): Promise<string[]> => {
    const found = await Promise.all(from.map(async (address) => ({ address, said: await ask('/portal/public', address) })));
    expect(found.every(({ said }) => said === 'in' || said === 'route_stopped')).toBe(true);
    return found.filter(({ said }) => said === 'in').map(({ address }) => address);
  };
  const login = async (person: string): Promise<string> => {
    const answer = await deployment.call('POST', '/_menshen/v1/login', {
      body: { app: 'portal', channel: 'wecom', code: await deployment.code('wecom', person), device: { model: 'phone' } },
    });
    return String(answer.body['token']);
  };

  it('lets through its share and nobody else, the same ones each time and more with each step, until it is lifted', async () => {
    const measure = await take(closed);
    expect(await insiders()).toEqual([]);
    await reopenings().start(measure.id, plan(), reason, 'test');
    const first = await insiders();
    expect(first.length).toBeGreaterThan(40);
    expect(first.length).toBeLessThan(120);
    expect(await insiders()).toEqual(first);
    // Nothing wrong, but not long enough; then the next share by itself, with everybody of the first.
    await reopenings().tick();
    await expect
      .poll(() => viewOf(measure))
      .toMatchObject({ state: 'open', step: 0, seen: { requests: 2 * first.length, errors: 0 } });
    clock.advance(61_000);
    await insiders(first);
    await reopenings().tick();
    await expect.poll(() => viewOf(measure)).toMatchObject({ state: 'open', step: 1 });
    expect(await insiders()).toEqual(networks);
    clock.advance(61_000);
    await insiders();
    await reopenings().tick();
    await expect.poll(() => viewOf(measure)).toMatchObject({ state: 'complete' });
    await expect
      .poll(() => deployment.platform.containment.find(measure.id))
      .toMatchObject({ state: 'lifted', endedBy: 'watch' });
    expect(await insiders()).toEqual(networks);
  });

  it('is moved by security administrators alone, and only as it stands', async () => {
    const browser = three.security.browser;
    const measure = await take(closed);
    const blocked = await take({ kind: 'block_addresses', target: { addresses: ['203.0.113.9'] } });
    const params = { id: measure.id };
    expect((await three.system.browser.call(reopenMeasure, { params, body: { reason } })).body.code).toBe('power_not_held');
    expect((await browser.call(moveReopening, { params, body: { move: 'next', reason } })).body.code).toBe('not_found');
    expect((await browser.call(reopenMeasure, { params: { id: blocked.id }, body: { reason } })).body.code).toBe(
      'validation_failed',
    );
    const begun = await browser.call(reopenMeasure, { params, body: { plan: plan(), reason } });
    expect(begun.body.reopening).toMatchObject({ state: 'open', share: 40, seen: { requests: 0 } });
    expect(JSON.stringify(begun.body)).not.toContain('salt');
    expect((await browser.call(reopenMeasure, { params, body: { reason } })).body.code).toBe('conflict');
    expect((await browser.call(moveReopening, { params, body: { move: 'resume', reason } })).body.code).toBe('conflict');
    const paused = await browser.call(moveReopening, { params, body: { move: 'pause', reason } });
    expect(paused.body.reopening).toMatchObject({ state: 'paused', next: null });
    const { measures } = (await browser.call(listMeasures, { query: { show: 'active' } })).body;
    expect(measures.find(({ id }) => id === measure.id)?.reopening?.moves.map(({ by }) => by)).toEqual(['anquan', 'anquan']);
    await deployment.indexed();
    const { rows } = await deployment.platform.queries.list({ kind: 'security', q: 'containment measure.update' }, 10, null);
    expect(rows.length).toBeGreaterThan(1);
  });

  it('draws over persons by nothing that a client can write: not by device, version, address or header', async () => {
    const tokens = new Map<string, string>();
    for (const person of people) tokens.set(person, await login(person));
    const measure = await take({ kind: 'stop_route', target: { app: 'portal', route: 'GET /me' } });
    await reopenings().start(measure.id, plan(), reason, 'test');
    for (const person of people) {
      const said = await ask('/portal/me', network(1), { token: tokens.get(person) ?? '' });
      const again = await login(person);
      for (let at = 2; at < 8; at += 1)
        expect(
          await ask('/portal/me', network(at), {
            token: again,
            headers: {
              ...{ 'user-agent': `phone ${at}`, cookie: `share=${at}`, 'x-request-id': `${at}`, 'x-real-ip': network(at + 9) },
              ...{ 'x-menshen-identity': `person-${at}`, referer: `https://servicewechat.com/x/${at}/page-frame.html` },
            },
          }),
        ).toBe(said);
    }
  });

  it('closes itself under attack, says why, wakes people, and stays closed beyond its old end', async () => {
    const opened = await deployment.platform.incidents.service.openIncident({
      ...{ source: { kind: 'report', ref: 'reopening-attack' }, severity: 'high', subjects: [], occurred: null },
      ...{ title: { zh: '试', en: 'test' }, text: { zh: '', en: '' }, detected: clock.now, by: 'test' },
    });
    const measure = await take({ kind: 'stop_route', target: { app: 'portal', route: 'POST /notes' } }, opened.id);
    const steps = [{ share: 100, seconds: 3_000 }];
    await reopenings().start(measure.id, plan({ steps }), reason, 'test');
    const token = await login('zhang');
    const send = async (text: string) =>
      (await deployment.call('POST', '/portal/notes', { token, body: { text }, headers: { 'x-forwarded-for': network(3) } }))
        .body;
    for (let at = 0; at < 12; at += 1) await send('一句平常的话');
    await reopenings().tick();
    await expect.poll(() => viewOf(measure)).toMatchObject({ state: 'open', seen: { requests: 12, refused: 0 } });
    for (let at = 0; at < 12; at += 1)
      expect(await send(`<script>fetch("//evil.example/${at}")</script>`)).toMatchObject({ code: 'request_blocked' });
    await reopenings().tick();
    await expect.poll(() => viewOf(measure)).toMatchObject({ state: 'closed', step: 0 });
    expect(await send('一句平常的话')).toMatchObject({ code: 'route_stopped' });
    const moves = (await viewOf(measure))?.moves ?? [];
    expect(moves.at(-1)).toMatchObject({ by: 'watch', state: 'closed', share: 0, sign: 'refusals' });
    expect(moves.at(-1)?.why.zh).toContain('12 次被检查、策略或护栏拒绝');
    const { notices } = (await three.security.browser.call(listNotices)).body;
    expect(notices.find(({ title }) => title.zh.startsWith('恢复已自动收回'))).toMatchObject({ severity: 'critical' });
    const { timeline } = await deployment.platform.incidents.room.detail(opened.id);
    expect(timeline.at(-1)?.text.zh).toContain('分步恢复已收回，不再放行');
    expect(timeline.at(-1)?.index).not.toBeNull();
    // Its old end would have opened everything to the attacker.
    clock.advance(2 * hourMs);
    await deployment.platform.containment.maintain();
    expect(await send('一句平常的话')).not.toHaveProperty('method');
    expect(await deployment.platform.containment.find(measure.id)).toMatchObject({ state: 'active' });
  });

  it('pauses and closes when the backend fails', async () => {
    const measure = await take(closed);
    const watch = { minRequests: 10, errorPercent: 40 };
    await reopenings().start(measure.id, plan({ steps: [{ share: 100, seconds: 60 }], watch }), reason, 'test');
    let failing = 0;
    deployment.backend.answer = (_, response) => {
      failing -= 1;
      response.writeHead(failing >= 0 ? 500 : 200, { 'content-type': 'application/json' }).end('{}');
    };
    failing = 3;
    for (let at = 0; at < 10; at += 1) await ask('/portal/public', network(at));
    await reopenings().tick();
    await expect.poll(() => viewOf(measure)).toMatchObject({ state: 'paused', seen: { requests: 10, errors: 3 } });
    // Paused is not closed, and its time takes it no further.
    clock.advance(61_000);
    expect(await ask('/portal/public', network(1))).toBe('in');
    await reopenings().tick();
    await expect.poll(() => viewOf(measure)).toMatchObject({ state: 'paused' });
    failing = 9;
    for (let at = 0; at < 9; at += 1) await ask('/portal/public', network(at));
    await reopenings().tick();
    await expect.poll(() => viewOf(measure)).toMatchObject({ state: 'closed' });
    expect(await ask('/portal/public', network(1))).toBe('route_stopped');
  });

  it('holds logins and requests of a stopped app apart by person', async () => {
    const token = await login('zhang');
    const measure = await take({ kind: 'stop_app', target: { app: 'portal' } });
    expect(await login('li')).toBe('undefined');
    await reopenings().start(
      measure.id,
      plan({
        steps: [
          { share: 1, seconds: 60 },
          { share: 100, seconds: 60 },
        ],
      }),
      reason,
      't',
    );
    // Who it is is known only after a login; then the share decides.
    const other = await login('li');
    expect(other).not.toBe('undefined');
    for (const one of [token, other])
      expect(['in', 'app_stopped']).toContain(await ask('/portal/me', network(1), { token: one }));
    await reopenings().move(measure.id, 'next', 'the first ones are content', 'test');
    for (const one of [token, other]) expect(await ask('/portal/me', network(1), { token: one })).toBe('in');
    await reopenings().move(measure.id, 'close', 'a doubt', 'test');
    for (const one of [token, other]) expect(await ask('/portal/me', network(1), { token: one })).toBe('app_stopped');
    await reopenings().move(measure.id, 'resume', 'no doubt any more', 'test');
    await expect.poll(() => viewOf(measure)).toMatchObject({ state: 'open', step: 0 });
  });

  it('keeps its share and what was counted over a restart', async () => {
    const measure = await take(closed);
    await reopenings().start(measure.id, plan(), reason, 'test');
    const first = await insiders();
    await reopenings().tick();
    await deployment.close({ keep: true });
    deployment = await startDeployment({ clock: clock.read, place: deployment.place, change });
    await expect.poll(() => viewOf(measure)).toMatchObject({ state: 'open', step: 0, seen: { requests: first.length } });
    expect(await insiders()).toEqual(first);
  });
});
