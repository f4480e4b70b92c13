import { beforeEach, describe, expect, it } from 'vitest';
import { appid, type Bench, createBench, secret } from '../testing/emulated-company.ts';

const templateId = 'template-order-ready';
let bench: Bench;
let touser: string;
beforeEach(async () => {
  bench = createBench({
    wechatApps: [
      { appid, secret, name: '优惠券', templates: [{ id: templateId, title: '订单提醒', keys: ['thing1', 'date2'] }] },
    ],
  });
  touser = (await bench.login('p-guest')).openid;
});

const data = { thing1: { value: '咖啡' }, date2: { value: '2024年5月20日 10:00' } };
const accept = () => bench.admin('subscribe', { appid, person: 'p-guest', templateIds: [templateId], accept: true });
const send = async (more: Record<string, unknown> = {}) => {
  const body = { touser, template_id: templateId, page: 'pages/order?id=1', data, ...more };
  return (await bench.post('/cgi-bin/message/subscribe/send', body, { access_token: await bench.token() })).json;
};

describe('cgi-bin/message/subscribe/send', () => {
  it('sends one message for each tap, and shows it on the phone', async () => {
    expect((await send()).errcode).toBe(43101);
    await accept();
    expect(await send()).toEqual({ errcode: 0, errmsg: 'ok' });
    expect((await send()).errcode).toBe(43101);
    const { messages } = (await bench.get('/_emulator/messages', { person: 'p-guest' })).json;
    expect(messages).toMatchObject([{ kind: 'subscribe', from: '优惠券', title: '订单提醒', text: '咖啡\n2024年5月20日 10:00' }]);
  });

  it('forgets earlier taps when the person refuses', async () => {
    await accept();
    await bench.admin('subscribe', { appid, person: 'p-guest', templateIds: [templateId], accept: false });
    expect((await send()).errcode).toBe(43101);
  });

  it('refuses a value over its limit and names the field, without using up the tap', async () => {
    await accept();
    const refused = await send({ data: { ...data, thing1: { value: '一二三四五六七八九十一二三四五六七八九十一' } } });
    expect(refused.errcode).toBe(47003);
    expect(refused.errmsg).toMatch(/^argument invalid! data\.thing1\.value invalid, rid: /);
    expect((await send()).errcode).toBe(0);
  });

  it.each([
    [{ data: { thing1: { value: '咖啡' } } }, 47003],
    [{ data: { ...data, extra1: { value: 'x' } } }, 47003],
    [{ data: 'text' }, 47003],
    [{ touser: 'o-nobody' }, 40003],
    [{ template_id: 'template-unknown' }, 40037],
    [{ page: 'https://evil.example/' }, 41030],
    [{ page: '/pages/order' }, 41030],
    [{ lang: 'fr_FR' }, 40097],
    [{ miniprogram_state: 'beta' }, 40097],
  ])('refuses %o with %i', async (more, errcode) => {
    await accept();
    expect((await send(more)).errcode).toBe(errcode);
  });
});
