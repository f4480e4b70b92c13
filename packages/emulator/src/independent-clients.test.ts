import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { MiniApp, ServerRequest, Work } from 'node-easywechat';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAdjustableClock } from './clock.ts';
import { type EmulatorServer, startEmulator } from './server.ts';
import {
  aesKey,
  appid,
  callbackToken,
  company,
  contactsSecret,
  corpid,
  portalSecret,
  salesSecret,
  secret,
  startOfTest,
  webhookKey,
} from './testing/emulated-company.ts';

/** co-wechat-api, whose types are missing. */
const WechatApi = createRequire(import.meta.url)('co-wechat-api') as new (
  appid: string,
  secret: string,
) => Record<'prefix' | 'snsPrefix' | 'wxaPrefix', string> & {
  getAccessToken(): Promise<{ accessToken: string }>;
  code2Session(code: string): Promise<Record<string, unknown>>;
  sendSubscribeMessage(openid: string, templateId: string, page: string, data: unknown): Promise<Record<string, unknown>>;
};

/** Keeps tokens in memory: the client's own default writes files. */
class MemoryCache {
  readonly #values = new Map<string, unknown>();
  async get(key: string): Promise<unknown> {
    return this.#values.get(key) ?? null;
  }
  async has(key: string): Promise<boolean> {
    return this.#values.has(key);
  }
  async set(key: string, value: unknown): Promise<boolean> {
    this.#values.set(key, value);
    return true;
  }
  async delete(key: string): Promise<boolean> {
    return this.#values.delete(key);
  }
}

let receiver: Server;
let receive: (request: ServerRequest) => Promise<string>;
let server: EmulatorServer;

