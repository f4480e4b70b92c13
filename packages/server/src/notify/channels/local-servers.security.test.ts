import { createHmac, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AppConfig, appSchema, type NotifyChannelConfig, notifySchema, smsSchema } from '@menshen/contract';
import { type EmulatorServer, startEmulator } from '@menshen/emulator';
import { createWecomClient } from '@menshen/wechat';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSmsProvider } from '../../identity/factors/providers/create-provider.ts';
import type { Notice } from '../model.ts';
import { renderNotice } from '../render.ts';
import { makeChannel } from './make-channel.ts';

const same = (text: string) => ({ zh: text, en: text });
const notice: Notice = {
  ...{ id: 'n_0123456789abcdefghijkl', kind: 'alert', severity: 'critical', app: 'portal', matter: 'm' },
  title: { zh: '优惠券金额被篡改', en: 'A coupon was tampered with' },
  happened: { zh: '后端给出 1000 元，活动只给 10 元', en: 'the backend gives 1000, the campaign 10' },
  ...{ done: { zh: '活动已停止', en: 'The campaign was stopped.' }, asked: same('核对'), path: '/campaigns/coupon/tea' },
  ...{ created: Date.now(), count: 1, last: Date.now(), acknowledged: null, acknowledgedBy: null },
};
const link = 'https://menshen.example.com/campaigns/coupon/tea';
const secrets = {
  ...{ wecom: 'wecom-agent-secret-0123456789', robot: 'robot-key-0123456789', ding: 'SEC0123456789abcdef' },
  ...{
    dingToken: 'ding-token-0123456789',
    feishu: 'feishu-secret-0123456789',
    hook: 'hook-secret-0123456789',
    sms: 'tencent-key-0123456789',
  },
} as const;
const clock = Date.now;
const sms = {
  provider: 'tencent',
  ...{ secretId: 'AKIDtest', secretKey: secrets.sms, sdkAppId: '1400000001', signName: '鼎泰云商' },
  templates: { zh: '100001' },
  alertTemplates: { zh: '100003' },
} as const;

let emulator: EmulatorServer;
let robots: Awaited<ReturnType<typeof robotServer>>;
let app: AppConfig;
beforeAll(async () => {
  emulator = await startEmulator({
    people: {
      corp: { name: '鼎泰' },
      departments: [{ id: 1, name: '总部', parentid: 0 }],
      users: ['zhang', 'li'].map((userid, at) => ({ userid, name: userid, mobile: `1380000000${at + 1}`, department: [1] })),
    },
    wechatApps: [],
    wecom: {
      corpid: 'wwtest',
      agents: [{ agentid: 1000002, secret: secrets.wecom }],
      contactsSecret: 'contacts-secret',
      webhooks: [{ key: secrets.robot, name: '安全值班群', members: ['li'] }],
    },
    sms: {
      tencent: {
        ...{ secretId: sms.secretId, secretKey: sms.secretKey, sdkAppId: sms.sdkAppId, signNames: [sms.signName] },
        templates: [{ id: '100003', text: '门神告警，级别{1}，编号{2}，请登录控制台处理。' }],
      },
    },
  });
  robots = await robotServer();
  app = appSchema.parse({
    ...{ id: 'portal', basePath: '/portal', audience: ['employee'], upstream: 'http://127.0.0.1:1', routes: [] },
    wecom: { corpid: 'wwtest', agentid: 1000002, secret: secrets.wecom, apiBase: emulator.url },
  });
});
afterAll(async () => {
  await robots.close();
  await emulator.close();
});

