import { createRequire } from 'node:module';
import { decrypt, getSignature } from '@wecom/crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { EmulatorOptions, PushTarget } from '../options.ts';
import {
  aesKey,
  appid,
  type Bench,
  callbackToken,
  contactsSecret,
  corpid,
  createBench,
  secret,
} from '../testing/emulated-company.ts';

/** The package has neither types nor an ES module. */
const WechatCrypto = createRequire(import.meta.url)('wechat-crypto') as new (
  token: string,
  encodingAesKey: string,
  id: string,
) => {
  getSignature(timestamp: string, nonce: string, encrypt: string): string;
  decrypt(text: string): { message: string; id: string };
};

interface Received {
  readonly url: URL;
  readonly method: string;
  readonly body: string;
}

let received: Received[];
let answer: (request: Received) => Response | Promise<Response>;
let bench: Bench;

/** Stands for the company's server; never touches the network. */
const receiver: typeof globalThis.fetch = async (input, init) => {
  const request = new Request(input, init);
  const seen = { url: new URL(request.url), method: request.method, body: await request.text() };
  received.push(seen);
  const aborted = new Promise<never>((_, reject) => {
    request.signal.addEventListener('abort', () => reject(request.signal.reason), { once: true });
  });
  return Promise.race([answer(seen), aborted]);
};

function open(push: Partial<PushTarget> = {}, options: Partial<EmulatorOptions> = {}): void {
  received = [];
  answer = () => new Response('success');
  bench = createBench({
    wechatApps: [
      { appid, secret, name: '门户', push: { url: 'http://server.test/push?k=1', token: callbackToken, aesKey, ...push } },
    ],
    wecom: {
      corpid,
      contactsSecret,
      agents: [],
      callback: { url: 'http://server.test/contacts', token: callbackToken, aesKey },
    },
    fetch: receiver,
    ...options,
  });
}
beforeEach(() => open());

const parameter = (request: Received | undefined, name: string) => request?.url.searchParams.get(name) ?? '';
const tag = (xml: string, name: string) =>
  new RegExp(`<${name}>(?:<!\\[CDATA\\[)?(.*?)(?:\\]\\]>)?</${name}>`, 's').exec(xml)?.[1];

/** Verifies and decrypts a message with the official library of WeCom, which also speaks WeChat's. */
function openMessage(request: Received | undefined, encrypted: string): { message: string; id: string } {
  const expected = getSignature(callbackToken, parameter(request, 'timestamp'), parameter(request, 'nonce'), encrypted);
  expect(parameter(request, 'msg_signature')).toBe(expected);
  return decrypt(aesKey, encrypted);
}

const contact = (body: Record<string, unknown>) => bench.admin('contacts', { ...body, wait: true });
const contactMessages = () =>
  received.map((request) => {
    const { message, id } = openMessage(request, tag(request.body, 'Encrypt') ?? '');
    expect(id).toBe(corpid);
    return message;
  });
const states = async () =>
  (await bench.get('/_emulator/deliveries')).json.deliveries.map((delivery: { state: string }) => delivery.state);

