import { createHmac } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import { type NotifyChannelConfig, notifySchema } from '@menshen/contract';
import { SMTPServer } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import type { SmsMessage } from '../../identity/factors/providers/sms-provider.ts';
import { testTlsPair } from '../../testing/tls-pair.ts';
import type { Notice } from '../model.ts';
import { renderNotice } from '../render.ts';
import { makeChannel } from './make-channel.ts';
import { sendMail } from './smtp.ts';

const now = Date.UTC(2026, 10, 25);
const same = (text: string) => ({ zh: text, en: text });
const notice: Notice = {
  ...{ id: 'n_0123456789abcdefghijkl', kind: 'alert', severity: 'critical', app: 'portal', matter: 'm' },
  title: { zh: '优惠券金额被篡改', en: 'A coupon was tampered with' },
  happened: same('path /a?b=<script>[x](https://evil.example)\n@all\u202egnp.exe'),
  ...{ done: same('The campaign was stopped.'), asked: same('Look at it.'), path: '/campaigns/portal/tea' },
  ...{ created: now, count: 3, last: now, acknowledged: null, acknowledgedBy: null },
};
const rendered = renderNotice(notice, 'en', 'https://menshen.example.com');

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A channel of the configuration over an answer; keeps what was asked. */
function channel(by: object, answer: () => Response = () => new Response('{"errcode":0,"code":0}')) {
  const [config] = notifySchema.parse({ channels: [{ id: 'a', language: 'en', by }] }).channels;
  const asked: { url: string; body: string; headers: Headers }[] = [];
  const sent: SmsMessage[] = [];
  const made = makeChannel(config as NotifyChannelConfig, {
    fetch: async (url, init) => {
      asked.push({ url, body: String(init.body), headers: new Headers(init.headers) });
      return answer();
    },
    ...{ clock: () => now, app: () => undefined, messenger: () => null, path: (file) => file },
    sms: () => ({
      name: 'tencent',
      send: async (message) => void sent.push(message),
    }),
  });
  return { asked, sent, send: () => made.send(rendered, notice) };
}

describe('robots', () => {
  it('of WeCom get Markdown in which nothing of an attacker is a link, a tag or a mention', async () => {
    const { send, asked } = channel({ wecomRobot: { key: 'robot-key' } });
    await send();
    const { content } = JSON.parse(asked[0]?.body ?? '').markdown;
    expect(content).toContain('［x］（https://evil.example） ＠all gnp.exe');
    expect(content).toContain('＜script＞');
    expect(content).toContain('[Open in the console](https://menshen.example.com/campaigns/portal/tea)');
    expect(content).toContain('(3 times so far)'.replace('(', '（').replace(')', '）'));
    expect(content).not.toContain('\u202e');
  });

  it('of DingTalk are signed over the time in the address', async () => {
    const { send, asked } = channel({ dingtalkRobot: { token: 'tok', secret: 'SECx' } });
    await send();
    const url = new URL(asked[0]?.url ?? '');
    expect(url.origin + url.pathname).toBe('https://oapi.dingtalk.com/robot/send');
    expect(url.searchParams.get('sign')).toBe(createHmac('sha256', 'SECx').update(`${now}\nSECx`).digest('base64'));
    expect(JSON.parse(asked[0]?.body ?? '')).toMatchObject({ msgtype: 'markdown', markdown: { title: rendered.subject } });
  });

  it('of Feishu are signed with the time and the secret as the key', async () => {
    const { send, asked } = channel({ feishuRobot: { token: 'tok', secret: 's' } });
    await send();
    const body = JSON.parse(asked[0]?.body ?? '');
    expect(body.sign).toBe(
      createHmac('sha256', `${now / 1_000}\ns`)
        .update('')
        .digest('base64'),
    );
    expect(body.content.post.zh_cn.title).toBe(rendered.subject);
  });

  it.each([
    [{ wecomRobot: { key: 'k' } }, '{"errcode":45009,"errmsg":"freq"}', 'limited'],
    [{ wecomRobot: { key: 'k' } }, '{"errcode":93000,"errmsg":"invalid webhook url"}', 'wrong_credentials'],
    [{ dingtalkRobot: { token: 't', secret: 's' } }, '{"errcode":310000,"errmsg":"sign not match"}', 'wrong_credentials'],
    [{ dingtalkRobot: { token: 't', secret: 's' } }, '<html>', 'refused'],
    [{ feishuRobot: { token: 't', secret: 's' } }, '{"code":11232}', 'limited'],
    [{ feishuRobot: { token: 't', secret: 's' } }, '{"code":"0"}', 'refused'],
  ])('%j answered with %s: %s', async (by, body, problem) => {
    await expect(channel(by, () => new Response(body)).send()).rejects.toMatchObject({ problem });
  });

  it('that cannot be reached say so without their secret', async () => {
    const { send } = channel({ dingtalkRobot: { token: 'secret-token', secret: 's' } }, () => {
      throw new TypeError('fetch failed');
    });
    const error: Error = await send().catch((caught) => caught);
    expect(error).toMatchObject({ problem: 'unreachable' });
    expect(error.message).not.toContain('secret-token');
  });
});

