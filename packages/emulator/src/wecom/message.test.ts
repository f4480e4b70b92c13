import { parseMessageXml } from '@menshen/wechat';
import { decrypt } from '@wecom/crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  aesKey,
  type Bench,
  callbackToken,
  contactsSecret,
  corpid,
  createBench,
  portalSecret,
  salesSecret,
} from '../testing/emulated-company.ts';

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});

const post = async (path: string, body: unknown, corpsecret = portalSecret) =>
  (await bench.post(`/cgi-bin/${path}`, body, { access_token: await bench.wecomToken(corpsecret) })).json;
const text = (more: Record<string, unknown> = {}) => ({
  touser: 'lisi',
  agentid: 1000002,
  msgtype: 'text',
  text: { content: '请及时修改密码' },
  ...more,
});
const inbox = async (person: string) => (await bench.get('/_emulator/messages', { person })).json.messages;

describe('cgi-bin/message/send', () => {
  it('reaches the phones of the members named', async () => {
    expect(await post('message/send', text({ touser: 'lisi|wangwu' }))).toEqual({
      errcode: 0,
      errmsg: 'ok',
      msgid: expect.any(String),
    });
    for (const person of ['lisi', 'wangwu']) {
      expect(await inbox(person)).toMatchObject([{ kind: 'wecom', from: '门户', type: 'text', text: '请及时修改密码' }]);
    }
    expect(await inbox('p-zhang')).toEqual([]);
  });

  it('reaches a person named by WeChat id through the linked member', async () => {
    await post('message/send', text({ touser: 'ZhangSan' }));
    expect(await inbox('p-zhang')).toHaveLength(1);
  });

  it('names the receivers it could not reach in lower case, and still succeeds', async () => {
    expect(await post('message/send', text({ touser: 'lisi|NoBody|zhaoliu', toparty: '3|99', totag: 'T1' }))).toMatchObject({
      errcode: 0,
      invaliduser: 'nobody|zhaoliu',
      invalidparty: '99',
      invalidtag: 't1',
    });
    expect(await inbox('wangwu')).toHaveLength(1);
  });

  it('fails with 81013 when there is nobody left', async () => {
    expect((await post('message/send', text({ touser: 'nobody' }))).errcode).toBe(81013);
    expect((await post('message/send', text({ touser: 'zhaoliu' }))).errcode).toBe(81013);
    const sales = text({ touser: 'zhaoliu', agentid: 1000003 });
    expect((await post('message/send', sales, salesSecret)).errcode).toBe(81013);
  });

  it('names members and departments out of the app’s sight as invalid', async () => {
    const agent = { agentid: 1000003, secret: salesSecret, scope: { departments: [2] } };
    bench = createBench({ wecom: { corpid, contactsSecret, agents: [agent] } });
    const message = text({ touser: 'lisi|ZhangSan', toparty: '4', agentid: 1000003 });
    const answer = await post('message/send', message, salesSecret);
    expect(answer).toMatchObject({ errcode: 0, invaliduser: 'zhangsan', invalidparty: '4' });
    expect(await inbox('ZhangSan')).toEqual([]);
  });

  it('reaches with @all only whom the app may see', async () => {
    await post('message/send', text({ touser: '@all', agentid: 1000003 }), salesSecret);
    expect((await bench.get('/_emulator/messages')).json.messages[0].to).toEqual(['ZhangSan', 'lisi', 'wangwu']);
  });

  it.each([
    [{ agentid: 1000003 }, 301002],
    [{ agentid: undefined }, 40056],
    [{ msgtype: 'sms' }, 40008],
    [{ msgtype: 'constructor' }, 40008],
    [{ text: undefined }, 40058],
    [{ text: { content: '' } }, 40058],
    [{ msgtype: 'markdown', markdown: { content: 'x'.repeat(2049) } }, 45002],
    [{ msgtype: 'news', news: { articles: [] } }, 40058],
  ])('refuses %o with %i', async (more, errcode) => {
    expect((await post('message/send', text(more))).errcode).toBe(errcode);
  });

  it('is not for the contact-sync helper', async () => {
    expect((await post('message/send', text(), contactsSecret)).errcode).toBe(48002);
  });

  it('cuts a long text between characters', async () => {
    await post('message/send', text({ text: { content: '安'.repeat(1000) } }));
    expect((await inbox('lisi'))[0].text).toBe('安'.repeat(682));
  });

  it('drops what a member gets over 30 a minute and 1000 an hour, without a word', async () => {
    bench = createBench({
      wecom: { corpid, contactsSecret, accountCap: 100, agents: [{ agentid: 1000002, secret: portalSecret }] },
    });
    for (let count = 0; count < 31; count++) expect((await post('message/send', text())).errcode).toBe(0);
    expect(await inbox('lisi')).toHaveLength(30);
    for (let minute = 0; minute < 40; minute++) {
      bench.clock.advance(60_000);
      for (let count = 0; count < 30; count++) await post('message/send', text());
    }
    const { messages } = (await bench.get('/_emulator/messages')).json;
    expect(messages[0].to).toEqual([]);
    bench.clock.advance(3_600_000);
    await post('message/send', text());
    expect((await bench.get('/_emulator/messages')).json.messages[0].to).toEqual(['lisi']);
  });

  it('sends an app 200 messages a day for each account, then answers 45009', async () => {
    bench = createBench({
      wecom: { corpid, contactsSecret, accountCap: 1, agents: [{ agentid: 1000002, secret: portalSecret }] },
    });
    for (let count = 0; count < 100; count++) await post('message/send', text({ touser: 'lisi|wangwu' }));
    expect((await post('message/send', text())).errcode).toBe(45009);
  });

  it('suppresses repeats when asked to, for the interval', async () => {
    const once = text({ enable_duplicate_check: 1, duplicate_check_interval: 600 });
    await post('message/send', once);
    await post('message/send', once);
    expect(await inbox('lisi')).toHaveLength(1);
    bench.clock.advance(600_000);
    await post('message/send', once);
    expect(await inbox('lisi')).toHaveLength(2);
  });

  it('checks template cards and gives a response_code to interactive ones', async () => {
    const card = {
      card_type: 'text_notice',
      main_title: { title: '异常登录', desc: '来自未知地点' },
      card_action: { type: 1, url: 'https://console.example/incidents/1' },
    };
    const send = (more: Record<string, unknown>) =>
      post('message/send', text({ msgtype: 'template_card', template_card: { ...card, ...more } }));
    expect(await send({})).toMatchObject({ errcode: 0 });
    expect((await inbox('lisi'))[0]).toMatchObject({ title: '异常登录', text: '来自未知地点' });
    const item = { keyname: 'k', value: 'v' };
    for (const wrong of [
      { card_action: undefined },
      { card_type: 'unknown' },
      { horizontal_content_list: Array(7).fill(item) },
      { jump_list: Array(4).fill({ type: 0, title: 't' }) },
      { action_menu: { desc: 'd', action_list: [] } },
      { task_id: 'has space' },
      { main_title: undefined },
    ]) {
      expect((await send(wrong)).errcode, JSON.stringify(wrong)).toBe(40058);
    }
    const interactive = await send({
      card_type: 'button_interaction',
      task_id: 'task-1',
      button_list: [{ text: '封禁', key: 'k' }],
    });
    expect(interactive.response_code).toEqual(expect.any(String));
  });
});

