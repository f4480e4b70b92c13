import { beforeEach, describe, expect, it } from 'vitest';
import { appid, type Bench, createBench, otherAppid, otherSecret } from '../testing/emulated-company.ts';

const twoHours = 7_200_000;
let bench: Bench;
let openid: string;
beforeEach(async () => {
  bench = createBench();
  openid = (await bench.login('p-guest')).openid;
});

const call = async (path: string, body: unknown) => (await bench.post(path, body, { access_token: await bench.token() })).json;

async function foreignOpenid(): Promise<string> {
  const js_code = await bench.code('p-guest', { appid: otherAppid });
  const query = { appid: otherAppid, secret: otherSecret, js_code, grant_type: 'authorization_code' };
  return (await bench.get('/sns/jscode2session', query)).json.openid;
}

describe('wxa/msg_sec_check', () => {
  const check = (more: Record<string, unknown> = {}) =>
    call('/wxa/msg_sec_check', { content: '今天天气很好', version: 2, scene: 2, openid, ...more });

  it('passes a harmless text', async () => {
    expect(await check()).toEqual({
      errcode: 0,
      errmsg: 'ok',
      trace_id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/),
      result: { suggest: 'pass', label: 100 },
      detail: [
        { strategy: 'content_model', errcode: 0, suggest: 'pass', label: 100, prob: 90 },
        { strategy: 'keyword', errcode: 0 },
      ],
    });
  });

  it('names what it finds, the strictest first', async () => {
    const { result, detail } = await check({ content: '这里有测试广告和测试色情' });
    expect(result).toEqual({ suggest: 'risky', label: 20002 });
    expect(detail[1]).toMatchObject({ strategy: 'keyword', keyword: '测试色情', suggest: 'risky', label: 20002 });
    expect((await check({ content: '测试广告' })).result).toEqual({ suggest: 'review', label: 10001 });
  });

  it('does not recognise text that is escaped', async () => {
    const escaped = JSON.stringify({ content: '测试色情', version: 2, scene: 2, openid }).replace(
      /[^\0-\x7f]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16)}`,
    );
    expect((await call('/wxa/msg_sec_check', escaped)).result).toEqual({ suggest: 'pass', label: 100 });
  });

  it.each([
    [{ scene: 5 }, 40129],
    [{ scene: '2' }, 40129],
    [{ openid: 'o-nobody' }, 40003],
    [{ content: '' }, 47001],
    [{ content: '长'.repeat(2501) }, 47001],
    [{ version: 3 }, 47001],
  ])('refuses %o with %i', async (more, errcode) => {
    expect((await check(more)).errcode).toBe(errcode);
  });

  it('refuses an openid of another app with 43104, and a user who has not come for two hours with 61010', async () => {
    expect((await check({ openid: await foreignOpenid() })).errcode).toBe(43104);
    bench.clock.advance(twoHours);
    expect((await check()).errcode).toBe(0);
    bench.clock.advance(1);
    expect((await check()).errcode).toBe(61010);
  });

  it('answers version 1 only with 0 or 87014', async () => {
    expect(await call('/wxa/msg_sec_check', { content: '你好' })).toEqual({ errcode: 0, errmsg: 'ok' });
    expect((await call('/wxa/msg_sec_check', { content: '测试色情' })).errcode).toBe(87014);
  });

  it('reports the end of the minute with its own code', async () => {
    bench = createBench({ quotas: { '/wxa/msg_sec_check': { perMinute: 1, perDay: 2 } } });
    openid = (await bench.login('p-guest')).openid;
    await check();
    expect((await check()).errcode).toBe(44991);
    bench.clock.advance(60_000);
    await check();
    bench.clock.advance(60_000);
    expect((await check()).errcode).toBe(45009);
  });
});

describe('wxa/media_check_async', () => {
  const check = (more: Record<string, unknown> = {}) =>
    call('/wxa/media_check_async', {
      media_url: 'https://a.example/1.png',
      media_type: 2,
      version: 2,
      scene: 1,
      openid,
      ...more,
    });

  it('accepts a file and gives a trace_id', async () => {
    expect(await check()).toEqual({ errcode: 0, errmsg: 'ok', trace_id: expect.any(String) });
  });

  it.each([
    [{ media_type: 3 }, 40004],
    [{ scene: 0 }, 40129],
    [{ openid: undefined }, 40003],
    [{ media_url: 'file:///etc/passwd' }, 47001],
  ])('refuses %o with %i', async (more, errcode) => {
    expect((await check(more)).errcode).toBe(errcode);
  });
});

describe('wxa/getuserriskrank', () => {
  const rank = (more: Record<string, unknown> = {}) =>
    call('/wxa/getuserriskrank', { appid, openid, scene: 1, client_ip: '203.0.113.7', ...more });

  it('answers the rank of the person, with the field spelled as WeChat spells it', async () => {
    expect(await rank()).toEqual({
      errcode: 0,
      errmsg: 'getuserriskrank succ',
      risk_rank: 3,
      unoin_id: expect.any(Number),
    });
    expect((await rank({ openid: (await bench.login()).openid })).risk_rank).toBe(0);
  });

  it.each([
    [{ appid: otherAppid }, 43104],
    [{ scene: 9 }, 40129],
    [{ client_ip: undefined }, 47001],
    [{ openid: 'o-nobody' }, 40003],
  ])('refuses %o with %i', async (more, errcode) => {
    expect((await rank(more)).errcode).toBe(errcode);
  });
});