describe('a webhook', () => {
  it('gets JSON that its secret signs', async () => {
    const { send, asked } = channel(
      { webhook: { url: 'https://hook.example.com/in', secret: 's' } },
      () => new Response(null, { status: 204 }),
    );
    await send();
    const [{ body, headers } = { body: '', headers: new Headers() }] = asked;
    const seconds = now / 1_000;
    const mac = createHmac('sha256', 's').update(`${seconds}.${body}`).digest('hex');
    expect(headers.get('x-menshen-signature')).toBe(`t=${seconds},v1=${mac}`);
    expect(JSON.parse(body)).toMatchObject({ id: notice.id, kind: 'alert', severity: 'critical', subject: rendered.subject });
  });
});

describe('SMS', () => {
  it('names the severity and the notice, and nothing that happened', async () => {
    const { send, sent } = channel({ sms: { phones: ['13800000000', '13900000000'] } });
    await send();
    expect(sent).toEqual(
      ['13800000000', '13900000000'].map((phone) => ({
        phone,
        language: 'en',
        alarm: { severity: 'crit', notice: 'ghijkl' },
      })),
    );
  });
});

describe('a WeCom application', () => {
  it('of an app that is not in WeCom is a fault of the configuration', async () => {
    await expect(channel({ wecomApp: { app: 'portal', users: ['a'] } }).send()).rejects.toMatchObject({
      problem: 'misconfigured',
    });
  });
});

describe('a mail server that always says a little more', () => {
  it('is not listened to for ever', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined).write('220 mail.example.org\r\n');
      const timer = setInterval(() => socket.write('250-MORE\r\n'), 20);
      socket.on('close', () => clearInterval(timer)).resume();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    const { port } = server.address() as AddressInfo;
    const mail = { from: 'a@example.org', to: ['b@example.org'], subject: 's', text: 't', html: 'h', headers: {} };
    const sent = sendMail({ host: '127.0.0.1', port, security: 'starttls' }, mail, 300);
    await expect(sent).rejects.toMatchObject({ problem: 'unreachable' });
    // The connection is gone too, or the server would not close.
  });
});

