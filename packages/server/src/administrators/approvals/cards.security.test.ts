import { randomBytes } from 'node:crypto';
import {
  applyMeasure,
  bindAdministratorIdentity,
  type ConfigInput,
  configSchema,
  getApproval,
  listMeasures,
  type Measured,
  requestApproval,
} from '@menshen/contract';
import { buildMessageXml, createMessageCodec } from '@menshen/wechat';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approveInWecomProblems } from '../../config/approve-in-wecom.ts';
import { approved, setUpThree, stepUpAgain, TestClock } from '../../testing/administrators.ts';
import { testAccounts } from '../../testing/company.ts';
import { approvalOf } from '../../testing/console.ts';
import { type Deployment, startDeployment } from '../../testing/deployment.ts';

const callback = { token: 'QDG6eK', aesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C' };
const reason = 'a test of the button';
const route: Measured = { kind: 'stop_route', target: { app: 'portal', route: 'GET /public' } };
const whole: Measured = { kind: 'stop_app', target: { app: 'portal' } };

const change = (config: ConfigInput): ConfigInput => {
  const apiBase = config.apps?.[0]?.wecom?.apiBase ?? '';
  const { corpid, agentid, agentSecret: secret } = testAccounts;
  return {
    ...config,
    console: { listen: '127.0.0.1:0', signIn: { wecom: { corpid, agentid, secret, apiBase } } },
    containment: { fourEyes: ['medium', 'high'], approveInWecom: { app: 'portal' } },
    apps: (config.apps ?? []).map((app) =>
      app.id === 'portal' && app.wecom !== undefined ? { ...app, wecom: { ...app.wecom, callback } } : app,
    ),
  };
};

describe('approving by a button in WeCom', () => {
  const clock = new TestClock();
  let deployment: Deployment;
  let three: Awaited<ReturnType<typeof setUpThree>>;
  let used = 0;
  beforeAll(async () => {
    deployment = await startDeployment({ clock: clock.read, change });
    three = await setUpThree(deployment, clock);
    for (const [who, subject] of [
      ['system', 'ZHANG'],
      ['security', 'li'],
    ] as const) {
      const parts = { params: { id: three[who].id }, body: { provider: 'wecom', subject, reason } };
      const [asker, approver] = who === 'system' ? [three.security, three.audit] : [three.system, three.audit];
      const headers = await approved(bindAdministratorIdentity, parts, asker, approver, clock);
      expect((await asker.browser.call(bindAdministratorIdentity, { ...parts, headers })).status).toBe(201);
    }
  });
  afterAll(() => deployment.close());

  /** What a phone got: the cards of a member, the newest first. */
  const cards = async (person: string) => {
    const answer = await fetch(`${deployment.emulator.url}/_emulator/messages?person=${person}`);
    const { messages } = (await answer.json()) as { messages: { type: string; payload: Record<string, unknown> }[] };
    return messages.filter(({ type }) => type === 'template_card').map(({ payload }) => payload);
  };
  const ask = async (measured: Measured): Promise<{ readonly id: string; readonly task: string | null }> => {
    used += 1;
    const before = (await cards('zhang')).length;
    const body = { ...measured, until: clock.now + 3_600_000, reason, idempotencyKey: `card-test-${used}` };
    await stepUpAgain(three.security, clock);
    const filed = await three.security.browser.call(requestApproval, { body: approvalOf(applyMeasure, { body }) });
    expect(filed.status).toBe(201);
    const sent = async () => (await cards('zhang')).length;
    if (measured.kind === 'stop_app') {
      await new Promise((resolve) => setTimeout(resolve, 300));
      return { id: filed.body.id, task: (await sent()) > before ? 'sent' : null };
    }
    await expect.poll(sent).toBe(before + 1);
    return { id: filed.body.id, task: String((await cards('zhang')).at(0)?.['task_id']) };
  };
  const codec = createMessageCodec({
    ...{ token: callback.token, encodingAesKey: callback.aesKey, receiveId: testAccounts.corpid },
    random: (size) => randomBytes(size),
  });
  const press = async (
    task: string,
    userid: string,
    key: string,
    forge: { readonly signature?: string; readonly agentid?: number } = {},
  ) => {
    const message = buildMessageXml({
      ...{ ToUserName: testAccounts.corpid, FromUserName: userid, CreateTime: Math.floor(clock.now / 1_000), MsgType: 'event' },
      ...{ Event: 'template_card_event', EventKey: key, TaskId: task, CardType: 'button_interaction', ResponseCode: 'code' },
      AgentID: forge.agentid ?? testAccounts.agentid,
    });
    const [timestamp, nonce, encrypt] = [
      String(Math.floor(clock.now / 1_000)),
      String(randomBytes(4).readUInt32BE(0)),
      codec.encrypt(message),
    ];
    const signature = forge.signature ?? codec.signature([timestamp, nonce, encrypt]);
    const query = new URLSearchParams({ msg_signature: signature, timestamp, nonce });
    const body = buildMessageXml({ ToUserName: testAccounts.corpid, Encrypt: encrypt, AgentID: '' });
    return await fetch(`${deployment.gatewayUrl}/_menshen/v1/callback/portal/wecom?${query}`, {
      ...{ method: 'POST', headers: { 'content-type': 'text/xml' }, body },
    });
  };
  const stateOf = async (id: string) =>
    (await three.audit.browser.call(getApproval, { params: { id } })).body.state ??
    (await three.security.browser.call(getApproval, { params: { id } })).body.state;
  const standing = async () =>
    (await three.security.browser.call(listMeasures, { query: { show: 'active' } })).body.measures.map(
      ({ kind, approvedBy }) => ({
        ...{ kind, approvedBy },
      }),
    );

  it('sends the card to whoever may decide and has bound an identity, and to nobody else', async () => {
    const { task, id } = await ask(route);
    expect(task).toMatch(/^menshen_[A-Za-z0-9_-]{32}$/);
    expect((await cards('li')).length).toBe(0);
    const card = (await cards('zhang')).at(0) ?? {};
    expect(JSON.stringify(card)).toContain('停用接口');
    expect(JSON.stringify(card)).not.toContain(id);
    await press(task ?? '', 'ZHANG', 'refuse');
    expect(await stateOf(id)).toBe('refused');
    expect(await standing()).toEqual([]);
  });

  it('counts for nobody else, not for another agent, not without the signature of WeCom', async () => {
    const { task, id } = await ask(route);
    for (const other of ['li', 'boss', '', 'sys']) await press(task ?? '', other, 'approve');
    await press('menshen_of_nobody', 'zhang', 'approve');
    await press(task ?? '', 'zhang', 'approve', { agentid: 7 });
    await press(task ?? '', 'zhang', 'something else');
    expect((await press(task ?? '', 'zhang', 'approve', { signature: 'f'.repeat(40) })).status).toBe(400);
    expect(await stateOf(id)).toBe('pending');
    expect(await standing()).toEqual([]);
    // None of it has used the button up.
    expect((await press(task ?? '', 'zhang', 'approve')).status).toBe(200);
    await expect.poll(standing).toEqual([{ kind: 'stop_route', approvedBy: 'xitong' }]);
  });

  it('approves nothing of a class that the configuration leaves to the console', async () => {
    await expect(ask(whole)).resolves.toMatchObject({ task: null });
  });

  it('is good for one time, for what was asked, and while it is open', async () => {
    const [first] = await Promise.all([ask(route)]);
    await Promise.all([1, 2, 3].map(() => press(first.task ?? '', 'zhang', 'refuse')));
    expect(await stateOf(first.id)).toBe('refused');
    await press(first.task ?? '', 'zhang', 'approve');
    expect(await stateOf(first.id)).toBe('refused');
    const late = await ask(route);
    clock.advance(31 * 60_000);
    await press(late.task ?? '', 'zhang', 'approve');
    await deployment.indexed();
    const { rows } = await deployment.platform.queries.list({ kind: 'security', q: 'approval_card_refused' }, 20, null);
    expect(rows.length).toBeGreaterThan(3);
  });
});

it('is refused by the configuration where it could reach nobody, or members of another company', () => {
  const wecom = { corpid: 'wwtest', agentid: 7, secret: 'x'.repeat(43), callback };
  const app = { id: 'portal', basePath: '/p', audience: ['employee' as const], upstream: 'http://127.0.0.1:1', wecom };
  const problems = (given: object) =>
    approveInWecomProblems(configSchema.parse({ apps: [app], containment: { approveInWecom: { app: 'portal' } }, ...given }))
      .length;
  const signIn = (corpid: string) => ({ console: { signIn: { wecom: { corpid, agentid: 7, secret: 'x'.repeat(43) } } } });
  expect(problems(signIn('wwtest'))).toBe(0);
  expect(problems({})).toBe(1);
  expect(problems(signIn('wwother'))).toBe(1);
  expect(problems({ ...signIn('wwtest'), containment: { approveInWecom: { app: 'nowhere' } } })).toBe(1);
  expect(problems({ ...signIn('wwtest'), apps: [{ ...app, wecom: { ...wecom, callback: undefined } }] })).toBe(1);
});
