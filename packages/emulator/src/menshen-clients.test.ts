import { createWechatClient, createWecomClient, createWecomRobot, WechatApiError } from '@menshen/wechat';
import { describe, expect, it } from 'vitest';
import { createEmulatorFetch } from './in-process-fetch.ts';
import {
  appid,
  type Bench,
  contactsSecret,
  corpid,
  createBench,
  portalSecret,
  secret,
  seededRandom,
  webhookKey,
} from './testing/emulated-company.ts';

function runtime(bench: Bench) {
  const reach = createEmulatorFetch(bench.emulator);
  return {
    fetch: (url: string, init: RequestInit) => reach(url, init),
    clock: bench.clock,
    random: seededRandom('client'),
    sleep: async () => undefined,
  };
}
const wechat = (bench: Bench) => createWechatClient({ ...runtime(bench), appid, secret });
const wecom = (bench: Bench, corpsecret: string) =>
  createWecomClient({ ...runtime(bench), corpid, secret: corpsecret, agentid: 1000002 });

describe.each([{ looseTypes: false }, { looseTypes: true }])('our own WeChat client, $looseTypes', ({ looseTypes }) => {
  it('makes every call it knows', async () => {
    const bench = createBench({ looseTypes });
    const client = wechat(bench);
    const code = await bench.code('p-guest');
    const { openid, sessionKey, unionid } = await client.code2Session(code);
    expect(unionid).toBe('union-guest');
    await expect(client.code2Session(code)).rejects.toMatchObject({ errcode: 40163 });

    const user = { openid, sessionKey };
    expect(await client.checkSession(user)).toBe(true);
    expect(await client.getUserEncryptKey(user)).toMatchObject([{ version: 1, expiresIn: 3600 }]);
    const phone = (await bench.admin('phone-code', { appid, person: 'p-guest' })).code;
    expect(await client.getPhoneNumber({ code: phone, openid })).toMatchObject({
      purePhoneNumber: '13900000009',
      countryCode: '86',
    });
    expect(await client.msgSecCheck({ openid, scene: 2, content: '测试欺诈' })).toMatchObject({ suggest: 'risky', label: 20008 });
    const media = { openid, scene: 1, mediaUrl: 'https://a.example/1.png', mediaType: 'image' } as const;
    expect((await client.mediaCheckAsync(media)).traceId).toMatch(/^[0-9a-f-]{26}$/);
    expect(await client.getUserRiskRank({ openid, scene: 1, clientIp: '203.0.113.7' })).toMatchObject({ riskRank: 3 });

    const { resultJSON, resultJSONSignature } = await bench.admin('soter', { person: 'p-guest', challenge: 'c1' });
    expect(await client.verifySoter({ openid, resultJson: resultJSON, signature: resultJSONSignature })).toBe(true);
    expect(await client.verifySoter({ openid, resultJson: `${resultJSON} `, signature: resultJSONSignature })).toBe(false);

    const message = { openid, templateId: 'T1', data: { thing1: '咖啡' } };
    await expect(client.sendSubscribeMessage(message)).rejects.toMatchObject({ errcode: 43101 });
    await bench.admin('subscribe', { appid, person: 'p-guest', templateIds: ['T1'], accept: true });
    await client.sendSubscribeMessage(message);

    const { encryptedData } = await bench.admin('encrypted-data', { appid, person: 'p-guest', kind: 'phone' });
    for (const hashOf of ['text', 'bytes'] as const) {
      expect(await client.checkEncryptedMsg({ encryptedData, hashOf })).toMatchObject({ valid: true });
    }
    const renewed = await client.resetUserSessionKey(user);
    expect(renewed.sessionKey).not.toBe(sessionKey);
    expect(await client.checkSession(user)).toBe(false);
  });

  it('reads the logs that WeChat keeps of the mini program', async () => {
    const bench = createBench({ looseTypes });
    const client = wechat(bench);
    for (const level of [2, 4, 8] as const)
      await bench.admin('user-log', { appid, person: 'p-guest', level, page: 'pages/a', messages: ['one', `level ${level}`] });
    for (const stack of ['a', 'b', 'a'])
      await bench.admin('js-error', { appid, person: 'p-guest', message: 'x is not defined', stack });
    const now = Math.floor(bench.clock() / 1_000);
    const { rows, total } = await client.searchRealtimeLogs({ from: now - 60, to: now, level: 4, start: 0, limit: 1 });
    expect(total).toBe(2);
    expect(rows).toMatchObject([{ level: 8, page: 'pages/a', messages: ['one', 'level 8'], timestamp: now }]);
    const today = new Date(bench.clock() + 8 * 3_600_000).toISOString().slice(0, 10);
    const errors = await client.listScriptErrors({ from: today, to: today, offset: 0, limit: 30 });
    expect(errors).toMatchObject({
      total: 2,
      rows: [{ message: 'x is not defined', stack: 'a', users: 1, count: 2 }, { stack: 'b' }],
    });
  });

  it('recovers from an expired token and a busy platform, not from a refusal', async () => {
    const bench = createBench({ looseTypes });
    const client = wechat(bench);
    const { openid } = await client.code2Session(await bench.code());
    const check = () => client.msgSecCheck({ openid, scene: 2, content: '你好' });
    await check();
    await bench.admin('tokens/expire', { appid });
    expect(await check()).toMatchObject({ suggest: 'pass' });
    await bench.admin('faults', { kind: 'errcode', errcode: -1, path: '/wxa/msg_sec_check', count: 1 });
    expect(await check()).toMatchObject({ suggest: 'pass' });
    bench.clock.advance(7_200_001);
    await expect(check()).rejects.toMatchObject({ errcode: 61010 });
  });
});

