import { describe, expect, it } from 'vitest';
import { WechatApiError, WechatTransportError } from '../api-error.ts';
import { type AccessToken, createMemoryTokenStore, type TokenStore } from '../token-store.ts';
import { createTokenSource, type FetchedToken } from './token-source.ts';

const start = 1_700_000_000_000;

function setUp(options: { store?: TokenStore; answers?: readonly (string | Error | FetchedToken)[] } = {}) {
  const time = { now: start };
  const fetches: boolean[] = [];
  const source = createTokenSource({
    key: 'wechat:wx0:stable',
    clock: () => time.now,
    store: options.store,
    fetchToken: async (force) => {
      fetches.push(force);
      const answer = options.answers ? options.answers[fetches.length - 1] : `token-${fetches.length}`;
      if (answer instanceof Error) throw answer;
      if (answer === undefined) throw new Error('one fetch too many');
      return typeof answer === 'string' ? { value: answer, expiresIn: 7200 } : answer;
    },
  });
  return { source, fetches, time };
}

const down = new WechatTransportError('/cgi-bin/stable_token', 'network');
const wrongSecret = new WechatApiError('/cgi-bin/stable_token', 40125, 'invalid appsecret');

describe('current token', () => {
  it('is fetched once for 50 callers at a time, and then kept', async () => {
    const { source, fetches } = setUp();
    const tokens = await Promise.all(Array.from({ length: 50 }, () => source.current()));
    expect(new Set(tokens.map(({ value }) => value))).toEqual(new Set(['token-1']));
    await source.current();
    expect(fetches).toEqual([false]);
  });

  it('is renewed early, once, while the old one still works', async () => {
    const { source, fetches, time } = setUp();
    const { renewAt, expiresAt } = await source.current();
    expect([renewAt, expiresAt]).toEqual([start + 6_960_000, start + 7_200_000]);
    time.now = renewAt - 1;
    expect((await source.current()).value).toBe('token-1');
    time.now = renewAt;
    const tokens = await Promise.all(Array.from({ length: 50 }, () => source.current()));
    expect(tokens.every(({ value }) => value === 'token-2')).toBe(true);
    expect(fetches.length).toBe(2);
  });

  it('is used for half its life when that is short', async () => {
    const { source } = setUp({ answers: [{ value: 'short', expiresIn: 300 }] });
    expect(await source.current()).toEqual({ value: 'short', renewAt: start + 150_000, expiresAt: start + 300_000 });
  });

  it('stays in use while renewal fails, and is asked for again after a pause', async () => {
    const { source, fetches, time } = setUp({ answers: ['old', down, down, 'new'] });
    const { renewAt, expiresAt } = await source.current();
    time.now = renewAt;
    expect((await source.current()).value).toBe('old');
    expect((await source.current()).value).toBe('old');
    expect(fetches.length).toBe(2);
    time.now += 30_000;
    expect((await source.current()).value).toBe('old');
    time.now = expiresAt;
    expect((await source.current()).value).toBe('new');
    expect(fetches.length).toBe(4);
  });

  it('fails for all who wait, and is asked for anew by the next', async () => {
    const { source, fetches } = setUp({ answers: [down, 'token'] });
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => source.current()));
    expect(results.every((result) => result.status === 'rejected' && result.reason === down)).toBe(true);
    expect((await source.current()).value).toBe('token');
    expect(fetches.length).toBe(2);
  });

  it('does not present a refused secret again within five seconds', async () => {
    const { source, fetches, time } = setUp({ answers: [wrongSecret, 'token'] });
    await expect(source.current()).rejects.toBe(wrongSecret);
    await expect(source.current()).rejects.toBe(wrongSecret);
    expect(fetches.length).toBe(1);
    time.now += 5000;
    expect((await source.current()).value).toBe('token');
  });
});

