import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createFakePlatform, type SeenRequest } from './testing/fake-platform.ts';
import { createWechatClient, type WechatClient } from './wechat-client.ts';
import { createWecomClient } from './wecom-client.ts';
import { createWecomRobot } from './wecom-robot.ts';

const secret = 'app-secret-0123456789abcdef/+=';
const token = 'access-token-abcdefghijklmnop';
const code = 'login-code-abcdefghijklmnop';
const sessionKey = Buffer.alloc(16, 0x5a).toString('base64');
const robotKey = '693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa';
const user = { openid: 'o1', sessionKey };

/** Everything that a log could print of an error: its text, stack, fields and causes. */
function everythingIn(error: unknown): string {
  return `${inspect(error, { depth: 10, showHidden: true, getters: true })} ${JSON.stringify(error)} ${error instanceof Error ? error.stack : ''}`;
}

/** A failed fetch as an unlucky implementation reports it: with the address in message, cause and fields. */
function leakyFailure({ path, query, init }: SeenRequest): Error {
  const url = `https://api.example${path}?${new URLSearchParams(query)}`;
  return Object.assign(new TypeError(`request to ${url} failed`, { cause: new Error(`${url} ${String(init.body)}`) }), { url });
}

function echo({ query, body }: SeenRequest): string {
  return `${Object.values(query).join(' ')} ${new URLSearchParams(query)} ${JSON.stringify(body)}`;
}

const failures: readonly (readonly [string, (request: SeenRequest) => unknown])[] = [
  ['a fetch that quotes the address', (request) => Promise.reject(leakyFailure(request))],
  ['an errmsg that echoes the request', (request) => ({ errcode: 40013, errmsg: `invalid: ${echo(request)}` })],
  ['a page that echoes the request', (request) => new Response(echo(request))],
  ['an error page', (request) => new Response(echo(request), { status: 500 })],
  ['an answer that echoes the request in its fields', (request) => ({ errcode: echo(request), openid: { echo: echo(request) } })],
  ['an answer of another shape', (request) => ({ openid: [echo(request)], session_key: echo(request), is_ok: echo(request) })],
];

const calls: readonly (readonly [string, (client: WechatClient) => Promise<unknown>])[] = [
  ['code2Session', (client) => client.code2Session(code)],
  ['checkSession', (client) => client.checkSession(user)],
  ['resetUserSessionKey', (client) => client.resetUserSessionKey(user)],
  ['getPhoneNumber', (client) => client.getPhoneNumber({ code })],
  ['getAccessToken', (client) => client.getAccessToken({ forceRefresh: true })],
  ['verifySoter', (client) => client.verifySoter({ openid: 'o1', resultJson: '{}', signature: 's' })],
];

const secrets = [
  secret,
  encodeURIComponent(secret),
  new URLSearchParams({ secret }).toString().slice(7),
  token,
  code,
  sessionKey,
];

describe('secrets', () => {
  it.each(failures.flatMap(([failure, act]) => calls.map(([name, call]) => ({ failure, act, name, call }))))(
    'stay out of the error of $name after $failure',
    async ({ act, name, call }) => {
      const platform = createFakePlatform((request) => {
        const isToken = request.path === '/cgi-bin/stable_token' && name !== 'getAccessToken';
        return isToken ? { access_token: token, expires_in: 7200 } : act(request);
      });
      const client = createWechatClient({ ...platform, appid: 'wx0', secret });
      // A session check may answer after all, as the shape of its answer says nothing more.
      const outcome = await call(client).catch((error: unknown) => error);
      if (name !== 'checkSession') expect(outcome).toBeInstanceOf(Error);
      const text = everythingIn(outcome);
      for (const value of secrets) expect(text).not.toContain(value);
    },
  );

  it.each(failures)('stay out of the errors of WeCom after %s', async (_failure, act) => {
    const platform = createFakePlatform((request) => act(request));
    const client = createWecomClient({ ...platform, corpid: 'ww0', secret });
    const robot = createWecomRobot({ ...platform, key: robotKey });
    const errors = [
      await client.departmentList().catch((error: unknown) => error),
      await client.code2Session(code).catch((error: unknown) => error),
    ];
    for (const error of errors) {
      expect(error).toBeInstanceOf(Error);
      for (const value of secrets) expect(everythingIn(error)).not.toContain(value);
    }
    const outcome = await robot.send({ type: 'text', content: 'x' }).catch((error: unknown) => error);
    expect(everythingIn(outcome)).not.toContain(robotKey);
  });

  it('stay out of what is printed of a client', () => {
    const platform = createFakePlatform(() => ({}));
    const client = createWechatClient({ ...platform, appid: 'wx0', secret });
    const wecom = createWecomClient({ ...platform, corpid: 'ww0', secret });
    const robot = createWecomRobot({ ...platform, key: robotKey });
    const text = inspect([client, wecom, robot], { depth: 10, showHidden: true });
    for (const value of [secret, robotKey]) expect(text).not.toContain(value);
  });

  it('stay out of the names under which tokens are shared', async () => {
    const keys: string[] = [];
    const tokenStore = {
      get: async (key: string) => {
        keys.push(key);
        return undefined;
      },
      set: async (key: string) => {
        keys.push(key);
      },
    };
    const platform = createFakePlatform(() => ({ access_token: token, expires_in: 7200 }));
    await createWechatClient({ ...platform, appid: 'wx0', secret, tokenStore }).getAccessToken();
    await createWecomClient({ ...platform, corpid: 'ww0', secret, tokenStore }).getAccessToken();
    await createWecomClient({ ...platform, corpid: 'ww0', secret: 'another', tokenStore }).getAccessToken();
    expect(new Set(keys).size).toBe(3);
    for (const key of keys) expect(key).not.toMatch(/secret|another|token-/);
  });
});