describe('contact callbacks', () => {
  it('tell of members by id and departments only', async () => {
    await contact({ change: 'create_user', user: { userid: 'sunqi', name: '孙七', department: [3, 4], mobile: '13800000007' } });
    await contact({ change: 'update_user', user: { userid: 'sunqi', new_userid: 'sunqi7', department: [3] } });
    await contact({ change: 'delete_user', userid: 'sunqi7' });
    const [created, updated, deleted] = contactMessages();
    for (const message of [created, updated, deleted]) {
      expect(tag(message ?? '', 'ToUserName')).toBe(corpid);
      expect(tag(message ?? '', 'FromUserName')).toBe('sys');
      expect(tag(message ?? '', 'Event')).toBe('change_contact');
      expect(tag(message ?? '', 'CreateTime')).toBe(String(bench.clock() / 1000));
      expect(message).not.toMatch(/孙七|13800000007|Name>孙|Mobile|Position/);
    }
    expect(tag(created ?? '', 'ChangeType')).toBe('create_user');
    expect(tag(created ?? '', 'Department')).toBe('3,4');
    expect(tag(updated ?? '', 'UserID')).toBe('sunqi');
    expect(tag(updated ?? '', 'NewUserID')).toBe('sunqi7');
    expect(tag(deleted ?? '', 'UserID')).toBe('sunqi7');
  });

  it('tell of departments by id and parent, and of an update only when the parent changed', async () => {
    await contact({ change: 'create_party', department: { name: '法务部', parentid: 1 } });
    expect(await contact({ change: 'update_party', department: { id: 5, name: '法务' } })).toMatchObject({ delivery: null });
    await contact({ change: 'update_party', department: { id: 5, parentid: 4 } });
    await contact({ change: 'delete_party', id: 5 });
    const messages = contactMessages();
    expect(messages.map((message) => [tag(message, 'ChangeType'), tag(message, 'Id'), tag(message, 'ParentId')])).toEqual([
      ['create_party', '5', '1'],
      ['update_party', '5', '4'],
      ['delete_party', '5', undefined],
    ]);
  });

  it('say nothing of what the directory refused, or of the helper’s own changes', async () => {
    const refused = await bench.post('/_emulator/contacts', { change: 'delete_user', userid: 'nobody' });
    expect([refused.status, refused.json]).toEqual([422, { code: 'contact_refused', errcode: 60111 }]);
    const access_token = await bench.wecomToken(contactsSecret);
    expect((await bench.get('/cgi-bin/user/delete', { access_token, userid: 'wangwu' })).json.errcode).toBe(0);
    await bench.emulator.idle();
    expect(received).toEqual([]);
  });

  it('keep the link of a WeChat person to a renamed member', async () => {
    await contact({ change: 'update_user', user: { userid: 'zhangsan', new_userid: 'zhang.san' } });
    const { people } = (await bench.get('/_emulator/people')).json;
    expect(people[0]).toMatchObject({ id: 'p-zhang', userid: 'zhang.san' });
  });
});

describe('delivery', () => {
  it('tries three times, with the same message in a new envelope each time', async () => {
    answer = () => new Response('busy', { status: 500 });
    await contact({ change: 'delete_user', userid: 'wangwu' });
    expect(received).toHaveLength(3);
    expect(new Set(contactMessages()).size).toBe(1);
    expect(new Set(received.map((request) => parameter(request, 'nonce'))).size).toBe(3);
    const [delivery] = (await bench.get('/_emulator/deliveries')).json.deliveries;
    expect(delivery).toMatchObject({ target: 'wecom', event: 'delete_user', state: 'failed' });
    expect(delivery.attempts.map((attempt: { outcome: unknown }) => attempt.outcome)).toEqual([500, 500, 500]);
  });

  it('stops at the first 200', async () => {
    answer = () => (received.length < 2 ? Response.error() : new Response(''));
    await contact({ change: 'delete_user', userid: 'wangwu' });
    expect(received).toHaveLength(2);
    expect(await states()).toEqual(['delivered']);
  });

  it('gives a receiver that hangs its time and no more', async () => {
    open({}, { callbackTimeoutMs: 20 });
    answer = () => new Promise<Response>(() => undefined);
    await contact({ change: 'delete_user', userid: 'wangwu' });
    const [delivery] = (await bench.get('/_emulator/deliveries')).json.deliveries;
    expect(delivery.attempts.map((attempt: { outcome: unknown }) => attempt.outcome)).toEqual(['timeout', 'timeout', 'timeout']);
  });

  it('keeps the order of changes to one receiver', async () => {
    answer = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return new Response('');
    };
    for (const userid of ['wangwu', 'zhaoliu', 'lisi']) await bench.admin('contacts', { change: 'delete_user', userid });
    await bench.emulator.idle();
    expect(contactMessages().map((message) => tag(message, 'UserID'))).toEqual(['wangwu', 'zhaoliu', 'lisi']);
  });

  it('sends a message again when asked, so that a receiver can prove that it counts it once', async () => {
    const { delivery } = await contact({ change: 'delete_user', userid: 'wangwu' });
    await bench.admin('redeliver', { id: delivery, wait: true });
    const [first, second] = contactMessages();
    expect(second).toBe(first);
    expect((await bench.post('/_emulator/redeliver', { id: 99 })).json.code).toBe('delivery_unknown');
  });

  it('drops what is beyond a thousand waiting messages', async () => {
    answer = () => new Promise<Response>(() => undefined);
    for (let count = 0; count < 1001; count++) await bench.admin('push', { event: { Event: 'debug_demo' } });
    expect((await states())[0]).toBe('dropped');
    expect((await states())[1]).toBe('pending');
    await bench.emulator.stop();
  });

  it('sends nothing once stopped', async () => {
    await bench.emulator.stop();
    await contact({ change: 'delete_user', userid: 'wangwu' });
    expect(received).toEqual([]);
    expect(await states()).toEqual(['dropped']);
  });
});