describe('cgi-bin/message/recall', () => {
  it('takes a message back within 24 hours, only for the app that sent it', async () => {
    const { msgid } = await post('message/send', text());
    expect((await post('message/recall', { msgid }, salesSecret)).errcode).toBe(40058);
    expect(await post('message/recall', { msgid })).toEqual({ errcode: 0, errmsg: 'ok' });
    expect(await inbox('lisi')).toEqual([]);
    expect((await post('message/recall', { msgid })).errcode).toBe(40058);
    const late = (await post('message/send', text())).msgid;
    bench.clock.advance(86_400_001);
    expect((await post('message/recall', { msgid: late })).errcode).toBe(40058);
  });
});

describe('a card with buttons', () => {
  const card = (more: Record<string, unknown> = {}) => ({
    ...{ touser: 'lisi', agentid: 1000002, msgtype: 'template_card' },
    template_card: {
      ...{ card_type: 'button_interaction', task_id: 'task-1', main_title: { title: '待批准' } },
      button_list: [
        { text: '批准', style: 1, key: 'approve' },
        { text: '拒绝', style: 2, key: 'refuse' },
      ],
      ...more,
    },
  });
  const press = async (more: object = {}) =>
    await bench.post('/_emulator/press-card', { agentid: 1000002, taskId: 'task-1', userid: 'lisi', key: 'approve', ...more });
  const close = async (code: string) =>
    (
      await post('message/update_template_card', {
        ...{ userids: ['lisi'], agentid: 1000002, response_code: code, button: { replace_name: '已批准' } },
      })
    ).errcode;

  it('needs one to six buttons with text and key, and a task of its own', async () => {
    for (const buttons of [undefined, [], [{ text: '批准' }], Array.from({ length: 7 }, () => ({ text: 'a', key: 'b' }))])
      expect((await post('message/send', card({ button_list: buttons }))).errcode).toBe(40058);
    expect(await post('message/send', card())).toMatchObject({ errcode: 0, response_code: expect.any(String) });
    expect((await post('message/send', card())).errcode).toBe(40058);
  });

  it('tells the callback who pressed which, and is closed once by the code of that event', async () => {
    const told: string[] = [];
    bench = createBench({
      wecom: {
        corpid,
        contactsSecret,
        agents: [{ agentid: 1000002, secret: portalSecret, name: '门户' }],
        callback: { url: 'http://server.test/contacts', token: callbackToken, aesKey },
      },
      fetch: async (input, init) => {
        const encrypted = parseMessageXml(await new Request(input, init).text())['Encrypt'];
        told.push(decrypt(aesKey, String(encrypted)).message);
        return new Response('');
      },
    });
    await post('message/send', card());
    // Not to whom it was sent, and no button of it.
    expect((await press({ userid: 'wangwu' })).status).toBe(404);
    expect((await press({ key: 'other' })).status).toBe(404);
    expect(await close('made up')).toBe(40058);
    expect((await press({ wait: true })).status).toBe(200);
    const event = parseMessageXml(told[0] ?? '');
    expect(event).toMatchObject({
      ...{ FromUserName: 'lisi', Event: 'template_card_event', EventKey: 'approve', TaskId: 'task-1' },
      ...{ CardType: 'button_interaction', AgentID: '1000002' },
    });
    const code = String(event['ResponseCode']);
    expect(await close(code)).toBe(0);
    expect(await close(code)).toBe(40058);
    // There are no buttons on it any more.
    expect((await press()).status).toBe(404);
    expect((await press({ forged: true })).json).toMatchObject({ shown: '已批准' });
  });
});