/** DingTalk's and Feishu's robots and somebody's webhook, each of which checks the signature as its guide says and answers as the real ones do. */
async function robotServer() {
  const taken: { readonly kind: string; readonly body: Record<string, unknown>; readonly text: string }[] = [];
  const read = async (request: IncomingMessage): Promise<string> => {
    let text = '';
    for await (const part of request) text += String(part);
    return text;
  };
  const late = (milliseconds: number): boolean => Math.abs(Date.now() - milliseconds) > 3_600_000;
  const judge = (
    url: URL,
    text: string,
    headers: IncomingMessage['headers'],
  ): { status: number; answer: object; kind: string } => {
    const body = JSON.parse(text) as Record<string, unknown>;
    if (url.pathname === '/robot/send') {
      const [time, sign, token] = ['timestamp', 'sign', 'access_token'].map((name) => url.searchParams.get(name) ?? '');
      const right = createHmac('sha256', secrets.ding).update(`${time}\n${secrets.ding}`).digest('base64');
      if (token !== secrets.dingToken)
        return { status: 200, answer: { errcode: 300_005, errmsg: 'token is not exist' }, kind: '' };
      if (sign !== right || late(Number(time)))
        return { status: 200, answer: { errcode: 310_000, errmsg: 'sign not match' }, kind: '' };
      return { status: 200, answer: { errcode: 0, errmsg: 'ok' }, kind: 'dingtalk' };
    }
    if (url.pathname === '/open-apis/bot/v2/hook/feishu-token') {
      const time = String(body['timestamp']);
      const right = createHmac('sha256', `${time}\n${secrets.feishu}`).update('').digest('base64');
      if (body['sign'] !== right || late(Number(time) * 1_000))
        return {
          status: 200,
          answer: { code: 19_021, msg: 'sign match fail or timestamp is not within one hour from current time' },
          kind: '',
        };
      return { status: 200, answer: { code: 0, msg: 'success', data: {} }, kind: 'feishu' };
    }
    const [, time = '', mac = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['x-menshen-signature'])) ?? [];
    const right = createHmac('sha256', secrets.hook).update(`${time}.${text}`).digest('hex');
    return mac === right && !late(Number(time) * 1_000)
      ? { status: 204, answer: {}, kind: 'webhook' }
      : { status: 401, answer: {}, kind: '' };
  };
  const server = createServer((request, response) => {
    void read(request).then((text) => {
      const { status, answer, kind } = judge(new URL(request.url ?? '/', 'http://local'), text, request.headers);
      if (kind !== '') taken.push({ kind, body: JSON.parse(text), text });
      response.writeHead(status, { 'content-type': 'application/json' }).end(status === 204 ? '' : JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, taken, close: () => new Promise((resolve) => server.close(resolve)) };
}

function send(by: object): Promise<unknown> {
  const [config] = notifySchema.parse({ channels: [{ id: 'a', language: 'zh', by }] }).channels;
  const runtime = { fetch: (url: string, init: RequestInit) => fetch(url, init), clock, random: randomBytes };
  const channel = makeChannel(config as NotifyChannelConfig, {
    ...runtime,
    app: (id) => (id === 'portal' ? app : undefined),
    messenger: ({ wecom }) =>
      wecom === undefined ? null : createWecomClient({ ...runtime, ...wecom, sleep: async () => undefined }),
    sms: () => createSmsProvider(smsSchema.parse({ ...sms, apiBase: emulator.url }), runtime),
    path: (file) => file,
  });
  return channel.send(renderNotice(notice, 'zh', 'https://menshen.example.com'), notice);
}
const messages = async (query: string): Promise<string> =>
  await (await fetch(`${emulator.url}/_emulator/messages?${query}`)).text();

/** What arrived says what happened, what was done and where to go, and none of our secrets. */
function expectWhole(text: string, whole = true): void {
  if (whole) for (const part of ['优惠券金额被篡改', '后端给出 1000 元', '活动已停止', link]) expect(text).toContain(part);
  for (const secret of Object.values(secrets)) expect(text).not.toContain(secret);
}

describe('a notice arrives at a server that speaks the protocol of', () => {
  it('a WeCom application', async () => {
    await send({ wecomApp: { app: 'portal', users: ['zhang'] } });
    expectWhole(await messages('person=zhang'));
    await expect(send({ wecomApp: { app: 'portal', users: ['nobody'] } })).rejects.toMatchObject({ problem: 'no_receiver' });
  });

  it('a WeCom robot', async () => {
    await send({ wecomRobot: { key: secrets.robot, apiBase: emulator.url } });
    expectWhole(await messages('person=li'));
    const wrong = send({ wecomRobot: { key: 'another-key', apiBase: emulator.url } });
    await expect(wrong).rejects.toMatchObject({ problem: 'wrong_credentials' });
  });

  it('a DingTalk robot, which checks its signature', async () => {
    const way = { token: secrets.dingToken, secret: secrets.ding, apiBase: robots.url };
    await send({ dingtalkRobot: way });
    expectWhole(robots.taken.find(({ kind }) => kind === 'dingtalk')?.text ?? '');
    await expect(send({ dingtalkRobot: { ...way, secret: 'SECother' } })).rejects.toMatchObject({ problem: 'wrong_credentials' });
  });

  it('a Feishu robot, which checks its signature', async () => {
    const way = { token: 'feishu-token', secret: secrets.feishu, apiBase: robots.url };
    await send({ feishuRobot: way });
    expectWhole(robots.taken.find(({ kind }) => kind === 'feishu')?.text ?? '');
    await expect(send({ feishuRobot: { ...way, secret: 'other' } })).rejects.toMatchObject({ problem: 'wrong_credentials' });
  });

  it('a webhook, which checks its signature', async () => {
    await send({ webhook: { url: `${robots.url}/in`, secret: secrets.hook } });
    expectWhole(robots.taken.find(({ kind }) => kind === 'webhook')?.text ?? '');
    await expect(send({ webhook: { url: `${robots.url}/in`, secret: 'other' } })).rejects.toMatchObject({
      problem: 'wrong_credentials',
    });
  });

  it('a cloud for SMS, and names nothing of what happened there', async () => {
    await send({ sms: { phones: ['13800000001'] } });
    const arrived = await messages('person=zhang&kind=sms');
    expect(arrived).toContain('ghijkl');
    expect(arrived).not.toContain('优惠券');
    expectWhole(arrived, false);
  });
});
