import { describe, expect, it } from 'vitest';
import { createFakePlatform } from './testing/fake-platform.ts';
import { createWecomRobot, type WecomRobotMessage } from './wecom-robot.ts';

describe('group robot', () => {
  it.each<[WecomRobotMessage, unknown]>([
    [
      { type: 'text', content: '告警', mentionedUsers: ['zhangsan', '@all'], mentionedMobiles: ['13800001111'] },
      {
        msgtype: 'text',
        text: { content: '告警', mentioned_list: ['zhangsan', '@all'], mentioned_mobile_list: ['13800001111'] },
      },
    ],
    [
      { type: 'markdown', content: '**a**' },
      { msgtype: 'markdown', markdown: { content: '**a**' } },
    ],
    [
      { type: 'markdown_v2', content: '|a|' },
      { msgtype: 'markdown_v2', markdown_v2: { content: '|a|' } },
    ],
    [
      { type: 'image', image: Buffer.from('png') },
      { msgtype: 'image', image: { base64: 'cG5n', md5: 'bff139fa05ac583f685a523ab3d110a0' } },
    ],
    [
      { type: 'news', articles: [{ title: 't', url: 'https://a.example' }] },
      { msgtype: 'news', news: { articles: [{ title: 't', url: 'https://a.example' }] } },
    ],
    [
      { type: 'template_card', card: { card_type: 'text_notice' } },
      { msgtype: 'template_card', template_card: { card_type: 'text_notice' } },
    ],
  ])('sends $type', async (message, body) => {
    const platform = createFakePlatform(() => ({ errcode: 0, errmsg: 'ok' }));
    await createWecomRobot({ ...platform, key: 'k-1' }).send(message);
    expect(platform.seen).toMatchObject([{ method: 'POST', path: '/cgi-bin/webhook/send', query: { key: 'k-1' } }]);
    expect(platform.seen[0]?.body).toEqual(body);
  });

  it('takes the address as WeCom shows it', async () => {
    const platform = createFakePlatform(() => ({ errcode: 0 }));
    await createWecomRobot({ ...platform, url: 'http://127.0.0.1:8481/cgi-bin/webhook/send?key=k-2' }).send({
      type: 'text',
      content: 'x',
    });
    expect(platform.seen).toMatchObject([{ path: '/cgi-bin/webhook/send', query: { key: 'k-2' } }]);
  });

  it.each([
    'https://qyapi.weixin.qq.com/cgi-bin/webhook/send',
    'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=',
    'https://qyapi.weixin.qq.com/other?key=abcdef',
    'http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abcdef',
    'abcdef',
  ])('refuses the address %s without quoting it', (url) => {
    const create = () => createWecomRobot({ ...createFakePlatform(() => ({})), url });
    expect(create).toThrow(TypeError);
    expect(create).not.toThrow('abcdef');
  });

  it('refuses an empty key', () => {
    expect(() => createWecomRobot({ ...createFakePlatform(() => ({})), key: '' })).toThrow(TypeError);
  });

  it.each<WecomRobotMessage>([
    { type: 'text', content: '门'.repeat(683) },
    { type: 'markdown', content: 'x'.repeat(4097) },
    { type: 'image', image: new Uint8Array(2 * 1024 * 1024 + 1) },
    { type: 'news', articles: [] },
    { type: 'news', articles: Array(9).fill({ title: 't', url: 'u' }) },
  ])('refuses what is over the limits of the platform: $type', async (message) => {
    const platform = createFakePlatform(() => ({ errcode: 0 }));
    await expect(createWecomRobot({ ...platform, key: 'k-1' }).send(message)).rejects.toThrow(RangeError);
    expect(platform.seen).toEqual([]);
  });

  it('sends once, and passes on the refusal', async () => {
    const errmsg = 'invalid webhook url, hint: [1610351823], from ip: 10.1.2.3, more info at https://a.example?e=93000';
    const platform = createFakePlatform(() => ({ errcode: 93000, errmsg }));
    const send = createWecomRobot({ ...platform, key: 'k-1' }).send({ type: 'text', content: 'x' });
    await expect(send).rejects.toMatchObject({ errcode: 93000, errmsg: 'invalid webhook url', hint: '1610351823' });
    expect(platform.seen.length).toBe(1);
  });
});