beforeEach(async () => {
  receiver = createServer((request, response) => {
    ServerRequest.createFromIncomingMessage(request)
      .then((message) => receive(message))
      .then(
        (text) => response.end(text),
        () => response.writeHead(500).end(),
      );
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  const callback = { token: callbackToken, aesKey };
  server = await startEmulator({
    people: company,
    wechatApps: [{ appid, secret, name: '员工门户', push: { url: `${address}/push`, format: 'xml', ...callback } }],
    wecom: {
      corpid,
      contactsSecret,
      agents: [
        { agentid: 1000002, secret: portalSecret },
        { agentid: 1000003, secret: salesSecret, scope: { departments: [2] } },
      ],
      callback: { url: `${address}/contacts`, ...callback },
      webhooks: [{ key: webhookKey, name: '告警群' }],
    },
    clock: createAdjustableClock(() => startOfTest),
  });
});
afterEach(async () => {
  await server.close();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});

// biome-ignore lint/suspicious/noExplicitAny: each path has an answer of its own
async function admin(path: string, body: Record<string, unknown>): Promise<any> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(`${server.url}/_emulator/${path}`, init);
  if (!response.ok) throw new Error(`admin ${path}: ${response.status}`);
  return response.json();
}
const loginCode = async (): Promise<string> => (await admin('code', { channel: 'wechat', person: 'p-zhang' })).code;

function miniApp(stable = false): MiniApp {
  const app = new MiniApp({
    app_id: appid,
    secret,
    token: callbackToken,
    aes_key: aesKey,
    use_stable_access_token: stable,
    http: { baseURL: server.url, throw: false },
  });
  app.setCache(new MemoryCache());
  return app;
}

function work(corpsecret: string): Work {
  const http = { baseURL: server.url, throw: false };
  const app = new Work({ corp_id: corpid, secret: corpsecret, token: callbackToken, aes_key: aesKey, http });
  app.setCache(new MemoryCache());
  return app;
}

describe('node-easywechat, MiniApp', () => {
  it('gets tokens of both kinds whole', async () => {
    for (const stable of [false, true]) expect(await miniApp(stable).getAccessToken().getToken()).toMatch(/^[\w-]{512}$/);
  });

  it('logs in once with a code', async () => {
    const utils = miniApp().getUtils();
    const code = await loginCode();
    const session = await utils.codeToSession(code);
    expect(session).toMatchObject({ openid: expect.any(String), session_key: expect.any(String), unionid: 'union-zhang' });
    await expect(utils.codeToSession(code)).rejects.toThrow('"errcode":40163');
    await expect(utils.codeToSession('unknown')).rejects.toThrow('"errcode":40029');
  });

  it('decrypts what the page gets', async () => {
    const utils = miniApp().getUtils();
    const { session_key } = await utils.codeToSession(await loginCode());
    const { encryptedData, iv } = await admin('encrypted-data', { person: 'p-zhang', kind: 'phone' });
    expect(utils.decryptSession(session_key, iv, encryptedData)).toMatchObject({
      purePhoneNumber: '13800000001',
      watermark: { appid, timestamp: startOfTest / 1000 },
    });
  });

  it('exchanges a phone code, and sees the errors of the API', async () => {
    const client = miniApp().getClient();
    const { code } = await admin('phone-code', { person: 'p-zhang' });
    const exchange = async () =>
      (await client.request('POST', '/wxa/business/getuserphonenumber', { json: { code } } as object)).toObject();
    expect(await exchange()).toMatchObject({ errcode: 0, phone_info: { phoneNumber: '13800000001', countryCode: '86' } });
    expect(await exchange()).toMatchObject({ errcode: 40029 });
  });

  it('checks a text', async () => {
    const client = miniApp().getClient();
    const { openid } = await miniApp()
      .getUtils()
      .codeToSession(await loginCode());
    const json = { content: '测试辱骂', version: 2, scene: 2, openid };
    const answer = (await client.request('POST', '/wxa/msg_sec_check', { json } as object)).toObject();
    expect(answer).toMatchObject({ errcode: 0, result: { suggest: 'risky', label: 20003 } });
  });

  it('receives the push of a media check (it reads XML only) and answers the address check', async () => {
    const events: unknown[] = [];
    receive = async (request) => {
      const app = miniApp();
      app.setRequest(request);
      const push = app.getServer();
      push.addEventListener('wxa_media_check' as 'subscribe', async (message) => {
        events.push({ appid: message.get('appid'), traceId: message.get('trace_id'), result: message.get('result') });
        return true;
      });
      return (await push.serve()).getBody().toString();
    };
    expect(await admin('verify-url', { channel: 'wechat' })).toEqual({ ok: true });
    const { openid } = await miniApp()
      .getUtils()
      .codeToSession(await loginCode());
    const json = { media_url: 'https://a.example/1.png', media_type: 2, version: 2, scene: 1, openid };
    const accepted = (
      await miniApp()
        .getClient()
        .request('POST', '/wxa/media_check_async', { json } as object)
    ).toObject();
    const traceId = (accepted as unknown as { trace_id: string }).trace_id;
    await admin('media-check', { traceId, suggest: 'pass', wait: true });
    expect(events).toEqual([{ appid, traceId, result: { suggest: 'pass', label: '100' } }]);
  });
});

describe('node-easywechat, Work', () => {
  it('gets a token and reads the contacts that the app may see', async () => {
    const client = work(salesSecret).getClient();
    const get = async (url: string, params: object = {}) => (await client.request('GET', url, { params })).toObject();
    expect(await get('/cgi-bin/department/list')).toMatchObject({ errcode: 0, department: [{ id: 2 }, { id: 3 }] });
    expect(await get('/cgi-bin/user/get', { userid: 'lisi' })).toMatchObject({ errcode: 0, name: '李四', department: [2, 3] });
    expect(await get('/cgi-bin/user/get', { userid: 'zhangsan' })).toMatchObject({ errcode: 60011 });
  });

  it('pages through ids with the contact-sync helper', async () => {
    const client = work(contactsSecret).getClient();
    const page = (await client.request('POST', '/cgi-bin/user/list_id', { json: { limit: 3 } } as object)).toObject();
    expect(page).toMatchObject({ errcode: 0, next_cursor: expect.any(String), dept_user: [{}, {}, {}] });
  });

  it('logs a member in', async () => {
    const { code } = await admin('code', { channel: 'wecom', person: 'ZhangSan' });
    const params = { js_code: code, grant_type: 'authorization_code' };
    const client = work(portalSecret).getClient();
    const session = (await client.request('GET', '/cgi-bin/miniprogram/jscode2session', { params })).toObject();
    expect(session).toMatchObject({ errcode: 0, corpid, userid: 'ZhangSan' });
    expect(session).not.toHaveProperty('openid');
  });

  it('sends messages, and is told of receivers that do not exist', async () => {
    const client = work(portalSecret).getClient();
    const send = async (touser: string) => {
      const json = { touser, agentid: 1000002, msgtype: 'text', text: { content: '通知' } };
      return (await client.request('POST', '/cgi-bin/message/send', { json } as object)).toObject();
    };
    expect(await send('lisi|Nobody')).toMatchObject({ errcode: 0, invaliduser: 'nobody' });
    expect(await send('Nobody')).toMatchObject({ errcode: 81013 });
    const inbox: unknown = await (await fetch(`${server.url}/_emulator/messages?person=lisi`)).json();
    expect(inbox).toMatchObject({ messages: [{ text: '通知' }] });
  });

  it('posts to a group robot', async () => {
    const client = work(portalSecret).getHttpClient();
    const send = async (key: string) => {
      const json = { msgtype: 'markdown', markdown: { content: '**告警**' } };
      return (await client.request('POST', '/cgi-bin/webhook/send', { params: { key }, json } as object)).toObject();
    };
    expect(await send(webhookKey)).toMatchObject({ errcode: 0 });
    expect(await send('wrong')).toMatchObject({ errcode: 93000 });
  });

  it('receives contact changes and answers the address check', async () => {
    const changes: string[] = [];
    receive = async (request) => {
      const app = work(contactsSecret);
      app.setRequest(request);
      const callback = app.getServer();
      callback.handleContactChanged(async (message) => {
        changes.push(`${message.get('ChangeType')} ${message.get('UserID') || message.get('Id')}`);
        return true;
      });
      return (await callback.serve()).getBody().toString();
    };
    expect(await admin('verify-url', { channel: 'wecom' })).toEqual({ ok: true });
    await admin('contacts', {
      change: 'create_user',
      user: { userid: 'sunqi', name: '孙七', department: [3], mobile: '13800000007' },
    });
    await admin('contacts', { change: 'update_party', department: { id: 4, parentid: 2 } });
    await admin('contacts', { change: 'delete_user', userid: 'sunqi', wait: true });
    expect(changes).toEqual(['create_user sunqi', 'update_party 4', 'delete_user sunqi']);
  });
});

describe('co-wechat-api', () => {
  function api() {
    const client = new WechatApi(appid, secret);
    Object.assign(client, {
      prefix: `${server.url}/cgi-bin/`,
      snsPrefix: `${server.url}/sns/`,
      wxaPrefix: `${server.url}/wxa/`,
    });
    return client;
  }

  it('gets a token and logs in once', async () => {
    const client = api();
    expect((await client.getAccessToken()).accessToken).toMatch(/^[\w-]{512}$/);
    const code = await loginCode();
    expect(await client.code2Session(code)).toMatchObject({ openid: expect.any(String), unionid: 'union-zhang' });
    await expect(client.code2Session(code)).rejects.toMatchObject({ name: 'WeChatAPIError', code: 40163 });
  });

  it('sends a subscribe message, also when its token has expired meanwhile', async () => {
    const client = api();
    const { openid } = (await client.code2Session(await loginCode())) as { openid: string };
    const subscribe = () => admin('subscribe', { person: 'p-zhang', templateIds: ['T1'], accept: true });
    const send = (thing: string) => client.sendSubscribeMessage(openid, 'T1', 'pages/index', { thing1: { value: thing } });
    await expect(send('未订阅')).rejects.toMatchObject({ code: 43101 });
    await subscribe();
    await expect(send('长'.repeat(21))).rejects.toMatchObject({ code: 47003 });
    await admin('tokens/expire', { appid });
    expect(await send('课程提醒')).toMatchObject({ errcode: 0 });
  });
});