describe('replaced token', () => {
  it('is fetched once for 50 callers whose token was refused', async () => {
    const { source, fetches } = setUp();
    const refused = await source.current();
    const tokens = await Promise.all(Array.from({ length: 50 }, () => source.replace(refused)));
    expect(tokens.every((token) => token?.value === 'token-2')).toBe(true);
    expect((await source.replace(refused))?.value).toBe('token-2');
    expect(fetches.length).toBe(2);
  });

  it('is none when the platform gives out the same again', async () => {
    const { source, fetches } = setUp({ answers: ['same', 'same'] });
    const refused = await source.current();
    const tokens = await Promise.all(Array.from({ length: 50 }, () => source.replace(refused)));
    expect(tokens.every((token) => token === undefined)).toBe(true);
    expect(fetches.length).toBe(2);
  });

  it('is not answered by a fetch that was under way and brings the refused one', async () => {
    const { source, fetches } = setUp({ answers: ['old', 'new'] });
    const underWay = source.current();
    const replaced = source.replace({ value: 'old', renewAt: start, expiresAt: start });
    expect((await underWay).value).toBe('old');
    expect((await replaced)?.value).toBe('new');
    expect(fetches.length).toBe(2);
  });

  it('does not fall back to the refused one when the platform is down', async () => {
    const { source } = setUp({ answers: ['old', down] });
    await expect(source.replace(await source.current())).rejects.toBe(down);
  });

  it('cannot be had faster than ten at once and then one a minute', async () => {
    const { source, fetches, time } = setUp();
    let token: AccessToken | undefined = await source.current();
    let last = token;
    for (let count = 0; count < 11 && token; count += 1) {
      last = token;
      token = await source.replace(token);
    }
    expect(token).toBeUndefined();
    expect(fetches.length).toBe(11);
    time.now += 60_000;
    token = await source.replace(last);
    expect(token?.value).toBe('token-12');
    expect(token && (await source.replace(token))).toBeUndefined();
  });
});

describe('token shared with peers', () => {
  it('is adopted at start, without a fetch', async () => {
    const store = createMemoryTokenStore();
    await setUp({ store, answers: ['from-peer'] }).source.current();
    const { source, fetches } = setUp({ store });
    expect((await source.current()).value).toBe('from-peer');
    expect(fetches).toEqual([]);
  });

  it('is adopted after a refusal when a peer has renewed it', async () => {
    const store = createMemoryTokenStore();
    const ours = setUp({ store, answers: ['first'] });
    const refused = await ours.source.current();
    const peer = setUp({ store, answers: ['second'] });
    expect((await peer.source.replace(refused))?.value).toBe('second');
    expect((await ours.source.replace(refused))?.value).toBe('second');
    expect([ours.fetches.length, peer.fetches.length]).toEqual([1, 1]);
  });

  it('is not adopted when it is the refused one, older, or due', async () => {
    const refused = { value: 'refused', renewAt: start + 6_960_000, expiresAt: start + 7_200_000 };
    for (const shared of [
      refused,
      { ...refused, value: 'older', expiresAt: start + 7_000_000 },
      { ...refused, value: 'due', renewAt: start },
    ]) {
      const store: TokenStore = { get: async () => shared, set: async () => {} };
      const { source, fetches } = setUp({ store });
      expect((await source.replace(refused))?.value).toBe('token-1');
      expect(fetches.length).toBe(1);
    }
  });

  it.each<[string, TokenStore]>([
    ['rejects', { get: () => Promise.reject(new Error('down')), set: () => Promise.reject(new Error('down')) }],
    [
      'throws',
      {
        get: () => {
          throw new Error('down');
        },
        set: () => {
          throw new Error('down');
        },
      },
    ],
    ['gives nonsense', { get: async () => ({ value: 5 }) as unknown as AccessToken, set: async () => {} }],
    ['gives no times', { get: async () => ({ value: 'x' }) as unknown as AccessToken, set: async () => {} }],
  ])('comes from the platform when the store %s', async (_name, store) => {
    const { source, fetches } = setUp({ store });
    expect((await source.current()).value).toBe('token-1');
    expect(fetches.length).toBe(1);
  });
});

describe('forced renewal', () => {
  it('replaces the token in use, once for many callers', async () => {
    const { source, fetches } = setUp();
    await source.current();
    const tokens = await Promise.all(Array.from({ length: 10 }, () => source.renew()));
    expect(tokens.every(({ value }) => value === 'token-2')).toBe(true);
    expect((await source.current()).value).toBe('token-2');
    expect(fetches).toEqual([false, true]);
  });
});