describe('mail by a real SMTP server', () => {
  const refusals: Readonly<Record<string, readonly [number, string]>> = {
    ...{ gone: [550, 'no such user'], disabled: [550, '5.2.1 mailbox disabled'], full: [552, '5.2.2 mailbox full'] },
    ...{ policy: [550, '5.7.1 not from there'], busy: [450, '4.2.1 later'] },
  };
  async function server(options: { secure: boolean; startTls?: boolean }) {
    const mails: { from: string; to: string[]; text: string }[] = [];
    const smtp = new SMTPServer({
      ...{ secure: options.secure, ...testTlsPair('first'), disabledCommands: options.startTls === false ? ['STARTTLS'] : [] },
      onAuth: ({ username, password }, _, done) =>
        username === 'menshen' && password === 'right' ? done(null, { user: username }) : done(new Error('no')),
      onMailFrom: ({ address }, _, done) =>
        address.startsWith('barred') ? done(Object.assign(new Error('5.7.1 sender refused'), { responseCode: 550 })) : done(),
      onRcptTo({ address }, _, done) {
        const said = refusals[address.split('@')[0] ?? ''];
        return said === undefined ? done() : done(Object.assign(new Error(said[1]), { responseCode: said[0] }));
      },
      onData: (stream, { envelope }, done) => {
        let text = '';
        stream.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        stream.on('end', () => {
          const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
          mails.push({ from, to: envelope.rcptTo.map(({ address }) => address), text });
          done();
        });
      },
      logger: false,
    });
    smtp.on('error', () => undefined);
    await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', () => resolve()));
    closing.push(() => new Promise<void>((resolve) => smtp.close(() => resolve())));
    return { mails, port: (smtp.server.address() as AddressInfo).port };
  }
  const ca = new URL('../../testing/tls/first.cert.pem', import.meta.url).pathname;
  const mail = (port: number, changes: object = {}) => ({
    mail: {
      ...{
        host: 'localhost',
        port,
        ca,
        user: 'menshen',
        password: 'right',
        from: 'menshen@example.com',
        to: ['soc@example.com'],
      },
      ...changes,
    },
  });

  it.each([
    [{ secure: true }, 'tls'],
    [{ secure: false }, 'starttls'],
  ])('arrives as text and HTML, everything escaped, %j', async (options, security) => {
    const { mails, port } = await server(options);
    await channel(mail(port, { security })).send();
    const [{ from, to, text } = { from: '', to: [], text: '' }] = mails;
    expect([from, to]).toEqual(['menshen@example.com', ['soc@example.com']]);
    expect(text).toMatch(/^Subject: =\?UTF-8\?/m);
    expect(text).toMatch(/Importance: high/i);
    const parts = [...text.matchAll(/Content-Transfer-Encoding: (base64|quoted-printable|7bit)\r\n\r\n([\s\S]*?)\r\n--/g)].map(
      ([, encoding, body = '']) =>
        encoding === 'base64'
          ? Buffer.from(body, 'base64').toString()
          : body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    );
    expect(parts).toHaveLength(2);
    expect(parts[1]).toContain('&lt;script&gt;');
    expect(parts[1]).not.toContain('<script>');
    expect(parts[1]).not.toMatch(/src=|http:/);
  });

  it('is not sent in clear when the server does not offer TLS', async () => {
    const { mails, port } = await server({ secure: false, startTls: false });
    await expect(channel(mail(port, { security: 'starttls' })).send()).rejects.toMatchObject({ problem: 'refused' });
    expect(mails).toEqual([]);
  });

  it('is not sent to a server whose certificate nobody we trust has signed', async () => {
    const { port } = await server({ secure: true });
    const other = new URL('../../testing/tls/second.cert.pem', import.meta.url).pathname;
    await expect(channel(mail(port, { ca: other })).send()).rejects.toMatchObject({ problem: 'unreachable' });
  });

  it.each([
    [{ to: ['gone@example.com'] }, { problem: 'no_receiver', permanent: true, bounced: true }],
    [{ to: ['disabled@example.com'] }, { problem: 'no_receiver', permanent: true, bounced: true }],
    [{ to: ['policy@example.com'] }, { problem: 'refused', permanent: true, bounced: false }],
    // Who is not let send is told nothing about whom they write to: no mailbox of the company is given up for it.
    [{ from: 'barred@example.com' }, { problem: 'refused', permanent: true, bounced: false }],
    [{ to: ['full@example.com'] }, { problem: 'limited', permanent: false, bounced: false }],
    [{ to: ['busy@example.com'] }, { problem: 'limited', permanent: false, bounced: false }],
  ])('says whether a mailbox is gone, or an answer is for now: %j', async (changes, answer) => {
    const { port } = await server({ secure: true });
    await expect(channel(mail(port, changes)).send()).rejects.toMatchObject(answer);
  });

  it.each([
    [{ password: 'wrong' }, 'wrong_credentials'],
    [{ to: ['gone@example.com'] }, 'no_receiver'],
    [{ ca: '/nowhere.pem' }, 'misconfigured'],
  ])('that is not taken says why: %j', async (changes, problem) => {
    const { port } = await server({ secure: true });
    await expect(channel(mail(port, changes)).send()).rejects.toMatchObject({ problem });
  });
});
