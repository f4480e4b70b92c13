import { describe, expect, it } from 'vitest';
import { createEmulator } from './emulator.ts';
import { EmulatorOptionsError } from './options.ts';
import {
  aesKey,
  appid,
  callbackToken,
  company,
  contactsSecret,
  corpid,
  createBench,
  secret,
  seededRandom,
  startOfTest,
  webhookKey,
} from './testing/emulated-company.ts';

const app = { appid, secret, name: 'a' };
const target = { url: 'http://server.test/', token: callbackToken, aesKey };
const agent = { agentid: 1, secret: 'one' };

describe('options of the emulator', () => {
  it.each([
    ['two apps of one appid', { wechatApps: [app, app] }],
    ['two agents of one id', { wecom: { corpid, contactsSecret, agents: [agent, { ...agent, secret: 'two' }] } }],
    ['one secret for two', { wecom: { corpid, contactsSecret, agents: [{ ...agent, secret: contactsSecret }] } }],
    [
      'one key for two robots',
      {
        wecom: {
          corpid,
          contactsSecret,
          agents: [],
          webhooks: [
            { key: webhookKey, name: 'a' },
            { key: webhookKey, name: 'b' },
          ],
        },
      },
    ],
    [
      'a callback without address',
      { wecom: { corpid, contactsSecret, agents: [], callback: { ...target, url: 'server.test' } } },
    ],
    ['a callback with a short key', { wecom: { corpid, contactsSecret, agents: [], callback: { ...target, aesKey: 'short' } } }],
    ['a push address of another protocol', { wechatApps: [{ ...app, push: { ...target, url: 'ftp://server.test/' } }] }],
  ])('refuse %s', (_name, options) => {
    expect(() => createBench(options)).toThrow(EmulatorOptionsError);
  });

  it('refuse a company that contradicts itself', () => {
    expect(() => createBench({ people: { corp: { name: 'a' }, departments: [], users: [] } })).toThrow(/company file/);
  });

  it('do without WeCom', async () => {
    const { fetch, clock, random } = { fetch: globalThis.fetch, clock: () => startOfTest, random: seededRandom() };
    const emulator = createEmulator({ people: company, wechatApps: [app], clock, random, fetch });
    const response = await emulator.handle({
      method: 'GET',
      url: `/cgi-bin/gettoken?corpid=${corpid}&corpsecret=${contactsSecret}`,
      headers: {},
      body: new Uint8Array(),
      remoteAddress: '127.0.0.1',
    });
    expect(JSON.parse(response.body).errcode).toBe(40013);
  });
});