describe('our own WeCom client', () => {
  it('makes every call it knows', async () => {
    const bench = createBench();
    const client = wecom(bench, portalSecret);
    const { code } = await bench.admin('code', { channel: 'wecom', person: 'ZhangSan' });
    expect(await client.code2Session(code)).toMatchObject({ corpid, userid: 'ZhangSan' });
    expect(await client.departmentList()).toHaveLength(4);
    expect(await client.departmentIds(2)).toMatchObject([{ id: 2 }, { id: 3 }]);
    expect(await client.departmentGet(2)).toMatchObject({ name: '销售部', leaders: ['lisi'] });
    expect(await client.userGet('lisi')).toMatchObject({ userid: 'lisi', departments: [2, 3], leaderOf: [2], status: 'active' });
    expect(await client.userList(4)).toMatchObject([{ userid: 'ZhangSan' }, { userid: 'zhaoliu', status: 'disabled' }]);
    expect(await client.userSimpleList(3)).toHaveLength(2);
    const to = { users: ['lisi', 'Nobody'] };
    expect(await client.sendMessage({ to, content: { type: 'text', content: '通知' } })).toMatchObject({
      invalidUsers: ['nobody'],
    });
    const ids: string[] = [];
    for await (const { userid } of wecom(bench, contactsSecret).userIdList({ pageSize: 2 })) ids.push(userid);
    expect(ids).toEqual(['ZhangSan', 'lisi', 'lisi', 'wangwu', 'zhaoliu']);
  });

  it('posts to the robot, until the minute is over', async () => {
    const bench = createBench();
    const robot = createWecomRobot({ ...runtime(bench), key: webhookKey });
    await robot.send({ type: 'image', image: new Uint8Array([1, 2, 3]) });
    for (let count = 1; count < 20; count++) await robot.send({ type: 'text', content: '告警' });
    await expect(robot.send({ type: 'text', content: '告警' })).rejects.toBeInstanceOf(WechatApiError);
    await expect(createWecomRobot({ ...runtime(bench), key: 'x' }).send({ type: 'text', content: 'a' })).rejects.toMatchObject({
      errcode: 93000,
    });
  });
});