describe('message push of a mini program', () => {
  async function requestMediaCheck(): Promise<string> {
    const { openid } = await bench.login('p-guest');
    const body = { media_url: 'https://a.example/1.png', media_type: 2, version: 2, scene: 1, openid };
    return (await bench.post('/wxa/media_check_async', body, { access_token: await bench.token() })).json.trace_id;
  }

  it('says what a person has withdrawn, or that they cancelled everything', async () => {
    const { openid } = await bench.login('p-guest');
    const told = async (body: object): Promise<Record<string, unknown>> => {
      await bench.admin('revoke-authorization', { person: 'p-guest', ...body, wait: true });
      const request = received.at(-1);
      return JSON.parse(openMessage(request, JSON.parse(request?.body ?? '').Encrypt).message);
    };
    const whole = { OpenID: openid, FromUserName: openid, AppID: appid, MsgType: 'event' };
    expect(await told({ scopes: [8, 13] })).toMatchObject({ ...whole, Event: 'user_authorization_revoke', RevokeInfo: '8,13' });
    expect(await told({})).toMatchObject({ ...whole, Event: 'user_authorization_cancellation', RevokeInfo: '' });
    expect((await bench.post('/_emulator/revoke-authorization', { person: 'nobody' })).status).not.toBe(200);
  });

  it('carries the result of a media check, with label as text', async () => {
    const traceId = await requestMediaCheck();
    await bench.admin('media-check', { traceId, suggest: 'risky', label: 20002, wait: true });
    const [request] = received;
    expect(parameter(request, 'k')).toBe('1');
    expect(parameter(request, 'encrypt_type')).toBe('aes');
    const { ToUserName, Encrypt } = JSON.parse(request?.body ?? '');
    const { message, id } = openMessage(request, Encrypt);
    expect(id).toBe(appid);
    const event = JSON.parse(message);
    expect(event).toMatchObject({
      ToUserName,
      FromUserName: parameter(request, 'openid'),
      MsgType: 'event',
      Event: 'wxa_media_check',
      appid,
      trace_id: traceId,
      version: 2,
      result: { suggest: 'risky', label: '20002' },
      detail: [{ strategy: 'content_model', errcode: 0, suggest: 'risky', label: '20002', prob: 90 }],
    });
    expect(ToUserName).toMatch(/^gh_[0-9a-f]{12}$/);
    expect((await bench.post('/_emulator/media-check', { traceId })).json.code).toBe('check_unknown');
  });

  it('reports a file that could not be fetched', async () => {
    await bench.admin('media-check', { traceId: await requestMediaCheck(), errcode: -1008, wait: true });
    const event = JSON.parse(openMessage(received[0], JSON.parse(received[0]?.body ?? '').Encrypt).message);
    expect(event).toMatchObject({ errcode: -1008 });
    expect(event).not.toHaveProperty('result');
  });

  it('is read alike by a second independent library', async () => {
    await bench.admin('push', { event: { FromUserName: 'o1', Event: 'user_authorization_revoke', RevokeInfo: '8' }, wait: true });
    const crypto = new WechatCrypto(callbackToken, aesKey, appid);
    const { Encrypt } = JSON.parse(received[0]?.body ?? '');
    const signature = crypto.getSignature(parameter(received[0], 'timestamp'), parameter(received[0], 'nonce'), Encrypt);
    expect(signature).toBe(parameter(received[0], 'msg_signature'));
    const { message, id } = crypto.decrypt(Encrypt);
    expect(id).toBe(appid);
    expect(JSON.parse(message)).toMatchObject({ Event: 'user_authorization_revoke', RevokeInfo: '8' });
  });

  it('comes in XML, in clear, and in both at once', async () => {
    open({ format: 'xml' });
    await bench.admin('push', { event: { Event: 'debug_demo', debug_str: 'a<b' }, wait: true });
    expect(tag(openMessage(received[0], tag(received[0]?.body ?? '', 'Encrypt') ?? '').message, 'debug_str')).toBe('a<b');

    open({ mode: 'plain' });
    await bench.admin('push', { event: { Event: 'debug_demo' }, wait: true });
    expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({ Event: 'debug_demo' });
    expect(parameter(received[0], 'msg_signature')).toBe('');
    expect(parameter(received[0], 'signature')).toMatch(/^[0-9a-f]{40}$/);

    open({ mode: 'compatible' });
    await bench.admin('push', { event: { Event: 'debug_demo' }, wait: true });
    const body = JSON.parse(received[0]?.body ?? '');
    expect(body).toMatchObject({ Event: 'debug_demo', Encrypt: expect.any(String) });
    expect(JSON.parse(openMessage(received[0], body.Encrypt).message)).toMatchObject({ Event: 'debug_demo' });
  });

  it('is refused for an event that XML cannot hold', async () => {
    open({ format: 'xml' });
    for (const event of [{ '1st': 'x' }, { Event: 'a', text: '\u0000' }, { Event: 'a', flag: true }]) {
      const answer = await bench.post('/_emulator/push', { event });
      expect([answer.status, answer.json]).toEqual([400, { code: 'input_invalid', field: 'event' }]);
    }
    expect(await states()).toEqual([]);
  });

  it('is refused without an address', async () => {
    open({}, { wechatApps: [{ appid, secret, name: 'a' }] });
    expect((await bench.post('/_emulator/push', { event: {} })).json.code).toBe('push_missing');
    expect((await bench.post('/_emulator/verify-url', { channel: 'wechat' })).json.code).toBe('push_missing');
  });
});

describe('the check of an address', () => {
  it('wants WeChat’s echostr back as it is', async () => {
    answer = (request) => new Response(parameter(request, 'echostr'));
    expect(await bench.admin('verify-url', { channel: 'wechat' })).toEqual({ ok: true });
    expect(parameter(received[0], 'signature')).toBe(
      new WechatCrypto(callbackToken, aesKey, appid).getSignature(
        parameter(received[0], 'timestamp'),
        parameter(received[0], 'nonce'),
        '',
      ),
    );
    answer = (request) => new Response(`"${parameter(request, 'echostr')}"`);
    expect(await bench.admin('verify-url', { channel: 'wechat' })).toEqual({ ok: false, reason: 'answer' });
  });

  it('wants WeCom’s echostr decrypted', async () => {
    answer = (request) => new Response(openMessage(request, parameter(request, 'echostr')).message);
    expect(await bench.admin('verify-url', { channel: 'wecom' })).toEqual({ ok: true });
    answer = (request) => new Response(parameter(request, 'echostr'));
    expect(await bench.admin('verify-url', { channel: 'wecom' })).toEqual({ ok: false, reason: 'answer' });
  });

  it('says what went wrong', async () => {
    answer = () => new Response('', { status: 404 });
    expect(await bench.admin('verify-url', { channel: 'wecom' })).toEqual({ ok: false, reason: 'status' });
    answer = () => Promise.reject(new TypeError('fetch failed'));
    expect(await bench.admin('verify-url', { channel: 'wecom' })).toEqual({ ok: false, reason: 'unreachable' });
    answer = () => new Response('x'.repeat(100_000));
    expect(await bench.admin('verify-url', { channel: 'wecom' })).toEqual({ ok: false, reason: 'answer' });
  });
});
